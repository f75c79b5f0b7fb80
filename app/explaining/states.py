"""Which rules about the state of things an action is held to, and which can be asked beforehand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select

from app.clock import now
from app.districts.models import District
from app.meetings.models import Meeting, Motion
from app.plans.models import Plan
from app.policy import Action, Reading
from app.policy.rules import Rule
from app.policy.rules.disclosure import round_can_be_released
from app.policy.rules.plans import plan_takes_edits
from app.policy.rules.rounds import (
    Sitting,
    has_shared,
    meeting_was_held,
    motion_is_open,
    round_is_open_to_change,
    round_takes_answers,
)
from app.policy.rules.submissions import (
    district_is_active,
    round_lets_go,
    round_takes_attestations,
)
from app.releases.models import Release
from app.rounds.models import Round
from app.scalars import View
from app.vocabulary import DistrictState, MotionKind, MotionState, PlanLifecycle, RoundStage


class RoundState(View):
    """Where a round stands."""

    id: UUID
    stage: RoundStage
    review_until: datetime | None


class ReleaseState(View):
    """Of which round a release is."""

    round_id: UUID


class PlanState(View):
    """Whose a plan is, and where it stands."""

    district_id: UUID
    lifecycle: PlanLifecycle


class MotionStands(View):
    """What a motion asks for, where it stands, and when its meeting is held."""

    kind: MotionKind
    state: MotionState
    held_on: date


class DistrictStands(View):
    """Where a district stands in the consortium."""

    id: UUID
    standing: DistrictState


SOUGHT: Final[Any] = bindparam("sought")
ROUND: Final = Reading(
    select(Round.id, Round.stage, Round.review_until).where(Round.id == SOUGHT), RoundState
)
RELEASE: Final = Reading(select(Release.round_id).where(Release.id == SOUGHT), ReleaseState)
PLAN: Final = Reading(select(Plan.district_id, Plan.lifecycle).where(Plan.id == SOUGHT), PlanState)
MOTION: Final = Reading(
    select(Motion.kind, Motion.state, Meeting.held_on)
    .join(Meeting, Meeting.id == Motion.meeting_id)
    .where(Motion.id == SOUGHT),
    MotionStands,
)
DISTRICT: Final = Reading(
    select(District.id, District.standing).where(District.id == SOUGHT), DistrictStands
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule, the name of what it looks at, and what of that it is told."""

    of: str
    rule: Rule[Any]
    told: Callable[[Any], Any] = lambda row: row


EDITS: Final = (Asked("plan", plan_takes_edits),)
SHARED: Final = (Asked("standing", has_shared),)
RELEASES: Final = (Asked("round", round_can_be_released),)
ACTIVE: Final = Asked("district", district_is_active, lambda row: row.standing)
ASKED: Final[Mapping[Action, tuple[Asked, ...]]] = {
    Action.MOTION_DECIDE: (
        Asked("motion", motion_is_open),
        Asked("motion", meeting_was_held, lambda row: Sitting(row.held_on, now().date())),
    ),
    Action.ROUND_SCHEDULE: (Asked("round", round_is_open_to_change),),
    Action.SUBMISSION_ENTER: (ACTIVE, Asked("round", round_takes_answers)),
    Action.SUBMISSION_ATTEST: (ACTIVE, Asked("round", round_takes_attestations)),
    Action.SUBMISSION_WITHDRAW: (Asked("round", round_lets_go),),
    Action.RELEASE_PLAN_DRAFT: RELEASES,
    Action.RELEASE_PUBLISH: RELEASES,
    Action.RELEASE_READ: SHARED,
    Action.POSITION_READ: SHARED,
    Action.PLAN_DRAFT: EDITS,
    Action.GOAL_DRAFT: EDITS,
    Action.INDICATOR_DRAFT: EDITS,
}
"""What can be asked beforehand."""

LEFT: Final[Mapping[Action, tuple[str, ...]]] = {
    Action.MEMBERSHIP_GRANT: ("TR-04",),
    Action.KEY_CREATE: ("TR-01", "TR-04"),
    Action.OWN_KEY_CREATE: ("TR-01",),
    Action.MEETING_RECORD: ("TR-20",),
    Action.MOTION_DECIDE: ("TR-20",),
    Action.TOPIC_PROPOSE: ("TR-20", "TR-22"),
    Action.ROUND_SCHEDULE: ("TR-20",),
    Action.ROUND_ADVANCE: ("TR-20", "TR-21", "TR-22", "TR-23"),
    Action.SUBMISSION_ENTER: ("TR-21",),
    Action.SUBMISSION_ATTEST: ("TR-24",),
    Action.CONSENT_GIVE: ("TR-26", "DR-11", "DR-14"),
    Action.SHARED_ANSWER_READ: ("TR-24", "TR-26"),
    Action.INTRODUCTION_ASK: ("TR-27",),
    Action.INTRODUCTION_ANSWER: ("TR-27", "DR-11", "DR-14"),
    Action.PRACTICE_TELL: ("DR-11", "DR-14"),
    Action.INCLUSION_READ: ("TR-24",),
    Action.RELEASE_PLAN_DRAFT: ("DR-14",),
    Action.RELEASE_PUBLISH: ("DR-01", "DR-05", "DR-09"),
    Action.PLAN_DRAFT: ("TR-11",),
    Action.PLAN_ADVANCE: ("TR-11",),
    Action.PLAN_RECOMMEND: ("TR-11",),
    Action.PLAN_DECIDE: ("TR-11", "TR-13"),
    Action.MEASURE_DEFINE: ("TR-15",),
    Action.TARGET_SET: ("TR-11", "TR-15"),
    Action.STATUS_OVERRIDE: ("TR-16",),
    Action.REPORT_PUBLISH: ("TR-17",),
}
"""What depends on what is sent, or on more than one thing: told when it is done."""
