"""The page about measures is computed again: every table of it says what the code does."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from measuring.made import BACK_LOADED, band, judged, number, seen, way

from app.measuring.cohorts import grade_of
from app.measuring.freshness import GRACE, Rhythm
from app.measuring.periods import parse
from app.measuring.status import RULE_VERSION
from app.measuring.targets import Target
from app.measuring.values import pooled
from app.measuring.words import Direction, PeriodKind, Reason

PAGE = (Path(__file__).parents[2] / "docs" / "measures.md").read_text()


def rows(heading: str) -> list[list[str]]:
    """Return the rows of the first table under a heading, without its head, as plain words."""
    _, _, section = PAGE.partition(f"\n{heading}\n")
    lines = section.splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("|"))
    table = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        table.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return table


def judged_row(target: Target, period: str, actual: str) -> list[object]:
    told = judged(target, seen(period, actual))
    return [
        told.expected,
        told.expected_from,
        told.difference,
        told.progress,
        told.status.value,
    ]


MILESTONES = "### Milestones: from 40 to 50, most of it late"
LESS = "### Less is better: from 500 students per counsellor to 250"
BAND = "### A band: attendance between 94 and 96"
WAYS = {
    MILESTONES: (way(40, 50, BACK_LOADED), 9),
    LESS: (way(500, 250, direction=Direction.DECREASE), 6),
}


@pytest.mark.parametrize("heading", WAYS)
def test_the_examples_of_ways_are_computed(heading):
    target, count = WAYS[heading]
    table = rows(heading)
    computed = [judged_row(target, period, actual) for period, actual, *_ in table]
    written = [
        [number(expected), source, number(difference), number(progress), status]
        for _, _, expected, source, difference, progress, status in table
    ]
    assert (computed, len(table)) == (written, count)


def test_the_examples_of_a_band_are_computed():
    table = rows(BAND)
    computed = [judged_row(band(94, 96), period, actual) for period, actual, *_ in table]
    written = [[None, None, number(difference), None, status] for _, _, difference, status in table]
    assert (computed, len(table)) == (written, 5)


def test_the_tolerances_are_as_the_page_says():
    targets = (WAYS[MILESTONES][0], WAYS[LESS][0], band(94, 96))
    assert [target.tolerance for target in targets] == [1, 25, number("0.2")]


def test_a_straight_line_would_be_wrong_as_the_page_says():
    straight = judged(way(40, 50), seen("2024-25", 44))
    assert (straight.expected, straight.status.value) == (46, "off_track")


def test_the_periods_are_as_the_page_says():
    table = rows("## Periods")
    spans = [(str(each.first_day), str(each.last_day)) for each in (parse(row[0]) for row in table)]
    assert (spans, len(table)) == ([(row[2], row[3]) for row in table], 8)


def test_the_page_lists_every_reason_under_its_status():
    table = rows("## Status")
    listed = {reason: status for status, reason, _ in table}
    assert listed == {reason.value: reason.status.value for reason in Reason}
    assert all(listed[reason] == status for status, reason, _ in table)
    coloured = [Reason(reason).status.coloured for _, reason, _ in table]
    assert coloured == [False] * 13 + [True] * 6


def test_the_days_of_grace_are_as_the_page_says():
    written = {every: int(days) for every, days in rows("## When a value grows old")}
    assert written == {kind.value: days for kind, days in GRACE.items()}
    fresh = Rhythm(PeriodKind.SCHOOL_YEAR).fresh_until(parse("2024-25"))
    assert fresh == date(2026, 12, 27)


def test_the_other_figures_are_as_the_page_says():
    assert f"page tells version {RULE_VERSION}." in PAGE.replace("\n", " ")
    assert [grade_of(2034, parse(year)) for year in ("2021-22", "2026-27")] == [0, 5]
    assert pooled([(Decimal(10), Decimal(10)), (Decimal(0), Decimal(90))], 100).value == 10
