"""How a measure stands, as far as the public is told."""

from datetime import date
from operator import attrgetter
from typing import Any, Final

from app.measuring.status import Judgement
from app.measuring.targets import Trajectory
from app.measuring.words import Reason, ValueStatus
from app.observations.models import Observation
from app.targets.models import Target
from app.targets.standing import (
    ObservationRow,
    SeriesRow,
    StandingView,
    TargetRow,
    judged,
    shown,
    told,
    told_point,
)

AIMED: Final = attrgetter(*TargetRow._fields)
OBSERVED: Final = attrgetter(*ObservationRow._fields)


def standing(
    series: SeriesRow,
    target: Target | None,
    newest: Observation | None,
    on: date,
    *,
    hidden: bool,
    without_baseline: bool,
) -> StandingView:
    """Judge a measure as its district does; as without data where that would tell what is kept.

    What is expected stays where the value is ``hidden`` and the baseline is not.
    """
    row = None if newest is None else ObservationRow._make(OBSERVED(newest))
    aimed = None if target is None else TargetRow._make(AIMED(target))
    if row is not None and (hidden or without_baseline):
        row = ObservationRow(row.edition, row.period, ValueStatus.SUPPRESSED, None, None, None)
    judgement = judged(series, aimed, row, on)
    expected = expectation(judgement) if hidden and not without_baseline else {}
    return StandingView(**told(judgement) | expected)


def expectation(judgement: Judgement) -> dict[str, Any]:
    """Say what a target expects of a value that is withheld."""
    target, observed = judgement.inputs.target, judgement.inputs.observed
    if judgement.reason is not Reason.SUPPRESSED or target is None or observed is None:
        return {}
    if not all(each.comparable_with(observed.definition) for each in target.definitions):
        return {}
    members: dict[str, Any] = {"tolerance": shown(target.tolerance)}
    if isinstance(target, Trajectory):
        expected = target.expected(observed.period)
        between = expected.between and [told_point(each) for each in expected.between]
        members |= {"expected": shown(expected.value), "between": between}
        members |= {"expected_from": expected.source}
    return members
