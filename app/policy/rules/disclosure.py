"""Rules about what leaves the vault."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from app.policy.charter import Charter
from app.policy.rules import rule, state
from app.vocabulary import PlanState, RoundStage

state(
    "DR-09",
    "A released row is never changed: a release adds rows, once.",
    "app.policy.session.keep_within",
)
state("DR-09", "No login may change a released row.", "app.policy.lock.POLICIES")
QUIET: Final = state(
    "DR-14",
    "Members see withheld without a reason; staff see a class of reasons, one for all that look at"
    " values.",
    "app.releases.verdicts",
)
state("TR-04", "One computation, the vault, opens every district's answers.", "app.policy.seal")


@dataclass(frozen=True, slots=True)
class Contributors:
    """Who would stand behind a cell: one name for each administration."""

    administrations: Collection[object]
    charter: Charter


@dataclass(frozen=True, slots=True)
class Drafted:
    """The verdicts of a plan, as they were drafted and as they are computed anew."""

    then: Sequence[object]
    now: Sequence[object]


class InRound(Protocol):
    """A round, or a row that knows its stage."""

    @property
    def stage(self) -> RoundStage:
        """Return the stage of the round."""


class Plan(Protocol):
    """A release plan."""

    @property
    def state(self) -> PlanState:
        """Return what became of it."""


@rule("DR-01", "A released figure stands for at least T districts, one for each administration.")
def enough_districts(contributors: Contributors) -> bool:
    """Hold when no district can be read out of the figure by its count."""
    return len(set(contributors.administrations)) >= contributors.charter.fewest_districts


@rule(
    "DR-05",
    "No released figure taken from another, nor what the groups of a basis leave over, stands for"
    " fewer than T districts. (The audit of every combination of everything released comes later.)",
)
def differences_are_safe(left: Sequence[Contributors]) -> bool:
    """Hold when whatever is left over stands for enough districts too."""
    return all(enough_districts.holds(each) for each in left)


@rule("DR-09", "A release follows the lock of its round, and is made once from a plan.")
def round_can_be_released(row: InRound) -> bool:
    """Hold between the lock of the round and its publication."""
    return row.stage is RoundStage.LOCKED


@rule("DR-09", "A plan is published once.")
def plan_is_fresh(plan: Plan) -> bool:
    """Hold until the plan was published."""
    return plan.state is PlanState.DRAFTED


@rule("DR-09", "What is published is what was planned: a plan that no longer fits is drafted anew.")
def plan_still_fits(drafted: Drafted) -> bool:
    """Hold when the vault still lets out, and keeps back, what the plan says."""
    return drafted.then == drafted.now
