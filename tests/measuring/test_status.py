"""Each status, with its reason and all that it was computed from."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from measuring.made import BACK_LOADED, FIRST, YEARLY, band, judged, point, seen, way

from app.measuring.eras import Definition, eras
from app.measuring.periods import parse
from app.measuring.status import RULE_VERSION, Inputs, Judgement, judge
from app.measuring.values import plain, ratio, shown
from app.measuring.words import (
    Direction,
    ExpectedFrom,
    Reason,
    TargetStatus,
    ValueStatus,
)


def told(judgement: Judgement) -> tuple[str, str]:
    return judgement.status.value, judgement.reason.value


def numbers(judgement: Judgement) -> list[object]:
    return [
        judgement.expected,
        judgement.expected_from,
        judgement.between,
        judgement.difference,
        judgement.tolerance,
        judgement.progress,
    ]


def test_a_judgement_carries_all_that_it_was_computed_from():
    inputs = Inputs(
        Direction.INCREASE,
        way(40, 50, {"2022-23": 41}),
        ratio(parse("2024-25"), FIRST, ValueStatus.REPORTED, 446, 1000, 100),
        date(2025, 10, 1),
        YEARLY,
    )
    assert judge(inputs) == Judgement(
        reason=Reason.WITHIN_TOLERANCE,
        inputs=inputs,
        actual=Fraction(446, 10),
        fresh_until=date(2026, 12, 27),
        expected=Fraction(91, 2),
        expected_from=ExpectedFrom.INTERPOLATED,
        between=(point("2022-23", 41), point("2026-27", 50)),
        difference=Fraction(-9, 10),
        tolerance=Fraction(1),
        progress=Fraction(46, 100),
        rule_version=1,
    )


def test_the_rules_are_of_version_1():
    assert RULE_VERSION == 1


@pytest.mark.parametrize(
    ("period", "actual", "status"),
    [
        ("2022-23", "41", "on_track"),
        ("2022-23", "40.5", "at_risk"),
        ("2022-23", "40", "at_risk"),
        ("2022-23", "39.99", "off_track"),
        ("2022-23", "38", "off_track"),
        ("2023-24", "42", "on_track"),
        ("2024-25", "44", "on_track"),
        ("2024-25", "43", "at_risk"),
        ("2024-25", "42.9", "off_track"),
        ("2025-26", "47", "on_track"),
        ("2025-26", "50", "met"),
        ("2026-27", "50", "met"),
        ("2026-27", "49.9", "at_risk"),
        ("2026-27", "49", "at_risk"),
        ("2026-27", "48.9", "off_track"),
        ("2028-29", "51", "met"),
        ("2028-29", "49.9", "at_risk"),
        ("2028-29", "48", "off_track"),
    ],
)
def test_a_back_loaded_target_is_judged_by_its_milestones(period, actual, status):
    assert judged(way(40, 50, BACK_LOADED), seen(period, actual)).status.value == status


def test_a_straight_line_would_judge_a_back_loaded_target_wrongly():
    observed = seen("2024-25", 44)
    assert [
        judged(target, observed).status.value for target in (way(40, 50, BACK_LOADED), way(40, 50))
    ] == ["on_track", "off_track"]


def test_a_slide_to_38_is_a_progress_of_minus_a_fifth():
    judgement = judged(way(40, 50, BACK_LOADED), seen("2022-23", 38))
    assert (told(judgement), judgement.progress) == (
        ("off_track", "beyond_tolerance"),
        Fraction(-20, 100),
    )


def test_in_the_period_of_the_baseline_the_baseline_is_expected():
    judgements = [judged(way(40, 50), seen("2021-22", actual)) for actual in (40, 39, "38.9", 50)]
    assert [each.status.value for each in judgements] == ["on_track", "at_risk", "off_track", "met"]
    assert {each.expected_from for each in judgements} == {ExpectedFrom.BASELINE}


@pytest.mark.parametrize(
    ("actual", "status", "progress"),
    [
        (250, "met", 1),
        (200, "met", Fraction(6, 5)),
        (400, "on_track", Fraction(2, 5)),
        (425, "at_risk", Fraction(3, 10)),
        (426, "off_track", Fraction(74, 250)),
        (525, "off_track", Fraction(-1, 10)),
    ],
)
def test_students_per_counsellor_come_down_from_500_to_1(actual, status, progress):
    """Lower is better, and the ratio is no percentage: 12,500 students have 25 counsellors."""
    target = way(500, 250, direction=Direction.DECREASE)
    observed = ratio(parse("2023-24"), FIRST, ValueStatus.REPORTED, 25 * actual, 25, 1)
    judgement = judged(target, observed)
    assert (judgement.status.value, judgement.progress) == (status, progress)


@pytest.mark.parametrize(("actual", "status"), [("39.999", "off_track"), (40, "met"), (41, "met")])
def test_where_aim_and_baseline_are_one_only_the_aim_will_do(actual, status):
    judgement = judged(way(40, 40), seen("2023-24", actual))
    assert (judgement.status.value, judgement.tolerance, judgement.progress) == (status, 0, None)


def test_where_aim_and_baseline_are_one_a_tolerance_can_be_set():
    judgement = judged(way(40, 40, tolerance=1), seen("2023-24", 39))
    assert told(judgement) == ("at_risk", "within_tolerance")


@pytest.mark.parametrize(
    ("actual", "before_due", "when_due"),
    [
        ("92", "on_track", "met"),
        ("90", "on_track", "met"),
        ("95", "on_track", "met"),
        ("89.5", "at_risk", "at_risk"),
        ("95.5", "at_risk", "at_risk"),
        ("89.49", "off_track", "off_track"),
        ("95.51", "off_track", "off_track"),
    ],
)
def test_a_band_is_kept_inside_nearly_or_not(actual, before_due, when_due):
    target = band(90, 95)
    periods = ("2021-22", "2025-26", "2026-27", "2027-28")
    assert [judged(target, seen(period, actual)).status.value for period in periods] == [
        before_due,
        before_due,
        when_due,
        when_due,
    ]


def test_a_band_tells_the_distance_to_its_nearer_end_and_expects_no_single_value():
    judgements = [judged(band(90, 95), seen("2023-24", actual)) for actual in (91, 94, 88, 96)]
    assert [numbers(each) for each in judgements] == [
        [None, None, None, difference, Fraction(1, 2), None] for difference in (1, 1, -2, -1)
    ]


def test_a_band_that_is_never_due_is_never_met():
    judgement = judged(band(90, 95, due=None), seen("2033-34", 92))
    assert told(judgement) == ("on_track", "in_band")


def test_a_neutral_measure_is_never_judged():
    judgement = judged(way(40, 50), seen("2023-24", 50), direction=Direction.NEUTRAL)
    assert (told(judgement), judgement.actual) == (("no_target", "neutral"), 50)
    assert numbers(judgement) == [None] * 6


def test_a_target_is_optional():
    judgement = judged(None, seen("2023-24", 50))
    assert (told(judgement), judgement.actual) == (("no_target", "none_set"), 50)
    assert numbers(judgement) == [None] * 6


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("reported", "no_value"),
        ("estimated", "no_value"),
        ("not_collected", "not_collected"),
        ("not_applicable", "not_applicable"),
        ("suppressed", "suppressed"),
    ],
)
def test_where_there_is_no_value_the_reason_says_why(status, reason):
    observed = plain(parse("2023-24"), FIRST, ValueStatus(status), None)
    for target in (way(40, 50), band(90, 95)):
        judgement = judged(target, observed)
        assert (told(judgement), judgement.actual) == (("no_data", reason), None)
        assert numbers(judgement) == [None] * 6


def test_a_denominator_of_0_is_no_data():
    observed = ratio(parse("2023-24"), FIRST, ValueStatus.REPORTED, 0, 0, 100)
    assert told(judged(way(40, 50), observed)) == ("no_data", "no_value")


def test_an_estimate_is_judged_like_a_report():
    observed = plain(parse("2023-24"), FIRST, ValueStatus.ESTIMATED, 44)
    assert told(judged(way(40, 50), observed)) == ("on_track", "at_or_past_expected")


START_OVER = date(2022, 6, 30)


@pytest.mark.parametrize(
    ("observed", "on", "expected"),
    [
        (None, date(2022, 6, 29), ("not_started", "before_start")),
        (None, START_OVER, ("no_data", "never_observed")),
        ("2020-21", date(2022, 6, 29), ("not_started", "before_start")),
        ("2020-21", START_OVER, ("not_started", "observed_before_start")),
        ("2020-21", date(2022, 12, 27), ("not_started", "observed_before_start")),
        ("2020-21", date(2022, 12, 28), ("stale", "overdue")),
        ("2018-19", date(2022, 6, 29), ("not_started", "before_start")),
        ("2018-19", START_OVER, ("stale", "overdue")),
        ("2021-22", START_OVER, ("on_track", "at_or_past_expected")),
    ],
)
def test_a_target_has_not_started_before_its_baseline_is_over(observed, on, expected):
    seen_then = None if observed is None else seen(observed, 40)
    judgement = judged(way(40, 50), seen_then, on=on, rhythm=YEARLY)
    assert told(judgement) == expected
    if observed != "2021-22":
        assert numbers(judgement) == [None] * 6


def test_a_band_has_not_started_before_its_first_period():
    observed = seen("2020-21", 92)
    judgements = [
        judged(band(90, 95), observed, on=on) for on in (date(2021, 6, 30), date(2021, 7, 1))
    ]
    assert [told(each) for each in judgements] == [
        ("not_started", "before_start"),
        ("not_started", "observed_before_start"),
    ]


def test_a_band_holds_from_the_first_day_of_its_first_period():
    target = band(90, 95, start="2021-22-S2")
    periods = ("2021-12", "2022-01", "2021-22-S1", "2021-22", "2021-12-31", "2022-01-01")
    assert [judged(target, seen(period, 92)).status.value for period in periods] == [
        "not_started",
        "on_track",
        "not_started",
        "on_track",
        "not_started",
        "on_track",
    ]
    asked = [judged(target, None, on=date(2021, 12, 31)), judged(target, None, on=date(2022, 1, 1))]
    assert [told(each) for each in asked] == [
        ("not_started", "before_start"),
        ("no_data", "never_observed"),
    ]


def test_a_missing_value_of_before_the_start_is_missing():
    observed = plain(parse("2020-21"), FIRST, ValueStatus.NOT_COLLECTED, None)
    judgements = [
        judged(way(40, 50), observed, on=on) for on in (date(2022, 6, 29), date(2022, 6, 30))
    ]
    assert [told(each) for each in judgements] == [
        ("not_started", "before_start"),
        ("no_data", "not_collected"),
    ]


def test_a_baseline_that_is_known_to_be_missing_is_missing_before_its_period_is_over():
    observed = plain(parse("2021-22"), FIRST, ValueStatus.NOT_COLLECTED, None)
    judgement = judged(way(40, 50), observed, on=date(2022, 3, 1))
    assert told(judgement) == ("no_data", "not_collected")


def test_versions_without_a_break_are_of_one_era():
    assert eras([False, False, True, False, True]) == [
        Definition(1, 1),
        Definition(2, 1),
        Definition(3, 2),
        Definition(4, 2),
        Definition(5, 3),
    ]


def test_the_first_version_breaks_with_nothing():
    assert eras([True, False]) == [Definition(1, 1), Definition(2, 1)]
    assert eras([True, True]) == [Definition(1, 1), Definition(2, 2)]
    assert eras([]) == []


V1, V2, V3 = eras([False, False, True])


@pytest.mark.parametrize(
    ("baseline", "aim", "observed", "expected"),
    [
        (V1, V1, V1, ("on_track", "at_or_past_expected")),
        (V1, V2, V1, ("on_track", "at_or_past_expected")),
        (V1, V1, V2, ("on_track", "at_or_past_expected")),
        (V3, V3, V3, ("on_track", "at_or_past_expected")),
        (V2, V2, V3, ("not_comparable", "era_break")),
        (V3, V3, V2, ("not_comparable", "era_break")),
        (V2, V3, V3, ("not_comparable", "era_break")),
        (V2, V3, V2, ("not_comparable", "era_break")),
        (V3, V2, V2, ("not_comparable", "era_break")),
    ],
    ids=str,
)
def test_a_target_does_not_cross_an_era_break_in_silence(baseline, aim, observed, expected):
    target = way(40, 50, definition=aim, baseline_definition=baseline)
    judgement = judged(target, seen("2023-24", 44, observed), on=date(2190, 1, 1))
    assert (told(judgement), judgement.actual) == (expected, 44)
    compared = expected[0] == "on_track"
    assert [number is not None for number in numbers(judgement)] == [
        compared,
        compared,
        compared,
        compared,
        compared,
        compared,
    ]


def test_a_band_does_not_cross_an_era_break_in_silence():
    judgement = judged(band(90, 95), seen("2023-24", 92, V3))
    assert (told(judgement), numbers(judgement)) == (("not_comparable", "era_break"), [None] * 6)


def test_an_era_break_is_told_before_the_age_of_the_value():
    judgement = judged(way(40, 50), seen("2023-24", 44, V3), on=date(2190, 1, 1), rhythm=YEARLY)
    assert told(judgement) == ("not_comparable", "era_break")


@pytest.mark.parametrize(
    ("target", "direction"),
    [
        (way(40, 50), Direction.DECREASE),
        (way(40, 50), Direction.MAINTAIN),
        (way(50, 40, direction=Direction.DECREASE), Direction.INCREASE),
        (band(40, 50), Direction.INCREASE),
    ],
    ids=["up, now down", "up, now a band", "down, now up", "a band, now up"],
)
def test_a_target_of_another_direction_is_not_compared(target, direction):
    judgement = judged(target, seen("2023-24", 44), direction=direction)
    assert told(judgement) == ("not_comparable", "direction_changed")
    assert numbers(judgement) == [None] * 6


def test_a_status_is_computed_from_what_was_not_rounded():
    observed = ratio(parse("2026-27"), FIRST, ValueStatus.REPORTED, 8496, 10_000, 100)
    judgement = judged(way(80, 85), observed)
    assert (shown(observed.value, 1), judgement.status.value) == (Decimal("85.0"), "at_risk")


def test_a_third_is_a_third():
    """Of 3 x 1/3 a float or a decimal loses some; here the limits are met to the last digit."""
    target = way(0, 1, start="2021-22", due="2024-25")
    observed = ratio(parse("2022-23"), FIRST, ValueStatus.REPORTED, 1, 3, 1)
    assert told(judged(target, observed)) == ("on_track", "at_or_past_expected")
    observed = ratio(parse("2022-23"), FIRST, ValueStatus.REPORTED, 7, 30, 1)
    assert told(judged(target, observed)) == ("at_risk", "within_tolerance")


def test_every_reason_stands_for_one_status_and_every_status_has_a_reason():
    assert {reason.status for reason in Reason} == set(TargetStatus)


def test_four_statuses_have_a_colour():
    assert [status.value for status in TargetStatus if status.coloured] == [
        "met",
        "on_track",
        "at_risk",
        "off_track",
    ]
