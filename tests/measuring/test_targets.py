"""What a target expects: milestones win, straight lines fill the gaps between what is known."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measuring.made import BACK_LOADED, FIRST, band, point, way
from measuring.strategies import YEARS, later_days, numbers, trajectories

from app.measuring.periods import Period, parse
from app.measuring.targets import Band, Expectation, Point
from app.measuring.unfit import Unfit
from app.measuring.words import Direction, ExpectedFrom, PeriodKind


def test_a_back_loaded_target_expects_its_milestones_and_no_straight_line():
    target = way(40, 50, BACK_LOADED)
    expected = [target.expected(year) for year in YEARS[:7]]
    assert [(each.value, each.source.value, each.between) for each in expected] == [
        (40, "baseline", None),
        (41, "milestone", None),
        (42, "milestone", None),
        (44, "milestone", None),
        (47, "milestone", None),
        (50, "aim", None),
        (50, "aim", None),
    ]


def test_without_milestones_the_way_is_a_straight_line():
    target = way(40, 50)
    assert [target.expected(year).value for year in YEARS[:7]] == [40, 42, 44, 46, 48, 50, 50]
    assert [target.expected(year).source.value for year in YEARS[:7]] == [
        "baseline",
        *["interpolated"] * 4,
        "aim",
        "aim",
    ]


def test_a_gap_is_filled_between_its_neighbours_and_names_them():
    target = way(40, 50, {"2022-23": 41, "2024-25": 44})
    ends = (point("2022-23", 41), point("2024-25", 44))
    assert target.expected(parse("2023-24")) == Expectation(
        Fraction(85, 2), ExpectedFrom.INTERPOLATED, ends
    )
    ends = (point("2024-25", 44), point("2026-27", 50))
    assert target.expected(parse("2025-26")) == Expectation(
        Fraction(47), ExpectedFrom.INTERPOLATED, ends
    )


def test_parts_of_a_school_year_are_months_on_the_way():
    target = way(40, 50)
    parts = ["2022-23-Q1", "2022-23-T1", "2022-23-S1", "2023-01", "2023-01-31", "2022-23-S2"]
    assert [target.expected(parse(part)).value - 40 for part in parts] == [
        Fraction(3, 6),
        Fraction(4, 6),
        1,
        Fraction(7, 6),
        Fraction(7, 6),
        2,
    ]
    assert target.expected(parse("2023-01-30")).value - 40 == (6 + Fraction(30, 31)) / 6


def test_a_period_that_ends_with_a_milestone_is_held_to_it():
    target = way(40, 50, BACK_LOADED)
    assert [
        target.expected(parse(period)) for period in ("2022-23-Q4", "2023-06", "2023-06-30")
    ] == [Expectation(Fraction(41), ExpectedFrom.MILESTONE)] * 3


@pytest.mark.parametrize("period", ["2020-21", "2021-22-S1", "2022-05", "2022-06-29"])
def test_nothing_is_expected_before_the_end_of_the_baseline(period):
    with pytest.raises(Unfit) as refused:
        way(40, 50).expected(parse(period))
    assert refused.value.code == "before_baseline"


@given(trajectories())
def test_a_way_passes_through_all_its_points(target):
    sources = ["baseline", *["milestone"] * len(target.milestones), "aim"]
    expected = [target.expected(each.period) for each in target.points]
    assert [(each.value, each.source.value) for each in expected] == [
        (each.value, source) for each, source in zip(target.points, sources, strict=True)
    ]


@given(trajectories(), st.data())
def test_between_two_points_a_way_stays_between_their_values(target, data):
    first, last = target.begins, target.due.last_day
    day = data.draw(st.dates(first, last))
    expected = target.expected(Period.holding(PeriodKind.DAY, day))
    if expected.between is None:
        assert expected.value in {each.value for each in target.points}
    else:
        low, high = sorted(each.value for each in expected.between)
        assert low <= expected.value <= high
        assert expected.between[0].period.last_day < day < expected.between[1].period.last_day


@given(trajectories(), later_days)
def test_after_the_aim_the_aim_is_expected(target, day):
    expected = target.expected(Period.holding(PeriodKind.DAY, day))
    assert expected == Expectation(target.aim.value, ExpectedFrom.AIM)


@given(numbers, numbers, st.integers(1, 17))
def test_a_straight_line_is_the_formula_of_the_design(baseline, aim, years):
    target = way(baseline, aim, due=str(YEARS[years]))
    for passed in range(years + 1):
        straight = baseline + (aim - baseline) * Fraction(passed, years)
        assert target.expected(YEARS[passed]).value == straight


def test_a_milestone_on_the_straight_line_changes_nothing():
    one, other = way(40, 50), way(40, 50, {"2023-24": 44})
    values = [[target.expected(year).value for year in YEARS[:8]] for target in (one, other)]
    assert values[0] == values[1]


def test_progress_is_the_part_of_the_way_that_is_done_and_not_clamped():
    target = way(40, 50, BACK_LOADED)
    assert [target.progress(Fraction(actual)) for actual in (38, 40, 44, 50, 53)] == [
        Fraction(-20, 100),
        0,
        Fraction(40, 100),
        1,
        Fraction(130, 100),
    ]


def test_progress_downwards_is_positive_where_less_is_better():
    target = way(500, 250, direction=Direction.DECREASE)
    assert [target.progress(Fraction(actual)) for actual in (525, 400, 250)] == [
        Fraction(-1, 10),
        Fraction(2, 5),
        1,
    ]


def test_where_aim_and_baseline_are_one_there_is_no_progress():
    assert way(40, 40).progress(Fraction(39)) is None


def test_the_tolerance_is_a_tenth_of_the_way_or_of_the_band_or_one_s_own():
    assert [
        target.tolerance
        for target in (
            way(40, 50),
            way(50, 40, direction=Direction.DECREASE),
            way(40, 40),
            way(40, 50, tolerance="2.5"),
            way(40, 50, tolerance=0),
            band(90, 95),
            band(90, 90),
            band(90, 95, tolerance=2),
        )
    ] == [1, 1, 0, Fraction(5, 2), 0, Fraction(1, 2), 0, 2]


def test_an_aim_may_lie_against_the_direction_where_a_loss_is_to_be_slowed():
    assert way(1000, 950).expected(parse("2023-24")).value == 980


SENSELESS = {
    "an aim with its baseline": ({"due": "2021-22"}, "aim", "not_after_baseline"),
    "an aim before its baseline": ({"due": "2020-21"}, "aim", "not_after_baseline"),
    "an aim that ends with its baseline": ({"due": "2021-22-Q4"}, "aim", "not_after_baseline"),
    "a milestone with the baseline": (
        {"milestones": {"2021-22": 40}},
        "milestones",
        "out_of_order",
    ),
    "a milestone with the aim": ({"milestones": {"2026-27": 50}}, "milestones", "out_of_order"),
    "a milestone after the aim": ({"milestones": {"2027-28": 50}}, "milestones", "out_of_order"),
    "milestones out of order": (
        {"milestones": {"2024-25": 44, "2023-24": 42}},
        "milestones",
        "out_of_order",
    ),
    "two milestones at one time": (
        {"milestones": {"2023-24": 42, "2024-06": 43}},
        "milestones",
        "out_of_order",
    ),
    "a negative tolerance": ({"tolerance": -1}, "tolerance", "out_of_range"),
    "a way that maintains": (
        {"direction": Direction.MAINTAIN},
        "direction",
        "no_such_direction",
    ),
    "a way that is neutral": ({"direction": Direction.NEUTRAL}, "direction", "no_such_direction"),
}
SENSELESS_BANDS = {
    "upside down": ((95, 90), {}, "low", "above_high"),
    "due before it holds": ((90, 95), {"due": "2020-21"}, "due", "before_start"),
    "of a negative tolerance": ((90, 95), {"tolerance": -1}, "tolerance", "out_of_range"),
}


@pytest.mark.parametrize("case", SENSELESS)
def test_a_way_that_makes_no_sense_is_refused(case):
    arguments, field, code = SENSELESS[case]
    with pytest.raises(Unfit) as refused:
        way(**arguments)
    assert (refused.value.field, refused.value.code) == (field, code)


@pytest.mark.parametrize("case", SENSELESS_BANDS)
def test_a_band_that_makes_no_sense_is_refused(case):
    ends, arguments, field, code = SENSELESS_BANDS[case]
    with pytest.raises(Unfit) as refused:
        band(*ends, **arguments)
    assert (refused.value.field, refused.value.code) == (field, code)


FLOATS = {
    "a point": lambda: Point(parse("2021-22"), 0.5),
    "an end of a band": lambda: Band(FIRST, 1, Fraction(2), parse("2021-22")),
    "a tolerance": lambda: Band(FIRST, Fraction(1), Fraction(2), parse("2021-22"), None, 0.1),
}


@pytest.mark.parametrize("case", FLOATS)
def test_a_target_is_made_of_fractions(case):
    with pytest.raises(TypeError, match="is not a fraction"):
        FLOATS[case]()


def test_a_band_may_hold_within_one_period():
    target = band(90, 95, start="2026-27", due="2026-27")
    assert (target.start, target.due, target.direction) == (
        parse("2026-27"),
        parse("2026-27"),
        Direction.MAINTAIN,
    )
