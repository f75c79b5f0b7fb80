"""What holds of every status, whatever the numbers are."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st
from measuring.made import FIRST
from measuring.strategies import (
    bands,
    factors,
    kinds,
    numbers,
    parts_of_one,
    periods,
    targets,
    trajectories,
)

from app.measuring.eras import Definition
from app.measuring.freshness import Rhythm
from app.measuring.periods import Period
from app.measuring.status import Inputs, Judgement, judge
from app.measuring.targets import Band, Point, Target, Trajectory
from app.measuring.values import Observed
from app.measuring.words import Direction, Reason, TargetStatus, ValueStatus

FROM_GOOD_TO_BAD = [
    TargetStatus.MET,
    TargetStatus.ON_TRACK,
    TargetStatus.AT_RISK,
    TargetStatus.OFF_TRACK,
]


def at(target: Target, period: Period, actual: Fraction) -> Judgement:
    observed = Observed(period, FIRST, ValueStatus.REPORTED, actual)
    return judge(Inputs(target.direction, target, observed, period.last_day))


def moved(target: Target, factor: Fraction, shift: Fraction = Fraction(0)) -> Target:
    """Write every number in another unit; a negative factor turns the direction round."""

    def to(number: Fraction) -> Fraction:
        return number * factor + shift

    own = None if target.own_tolerance is None else target.own_tolerance * abs(factor)
    if isinstance(target, Band):
        low, high = sorted([to(target.low), to(target.high)])
        return replace(target, low=low, high=high, own_tolerance=own)
    turned = {
        Direction.INCREASE: Direction.DECREASE,
        Direction.DECREASE: Direction.INCREASE,
    }[target.direction]
    return replace(
        target,
        direction=turned if factor < 0 else target.direction,
        baseline=Point(target.baseline.period, to(target.baseline.value)),
        aim=Point(target.aim.period, to(target.aim.value)),
        milestones=tuple(Point(each.period, to(each.value)) for each in target.milestones),
        own_tolerance=own,
    )


@given(targets, periods, numbers)
def test_negating_everything_and_turning_the_direction_gives_the_same_status(
    target, period, actual
):
    here, mirrored = at(target, period, actual), at(moved(target, Fraction(-1)), period, -actual)
    assert (mirrored.reason, mirrored.progress, mirrored.difference, mirrored.tolerance) == (
        here.reason,
        here.progress,
        here.difference,
        here.tolerance,
    )
    assert mirrored.expected == (None if here.expected is None else -here.expected)


@given(targets, periods, numbers, factors, numbers)
def test_another_unit_or_another_zero_gives_the_same_status(target, period, actual, factor, shift):
    here = at(target, period, actual)
    there = at(moved(target, factor, shift), period, actual * factor + shift)
    assert (there.reason, there.progress) == (here.reason, here.progress)
    scaled = None if here.difference is None else here.difference * factor
    assert there.difference == scaled


@given(trajectories(), periods, numbers, numbers)
def test_a_better_value_never_has_a_worse_status(target, period, one, other):
    better, worse = sorted([one, other], reverse=target.direction is Direction.INCREASE)
    judgements = [at(target, period, actual) for actual in (better, worse)]
    if not judgements[0].status.coloured:
        assert judgements[0].reason is judgements[1].reason
    else:
        good, bad = (FROM_GOOD_TO_BAD.index(each.status) for each in judgements)
        assert good <= bad


@given(bands(), periods, numbers, parts_of_one)
def test_a_value_nearer_to_the_middle_of_a_band_never_has_a_worse_status(
    target, period, actual, part
):
    middle = (target.low + target.high) / 2
    nearer = middle + (actual - middle) * part
    held = period if target.begins <= period.last_day else target.start
    good, bad = (FROM_GOOD_TO_BAD.index(at(target, held, each).status) for each in (nearer, actual))
    assert good <= bad


@given(targets, periods, numbers, factors, factors)
def test_a_wider_tolerance_never_gives_a_worse_status(target, period, actual, one, other):
    narrow, wide = (
        at(replace(target, own_tolerance=each), period, actual).status
        for each in sorted([one, other])
    )
    if narrow.coloured:
        assert FROM_GOOD_TO_BAD.index(wide) <= FROM_GOOD_TO_BAD.index(narrow)
    else:
        assert wide is narrow


@given(trajectories(), numbers, periods)
def test_what_is_expected_of_a_period_is_enough_to_be_on_track(target, shortfall, period):
    period = period if target.begins <= period.last_day else target.baseline.period
    expected = at(target, period, target.aim.value).expected
    assert expected is not None
    short = expected - abs(shortfall) * (1 if target.direction is Direction.INCREASE else -1)
    reached, missed = at(target, period, expected), at(target, period, short)
    assert reached.difference == 0
    assert reached.status in {TargetStatus.MET, TargetStatus.ON_TRACK}
    assert missed.difference == -abs(shortfall)


@given(trajectories())
def test_at_its_two_ends_progress_is_0_and_1(target):
    assume(target.baseline.value != target.aim.value)
    ends = [target.progress(each.value) for each in (target.baseline, target.aim)]
    assert ends == [0, 1]


@given(trajectories(), periods)
def test_who_reached_the_aim_has_met_it_at_any_time(target, period):
    judgement = at(target, period, target.aim.value)
    started = period.last_day >= target.begins
    assert judgement.reason is (Reason.AT_OR_PAST_AIM if started else Reason.BEFORE_START)


@given(trajectories(), periods, numbers)
def test_once_the_aim_is_due_nothing_but_the_aim_is_on_track(target, period, actual):
    due = period if period.end >= target.due.end else target.due
    assert at(target, due, actual).status is not TargetStatus.ON_TRACK


@given(targets, periods, numbers)
def test_a_person_comes_to_the_same_status_by_hand(target, period, actual):
    judgement = at(target, period, actual)
    if period.last_day < begins_by_hand(target):
        assert judgement.status is TargetStatus.NOT_STARTED
    elif isinstance(target, Band):
        assert judgement.status is band_by_hand(target, period, actual)
    else:
        assert judgement.status is way_by_hand(target, judgement, actual)


def begins_by_hand(target: Target) -> date:
    """A way begins when its baseline is known, a band on its first day."""
    if isinstance(target, Band):
        return target.start.first_day
    return target.baseline.period.last_day


def band_by_hand(target: Band, period: Period, actual: Fraction) -> TargetStatus:
    tolerance = (target.high - target.low) / 10
    if target.own_tolerance is not None:
        tolerance = target.own_tolerance
    if target.low <= actual <= target.high:
        due = target.due is not None and target.due.last_day <= period.last_day
        return TargetStatus.MET if due else TargetStatus.ON_TRACK
    if target.low - tolerance <= actual <= target.high + tolerance:
        return TargetStatus.AT_RISK
    return TargetStatus.OFF_TRACK


def way_by_hand(target: Trajectory, told: Judgement, actual: Fraction) -> TargetStatus:
    """Use the expected value that was told, and nothing else of the answer."""
    assert told.expected is not None
    tolerance = abs(target.aim.value - target.baseline.value) / 10
    if target.own_tolerance is not None:
        tolerance = target.own_tolerance
    if target.direction is Direction.INCREASE:
        limits = [target.aim.value, told.expected, told.expected - tolerance]
        passed = [actual >= limit for limit in limits]
    else:
        limits = [target.aim.value, told.expected, told.expected + tolerance]
        passed = [actual <= limit for limit in limits]
    return FROM_GOOD_TO_BAD[passed.index(True) if any(passed) else 3]


definitions = st.builds(Definition, st.integers(1, 4), st.integers(1, 2))
statuses = st.sampled_from(ValueStatus)
rhythms = st.none() | st.builds(Rhythm, kinds, st.none() | st.integers(0, 400))


@st.composite
def observations(draw: st.DrawFn) -> Observed:
    status = draw(statuses)
    value = draw(st.none() | numbers) if status.has_value else None
    return Observed(draw(periods), draw(definitions), status, value)


@st.composite
def questions(draw: st.DrawFn) -> Inputs:
    target = draw(st.none() | targets)
    if isinstance(target, Trajectory):
        definition, baseline = draw(definitions), draw(definitions)
        target = replace(target, definition=definition, baseline_definition=baseline)
    likely = draw(st.sampled_from(Direction))
    direction = likely if target is None else draw(st.sampled_from([target.direction, likely]))
    on = draw(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
    return Inputs(direction, target, draw(st.none() | observations()), on, draw(rhythms))


@given(questions())
def test_all_inputs_have_a_status_and_numbers_only_where_something_was_compared(inputs):
    judgement = judge(inputs)
    observed, target = inputs.observed, inputs.target
    assert judgement.inputs is inputs
    assert judgement.actual == (None if observed is None else observed.value)
    compared = judgement.difference is not None
    assert compared is (judgement.tolerance is not None)
    if judgement.status.coloured:
        assert compared
    if compared:
        assert observed is not None
        assert target is not None
        assert judgement.status is TargetStatus.STALE or judgement.status.coloured
        assert {each.era for each in target.definitions} == {observed.definition.era}
        assert inputs.direction is target.direction
        assert inputs.direction is not Direction.NEUTRAL
        assert observed.period.last_day >= begins_by_hand(target)
    if judgement.status is TargetStatus.STALE:
        assert judgement.fresh_until is not None
        assert inputs.on > judgement.fresh_until


@given(questions(), st.integers(0, 4000))
def test_time_alone_only_makes_a_value_stale_or_starts_a_target(inputs, days):
    later = replace(inputs, on=date.fromordinal(inputs.on.toordinal() + days))
    before, after = judge(inputs).reason, judge(later).reason
    if before is Reason.BEFORE_START:
        assert after.status in {
            TargetStatus.NOT_STARTED,
            TargetStatus.NO_DATA,
            TargetStatus.STALE,
        }
    elif after is not before:
        assert after is Reason.OVERDUE
