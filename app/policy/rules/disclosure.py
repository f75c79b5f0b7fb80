"""Rules about what leaves the vault."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from app.disclosure.batches import Batch
from app.policy.charter import Charter
from app.policy.rules import rule, state
from app.problems import PendingBatch
from app.vocabulary import CellStatus, PlanState, RoundStage

state(
    "DR-09",
    "A released row is never changed: a release adds rows, once.",
    "app.policy.session.keep_within",
)
state(
    "DR-06",
    "Published cells are fixed, candidates stand in a public order: the lowest of a breach is"
    " withheld, and given back where all still passes.",
    "app.disclosure.planner",
)
state(
    "DR-08",
    "Sums that are withheld stay uncertain by p percent beside all that is published.",
    "app.disclosure.intervals",
)
state("DR-15", "A release carries a signed certificate.", "app.releases.certifying")
state("DR-09", "No login may change a released row.", "app.policy.lock.POLICIES")
QUIET: Final = state(
    "DR-14",
    "Members see withheld without a reason; staff see a class of reasons, one for all that look at"
    " values.",
    "app.releases.verdicts",
)
state("TR-04", "One computation, the vault, opens every district's answers.", "app.policy.seal")


@dataclass(frozen=True, slots=True)
class Drafted:
    """The verdicts of a plan, as they were drafted and as they are computed anew."""

    then: Sequence[object]
    now: Sequence[object]


@dataclass(frozen=True, slots=True)
class Trials:
    """How many plans of a round were drafted and not published."""

    drafted: int
    charter: Charter


class Audited(Protocol):
    """What came of an audit."""

    @property
    def passed(self) -> bool:
        """Return whether it is proven that the figures may stand together."""


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


@rule(
    "DR-05",
    "Whatever can be derived from all figures ever released of an item and a period stands for at"
    " least T districts; what is not proven is withheld.",
)
def differences_are_safe(audit: Audited) -> bool:
    """Hold when the audit proved it, of everything together."""
    return audit.passed


@rule("DR-09", "A release follows the lock of its round, and is made once from a plan.")
def round_can_be_released(row: InRound) -> bool:
    """Hold between a lock of the round and the publication that follows it."""
    return row.stage is RoundStage.LOCKED


@rule("DR-09", "A plan is published once.")
def plan_is_fresh(plan: Plan) -> bool:
    """Hold until the plan was published."""
    return plan.state is PlanState.DRAFTED


@rule("DR-09", "What is published is what was planned: a plan that no longer fits is drafted anew.")
def plan_still_fits(drafted: Drafted) -> bool:
    """Hold when the vault still lets out, and keeps back, what the plan says."""
    return drafted.then == drafted.now


@rule(
    "DR-09",
    "What changed since a release goes into another once enough contributors changed together.",
    PendingBatch,
)
def batch_is_large_enough(batch: Batch) -> bool:
    """Hold for a first release, for a batch that is large enough, and where nothing changed."""
    return batch is not Batch.PENDING


@rule("DR-09", "A cell is retracted once, where it was published.")
def cell_can_be_retracted(status: CellStatus) -> bool:
    """Hold while the figure is shown."""
    return status is CellStatus.PUBLISHED


@rule("DR-14", "A round is planned so many times at most: trial plans are counted.")
def trials_are_few(trials: Trials) -> bool:
    """Hold while there are fewer plans that nobody published than the charter allows."""
    return trials.drafted < trials.charter.trial_plans
