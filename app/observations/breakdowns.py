"""Breakdowns: one category of each of some dimensions, as an object and as ``grade=5;sex=f``."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from app.measuring.cohorts import KINDERGARTEN, LAST_GRADE
from app.scalars import Formed, wrong

GRADE: Final = "grade"
GRADES: Final[Mapping[str, int]] = {
    "K": KINDERGARTEN,
    **{str(number): number for number in range(1, LAST_GRADE + 1)},
}
"""The categories of the one dimension that graduates."""
OF_DIMENSIONS: Final = "[a-z][a-z0-9]*([_-][a-z0-9]+)*"
OF_CATEGORIES: Final = "[A-Za-z0-9]([A-Za-z0-9 _.+/-]{0,58}[A-Za-z0-9+])?"
PAIR: Final = f"{OF_DIMENSIONS}={OF_CATEGORIES}"

Category = Annotated[
    str,
    Formed(
        OF_CATEGORIES,
        60,
        "A category is made of letters, digits, blanks and _ . + / -, a letter or digit first.",
        "5",
    ),
]


class Pairs(Formed):
    """A breakdown in one line, as a query takes it."""

    def read(self, value: Any) -> str:
        """Refuse a dimension that is there twice."""
        line = super().read(value)
        if len(read(line)) != line.count("="):
            raise wrong("repeated", "A dimension is there twice.")
        return line


BreakdownLine = Annotated[
    str,
    Pairs(
        f"({PAIR}(;{PAIR})*)?",
        500,
        "A breakdown is written as grade=5 or grade=5;sex=f; nothing stands for the total.",
        "grade=5",
    ),
]


def read(line: str) -> dict[str, str]:
    """Read a breakdown from one line."""
    return dict(pair.split("=", 1) for pair in line.split(";") if pair)
