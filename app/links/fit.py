"""Whether a measure tells what an item asks: in the same unit, and as a quotient or as none."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """What a figure is in: its unit, and the factor of a quotient; of a plain value it is null."""

    unit: str | None
    factor: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that keeps two figures from being the same, as a word and as a sentence."""

    code: str
    detail: str


def differences(item: Scale, measure: Scale) -> Iterator[Difference]:
    """List all that keeps a measure from telling what an item asks."""
    if item.factor is None and measure.factor is not None:
        yield Difference("is_a_ratio", "The item asks for a plain value, the measure is a ratio.")
    elif item.factor is not None and measure.factor is None:
        yield Difference("no_ratio", "The item asks for a ratio, the measure is a plain value.")
    elif item.factor != measure.factor:
        said = f"The item is a ratio times {item.factor}, the measure times {measure.factor}."
        yield Difference("other_factor", said)
    if written(item.unit) != written(measure.unit):
        yield Difference(
            "other_unit", f"The item is in {item.unit}, the measure in {measure.unit}."
        )


def written(unit: str | None) -> str:
    """Write a unit without what tells nothing: its capitals and its spaces."""
    return " ".join((unit or "").casefold().split())
