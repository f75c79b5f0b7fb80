"""Arbitrary targets, observations and numbers."""

from fractions import Fraction
from itertools import accumulate

from hypothesis import strategies as st
from measuring.made import FIRST

from app.measuring.periods import LAST_DAY, Period, parse
from app.measuring.targets import Band, Point, Trajectory
from app.measuring.words import Direction, PeriodKind

YEARS = [parse(f"20{year}-{year + 1}") for year in range(21, 40)]
numbers = st.builds(Fraction, st.integers(-2400, 2400), st.sampled_from([1, 2, 3, 4, 7, 12]))
tolerances = st.none() | st.builds(Fraction, st.integers(0, 200), st.integers(1, 6))
factors = st.builds(Fraction, st.integers(1, 1000), st.integers(1, 1000))
parts_of_one = st.builds(Fraction, st.integers(0, 12), st.just(12))
kinds = st.sampled_from(PeriodKind)
days = st.dates(YEARS[0].first_day, YEARS[-1].last_day)
later_days = st.dates(YEARS[-1].first_day, LAST_DAY)
"""Days after every due period: the last year is never one."""
periods = st.sampled_from(YEARS) | st.builds(Period.holding, kinds, days)
directions = st.sampled_from([Direction.INCREASE, Direction.DECREASE])
steps = st.lists(st.tuples(st.integers(1, 3), numbers), min_size=1, max_size=5)


@st.composite
def trajectories(draw: st.DrawFn) -> Trajectory:
    first, following = draw(st.tuples(st.integers(0, 2), numbers)), draw(steps)
    indices = accumulate(gap for gap, _ in (first, *following))
    points = [
        Point(YEARS[index], value)
        for index, (_, value) in zip(indices, (first, *following), strict=True)
    ]
    baseline, *milestones, aim = points
    direction, tolerance = draw(directions), draw(tolerances)
    return Trajectory(direction, FIRST, baseline, FIRST, aim, tuple(milestones), tolerance)


@st.composite
def bands(draw: st.DrawFn) -> Band:
    low, high = sorted([draw(numbers), draw(numbers)])
    start, due = sorted([draw(st.sampled_from(YEARS)), draw(st.sampled_from(YEARS))])
    return Band(FIRST, low, high, start, draw(st.sampled_from([None, due])), draw(tolerances))


targets = trajectories() | bands()
