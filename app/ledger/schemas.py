"""What the ledger looks like on the wire."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from app.scalars import View
from app.vocabulary import LedgerOutcome

LedgerOrder = Literal["at", "-at"]


class LedgerEntryView(View):
    """One entry: who did what to whose data or rights, or was refused it. It holds no value."""

    id: UUID
    at: datetime
    account_id: UUID
    key_id: UUID | None = Field(description="The key that was used, or that its token names.")
    action: str
    outcome: LedgerOutcome
    rule: str | None
    district_id: UUID | None = Field(description="The district that it concerns.")
    subject: str | None
    detail: dict[str, Any] = Field(
        description="Counts and names; `unlisted` refusals followed within the same minute."
    )
    request_id: str | None
