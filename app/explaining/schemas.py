"""What an explanation looks like on the wire."""

from enum import StrEnum

from pydantic import Field

from app.policy import Action
from app.scalars import Id, Input, View


class Outcome(StrEnum):
    """What a check came to."""

    HOLDS = "holds"
    REFUSES = "refuses"
    NOT_EVALUATED = "not_evaluated"


class Question(Input):
    """What the caller would do, and to what; a member that does not concern it is not looked at."""

    action: Action
    district_id: Id | None = None
    round_id: Id | None = None
    release_id: Id | None = None
    plan_id: Id | None = None
    motion_id: Id | None = None


class CheckView(View):
    """One check: the rule of the charter behind it, and what it came to."""

    rule: str
    says: str
    outcome: Outcome
    why: str | None = Field(description="Why it refuses, or why it was not looked at.")


class ExplanationView(View):
    """Whether the caller may, as far as that can be told without doing it."""

    action: Action
    meaning: str
    allowed: bool = Field(description="Whether no check that was made refuses.")
    checks: list[CheckView] = Field(description="In the order in which the gate makes them.")
