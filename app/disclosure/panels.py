"""The matched panel of several periods: those who answered in each of them (DR-10).

Without it a figure rises because a district joined. The figures of a panel are figures of their
periods like all others, and enter the audit of each.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from app.disclosure.figures import Column, Figure, Name

Period = TypeVar("Period")
FEWEST_PERIODS = 2


def matched_panel(periods: Mapping[Period, Iterable[Column]]) -> dict[Period, tuple[Column, ...]]:
    """Give the answers of each period whose district and category are in every period.

    The answers of all periods come in the order of the first. Raises ``ValueError`` for fewer than
    two periods, and for a period that has two versions of one answer.
    """
    if len(periods) < FEWEST_PERIODS:
        raise ValueError("A trend has at least two periods.")
    answers = {period: by_contributor(columns) for period, columns in periods.items()}
    first, *others = answers.values()
    panel = [each for each in first if all(each in other for other in others)]
    return {period: tuple(found[each] for each in panel) for period, found in answers.items()}


def by_contributor(columns: Iterable[Column]) -> dict[tuple[Name, Name], Column]:
    """Arrange answers by who gave them and in which category."""
    found: dict[tuple[Name, Name], Column] = {}
    for column in columns:
        if found.setdefault((column.district, column.category), column) != column:
            raise ValueError("A period has one version of each answer.")
    return found


def panel_figures(
    key: Name, periods: Mapping[Period, Iterable[Column]]
) -> dict[Period, list[Figure]]:
    """Say what becomes known of each period when a trend is published under a key.

    A trend is published whole: when the audit of one of its periods refuses its figure, those of
    the others are withheld too, since a gap would tell in which period somebody is missing. There
    is no figure where nobody is in every period.
    """
    return {
        period: [Figure(key, dict.fromkeys(columns, 1))] if columns else []
        for period, columns in matched_panel(periods).items()
    }
