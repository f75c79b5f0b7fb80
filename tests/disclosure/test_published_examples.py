"""Published worked examples of statistical disclosure control; each test names its source.

Handbook: Handbook on Statistical Disclosure Control (Hundepool, Domingo-Ferrer, Franconi, Giessing,
Lenz, Longhurst, Schulte Nordholt, Seri, De Wolf), chapter 4, Magnitude tabular data.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from app.disclosure.attackers import Attacker, Sum
from app.disclosure.audit import Outcome, audit
from app.disclosure.dominance import exceeds_share, is_dominated, is_sensitive
from app.disclosure.figures import Column, Figure, Setting
from app.disclosure.intervals import interval_audit, protect

Cells = Mapping[str, int]


def answers(cells: Cells) -> dict[Column, Decimal]:
    return {Column(name): Decimal(value) for name, value in cells.items()}


def total(key: str, parts: Sequence[str]) -> Figure:
    return Figure(key, {Column(name): 1 for name in parts})


def published(cells: Cells, figures: Sequence[Figure]) -> list[Sum]:
    return [
        Sum(figure, sum(cells[str(column.district)] for column in figure.weights))
        for figure in figures
    ]


def can_be_higher_by(percent: int, cell: str, cells: Cells, figures: Sequence[Figure]) -> bool:
    """Say whether a suppressed cell could be more than so much higher, for all that is published."""
    outsider = Attacker(percent, coalition=0)
    (found,) = interval_audit(
        published(cells, figures), [total("cell", [cell])], answers(cells), outsider
    )
    return found.safe


# --- one cell -------------------------------------------------------------------------------------


def test_handbook_4_2_1_example_1_one_largest_is_not_enough_to_look_at() -> None:
    """A total of 100,000 with 50,000 and 49,000 in it: safe by (1,90), within 2 % by p %."""
    cell = {"first": 50_000, "second": 49_000, "rest": 1_000}
    assert not is_dominated(cell, 1, 90)
    assert is_sensitive(cell, 10)
    assert is_sensitive(cell, 3)
    assert not is_sensitive(cell, 2)


def test_handbook_4_2_1_example_2_n_k_protects_more_than_p_percent_asks() -> None:
    """110,000 with 52,000 and 50,000: the estimate is 15.4 % off; k of p = 10 would be 90.9."""
    cell = {"first": 52_000, "second": 50_000, "rest": 8_000}
    assert not is_sensitive(cell, 10)
    assert not is_sensitive(cell, 15)
    assert is_sensitive(cell, 16)
    assert is_dominated(cell, 2, 90)


def test_handbook_4_2_2_example_4_three_respondents_of_whom_one_is_nearly_all() -> None:
    """330 = 300 + 20 + 10 is unsafe by (1,85)."""
    assert is_dominated({"x1": 300, "x2": 20, "x3": 10}, 1, 85)


def test_handbook_4_2_1_holdings_count_once() -> None:
    """ "We need to group the contributions from one company together to one contribution"."""
    cell = {"branch 1": 30, "branch 2": 30, "other": 25, "another": 15}
    company = {"branch 1": "company", "branch 2": "company"}
    assert not is_sensitive(cell, 30)
    assert is_sensitive(cell, 30, administrations=company)


@pytest.mark.parametrize(
    ("cell", "dominated"),
    [
        ([100], True),
        ([90, 10], True),
        ([80, 20], True),
        ([70, 30], True),
        ([80, 10, 10], True),
        ([70, 10, 10, 10], False),
        ([60, 20, 10, 10], False),
    ],
)
def test_gausssuppression_dominance_takes_k_percent_or_more(
    cell: list[int], dominated: bool
) -> None:
    """The data of test-DominanceRule.R, n = 2, k = 90; R/MagnitudeRule.R compares with ``>=``.

    R package GaussSuppression (Statistics Norway). 80 and 10 of 100 are exactly 90 %.
    """
    assert is_dominated(dict(enumerate(cell)), 2, 90) == dominated


def test_gausssuppression_weighted_by_repeating_as_tau_argus_does() -> None:
    """The same file, domWeightMethod "tauargus": the largest has weight 2; TRUE, TRUE, then FALSE.

    "Of the sampling weights the individual contributions can be approximated" (Handbook 4.2.1).
    """
    cells = [[100], [90, 90, 10], [80, 80, 20], [70, 70, 30], [80, 80, 10, 10]]
    cells += [[70, 70, 10, 10, 10], [60, 60, 20, 10, 10]]
    found = [is_dominated(dict(enumerate(cell)), 2, 90) for cell in cells]
    assert found == [True, True, False, False, False, False, False]


def test_acro_p_ratio_of_a_tenth_is_safe_and_less_is_not() -> None:
    """ACRO (AI-SDC), agg_p_percent with SAFE_PRATIO_P = 0.1: unsafe where the ratio is smaller.

    And ZEROS_ARE_DISCLOSIVE: a total of zero is unsafe, and so is a single contributor.
    """
    assert not is_sensitive({"a": 100, "b": 50, "c": 10}, 10)
    assert is_sensitive({"a": 100, "b": 50, "c": 9}, 10)
    assert is_sensitive({"a": 0, "b": 0, "c": 0}, 10)
    assert is_sensitive({"a": 5}, 10)
    assert exceeds_share({"a": 5}, 25)


# --- tables ---------------------------------------------------------------------------------------


def test_handbook_4_1_example_1a_what_is_suppressed_is_the_total_less_the_rest() -> None:
    """Production by subsector: 56,600 in all, 47,600 and 8,002 shown, 998 suppressed."""
    cells = {"I": 998, "II": 47_600, "III": 8_002}
    sector, two, three = total("sector", list(cells)), total("II", ["II"]), total("III", ["III"])
    assert not can_be_higher_by(1, "I", cells, [sector, two, three])
    assert can_be_higher_by(10, "I", cells, [sector, two])
    assert can_be_higher_by(10, "I", cells, [two, three])
    secondary = protect(
        published(cells, [sector, two, three]),
        [total("I", ["I"])],
        answers(cells),
        Attacker(10, coalition=0),
    )
    assert secondary == (("III",), ())


def test_handbook_4_2_2_example_3_the_feasibility_interval_ends_at_six() -> None:
    """Geurts (1992), Table 10: rows 7, 3, 6 and columns 9, 7; X11 is at least 3 and at most 6.

    Any table that adds up will do for the suppressed part. Upwards: from 3 by 100 %, from 4 by half
    and from 5 by a fifth. Downwards, X12 = 7 - X11 ends at 4.
    """
    for truth, percent in ((3, 100), (4, 50), (5, 20)):
        cells = {"11": truth, "12": 7 - truth, "21": 6 - truth, "22": truth - 3, "31": 3, "32": 3}
        rows = [total(f"row {i}", [f"{i}1", f"{i}2"]) for i in (1, 2, 3)]
        columns = [total(f"column {j}", [f"{i}{j}" for i in (1, 2, 3)]) for j in (1, 2)]
        shown = [*rows, *columns, total("31", ["31"]), total("32", ["32"])]
        assert can_be_higher_by(percent - 1, "11", cells, shown)
        assert not can_be_higher_by(percent + 1, "11", cells, shown)
        top = 100 * 4 // cells["12"] - 100
        assert not can_be_higher_by(top + 1, "12", cells, shown)
        assert top == 0 or can_be_higher_by(top - 1, "12", cells, shown)


@pytest.mark.parametrize(("each", "safe"), [(11, True), (9, False)])
def test_handbook_4_2_2_example_5_the_upper_protection_level(each: int, safe: bool) -> None:
    """U >= p/100 · x1 - (X - x1 - x2): of X = 300 + 20 + 10 with p = 10 the sum needs 20 more.

    X is withheld, and published together with two others of ``each``: U is what these two come to.
    """
    cells = {"x1": 300, "x2": 20, "x3": 10, "other": each, "another": each}
    (found,) = interval_audit(
        published(cells, [total("row", list(cells))]),
        [total("X", ["x1", "x2", "x3"])],
        answers(cells),
        Attacker(10),
    )
    assert found.safe == safe


COUNTY = ("Alpha", "Beta", "Gamma", "Delta")
LEVEL = ("low", "medium", "high", "very high")
CHILDREN = ((15, 1, 3, 1), (20, 10, 10, 15), (3, 10, 10, 2), (12, 14, 7, 2))
TABLE = {
    f"{county} {level}": number
    for county, row in zip(COUNTY, CHILDREN, strict=True)
    for level, number in zip(LEVEL, row, strict=True)
}
FEW = [name for name, number in TABLE.items() if number < 5]
MARGINS = [total(county, [f"{county} {level}" for level in LEVEL]) for county in COUNTY] + [
    total(level, [f"{county} {level}" for county in COUNTY]) for level in LEVEL
]


def secret(suppressed: Sequence[str], cells: Cells) -> Setting:
    """A cell that is shown is no secret; of the others no single one may follow."""
    return Setting(fewest=2, known={Column(name) for name in cells if name not in suppressed})


def four_by_four(suppressed: Sequence[str]) -> list[Figure]:
    return MARGINS + [total(name, [name]) for name in TABLE if name not in suppressed]


def test_the_classical_four_by_four_table_with_two_in_each_line_still_tells() -> None:
    """Statistical Policy Working Paper 22 (Federal Committee on Statistical Methodology), chapter
    II: delinquent children by county and education. Two or more cells of each row and column are
    suppressed, and yet Alpha and Beta less medium and high leave the 1 of Alpha, very high.
    """
    suppressed = [*FEW, "Beta medium", "Beta high", "Delta low"]
    shown = four_by_four(suppressed)
    assert not can_be_higher_by(1, "Alpha very high", TABLE, shown)
    found = audit(MARGINS, secret(suppressed, TABLE))
    assert found.outcome is Outcome.BREACHED
    assert {breach.touched for breach in found.breaches} == {1}


def test_the_classical_four_by_four_table_with_other_complements_is_protected() -> None:
    """The same source: with these complements none of the small cells can be worked out."""
    suppressed = [*FEW, "Gamma medium", "Delta low", "Delta high"]
    shown = four_by_four(suppressed)
    assert [name for name in FEW if not can_be_higher_by(50, name, TABLE, shown)] == []
    assert audit(MARGINS, secret(suppressed, TABLE)).passed


def test_the_classical_four_by_four_table_protects_itself() -> None:
    """From the same table: complements found by intervals leave no small cell within a half."""
    offered = four_by_four(FEW)
    found = protect(
        published(TABLE, offered),
        [total(f"small {name}", [name]) for name in FEW],
        answers(TABLE),
        Attacker(50, coalition=0),
    )
    assert found.unprotected == ()
    assert set(found.withheld).isdisjoint(each.key for each in MARGINS)
    shown = [each for each in offered if each.key not in found.withheld]
    assert [name for name in FEW if not can_be_higher_by(50, name, TABLE, shown)] == []


REGIONS = {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}
OFTEN = [total(name, [name]) for name in ("I", "J", "N")]
BY_COUNTY = [
    total("all", list(REGIONS)),
    total("county-1", ["A", "B", "I", "J"]),
    total("county-2", ["K", "L", "M", "N"]),
]
BY_SIZE = [total("big", ["L", "M"]), total("small", ["A", "B", "I", "J", "K", "N"])]


def test_sdctable_linked_tables_are_safe_one_by_one_and_tell_together() -> None:
    """R package sdcTable, tests/testthat/test-linked-tables.r: counts by region in two tables that
    share their marginal. "The difference between county-1 and small is two cells, K and N."
    """
    few = secret("ABKLM", REGIONS)
    for table in (BY_COUNTY, [BY_COUNTY[0], *BY_SIZE]):
        assert can_be_higher_by(10, "K", REGIONS, [*table, *OFTEN])
        assert audit(table, few).passed
    together = [*BY_COUNTY, *BY_SIZE]
    assert not can_be_higher_by(1, "K", REGIONS, [*together, *OFTEN])
    assert audit(together, few).outcome is Outcome.BREACHED


def test_sdctable_linked_tables_need_one_suppression_more() -> None:
    """The same file expects one secondary suppression, and that it is N, in both tables."""
    small = [total(f"small {name}", [name]) for name in REGIONS if REGIONS[name] <= 3]
    found = protect(
        published(REGIONS, [*BY_COUNTY, *BY_SIZE, *OFTEN]),
        small,
        answers(REGIONS),
        Attacker(10, coalition=0),
    )
    assert found == (("N",), ())
