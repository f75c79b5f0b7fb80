"""Drawings as SVG: in black, pale grey and white, with words for who cannot see them."""

from collections.abc import Iterable
from decimal import Decimal
from html import escape
from typing import Final, Literal

WIDTH: Final = 720
"""Units across every drawing."""
INK: Final = "#1a1a1a"
PALE: Final = "#e6e6e6"
HATCHED: Final = "url(#hatch)"
SIZE: Final = 13
"""Of a text that is not told another, in units."""
Anchor = Literal["start", "middle", "end"]


class Drawing:
    """One drawing in the making: what is drawn later lies on top."""

    def __init__(self, title: str, description: str, height: int) -> None:
        self._title = title
        self._description = description
        self._height = height
        self._marks: list[str] = []

    def text(
        self, x: float, y: float, says: str, anchor: Anchor = "start", size: int = SIZE, *,
        bold: bool = False,
    ) -> None:  # fmt: skip
        """Write a line of text on a base line."""
        weight = ' font-weight="bold"' if bold else ""
        self._marks.append(
            f'<text x="{at(x)}" y="{at(y)}" text-anchor="{anchor}" font-size="{size}"{weight}>'
            f"{escape(says)}</text>"
        )

    def box(self, x: float, y: float, width: float, height: float, fill: str = "white") -> None:
        """Draw a box with round corners."""
        self._marks.append(
            f'<rect x="{at(x)}" y="{at(y)}" width="{at(width)}" height="{at(height)}" rx="4"'
            f' fill="{fill}" stroke="{INK}"/>'
        )

    def circle(self, x: float, y: float, radius: float, fill: str = "white") -> None:
        """Draw a circle."""
        self._marks.append(
            f'<circle cx="{at(x)}" cy="{at(y)}" r="{at(radius)}" fill="{fill}" stroke="{INK}"/>'
        )

    def line(self, points: Iterable[tuple[float, float]], width: float = 1) -> None:
        """Draw a line through points."""
        path = " ".join(f"{at(x)},{at(y)}" for x, y in points)
        self._marks.append(
            f'<polyline points="{path}" fill="none" stroke="{INK}" stroke-width="{at(width)}"/>'
        )

    def shape(self, points: Iterable[tuple[float, float]], fill: str = INK) -> None:
        """Draw a filled shape with straight sides."""
        path = " ".join(f"{at(x)},{at(y)}" for x, y in points)
        self._marks.append(f'<polygon points="{path}" fill="{fill}" stroke="{INK}"/>')

    def svg(self) -> str:
        """Write it down."""
        body = "\n".join(self._marks)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self._height}"'
            f' width="{WIDTH}" height="{self._height}" role="img"'
            ' aria-labelledby="title description"'
            f' font-family="Helvetica, Arial, sans-serif" fill="{INK}">\n'
            f'<title id="title">{escape(self._title)}</title>\n'
            f'<desc id="description">{escape(self._description)}</desc>\n'
            '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse"'
            ' patternTransform="rotate(45)"><rect width="5" height="5" fill="white"/>'
            f'<rect width="1.5" height="5" fill="{INK}"/></pattern></defs>\n'
            f'<rect width="{WIDTH}" height="{self._height}" fill="white"/>\n'
            f"{body}\n</svg>\n"
        )


class Scale:
    """A scale from left to right with whole numbers under it."""

    def __init__(self, left: float, right: float, y: float, shown: Iterable[Decimal]) -> None:
        values = list(shown)
        self._least = int(min(values))
        self._most = int(max(values)) + 1
        self._left, self._right, self.y = left, right, y

    def x(self, value: Decimal) -> float:
        """Say how far to the right a value stands."""
        part = float(value - self._least) / (self._most - self._least)
        return self._left + part * (self._right - self._left)

    def draw(self, drawing: Drawing) -> None:
        """Draw the scale itself."""
        drawing.line([(self._left, self.y), (self._right, self.y)])
        for whole in range(self._least, self._most + 1):
            x = self.x(Decimal(whole))
            drawing.line([(x, self.y - 3), (x, self.y + 3)])
            drawing.text(x, self.y + 16, str(whole), "middle", 11)


def at(place: float) -> str:
    """Write a coordinate the same on every machine."""
    return f"{place:.1f}".removesuffix(".0")
