"""What the decisions of a board look like on the wire."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.plans.schemas import Values
from app.scalars import KEPT, Day, Input, LongText, Revision, ShortText, Title, View, WholeNumber

Votes = Annotated[int, WholeNumber(ge=0, le=1000)]


class DecisionDraft(Input):
    """A vote of the board on a plan that was recommended to it."""

    motion: ShortText
    decided_on: Annotated[Day, Field(description="The day of the vote, not one to come.")]
    votes_for: Votes
    votes_against: Votes
    abstained: Votes = 0


class PlanAmendment(Revision):
    """What a minor amendment changes of a plan; at least one of its members."""

    title: Title = KEPT
    mission: LongText | None = None
    values: Values = KEPT


class AmendmentDraft(DecisionDraft):
    """A vote of the board on a minor amendment of a plan that it approved."""

    changes: PlanAmendment


class DecisionView(View):
    """A vote of the board on a plan: ``carried`` by more votes for it than against (TR-13).

    ``changes`` is what an amendment changes, null where the vote was on the plan itself.
    """

    id: UUID
    district_id: UUID
    plan_id: UUID
    motion: str
    decided_on: date
    votes_for: int
    votes_against: int
    abstained: int
    carried: bool
    changes: dict[str, str | list[str] | None] | None
    recorded_by: UUID
    recorded_at: datetime
    version: int
