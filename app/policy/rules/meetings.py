"""Rules about what meetings decide of the charter and of targets, and about their minutes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from app.policy.charter import RANGES, Charter
from app.policy.rules import rule, state
from app.problems import Invalid
from app.vocabulary import MotionState, Parameter, TopicState

state(
    "TR-20",
    "A version of the charter is added for a motion that a meeting adopted, and never changed.",
    "app.charter.models.CharterVersion",
)
state(
    "TR-20",
    "A target of the consortium is added for a motion that a meeting adopted, and never changed.",
    "app.consortium_targets.models.ConsortiumTarget",
)


@dataclass(frozen=True, slots=True)
class Change:
    """What a motion would set a parameter of the charter to."""

    parameter: Parameter
    value: int


@dataclass(frozen=True, slots=True)
class Course:
    """How far a meeting has come: when its minutes were approved, and where its motions stand."""

    approved_at: datetime | None
    motions: Collection[MotionState] = ()


@rule(
    "TR-20",
    "A parameter of the charter is set within its range: none is loosened beyond its floor.",
    Invalid,
)
def parameter_is_in_range(change: Change) -> bool:
    """Hold for the ends of the range and what lies between."""
    return RANGES[change.parameter].takes(change.value)


@rule("TR-20", "Tenths are given of no fewer districts than bands are (DR-12).")
def parameters_agree(charter: Charter) -> bool:
    """Hold when what is finer asks for as many districts or more."""
    return charter.prevalence_bands <= charter.prevalence_tenths


@rule("TR-20", "A target is set on a topic that a meeting has adopted.")
def target_is_on_an_adopted_topic(topic: TopicState) -> bool:
    """Hold for a topic that was adopted, and not retired since."""
    return topic is TopicState.ADOPTED


@rule("TR-20", "What approved minutes tell of a meeting is not changed.")
def minutes_are_open(course: Course) -> bool:
    """Hold until the minutes of the meeting are approved."""
    return course.approved_at is None


@rule("TR-20", "The minutes of a meeting are approved when it has decided on all its motions.")
def nothing_waits(course: Course) -> bool:
    """Hold when no motion of the meeting waits."""
    return MotionState.PROPOSED not in course.motions
