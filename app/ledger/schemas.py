"""What the ledger looks like on the wire."""

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import Field

from app.scalars import View
from app.vocabulary import LedgerOutcome

LedgerOrder = Literal["at", "-at"]
HASH: Final = "SHA-256, in hexadecimal."
SEALED: Final = "Null until it is sealed, which takes a second or two."


class Entry(View):
    """What was done to whose data or rights, or was refused, without who it was."""

    id: UUID
    at: datetime
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


class LedgerEntryView(Entry):
    """One entry: who did what to whose data or rights, or was refused it. It holds no value."""

    account_id: UUID


class DistrictLedgerEntryView(Entry):
    """One entry that concerns a district, and its place in the chain of sealed batches."""

    account_id: UUID | None = Field(
        description="Null, as are the key and the request, where a member had the vault look at a"
        " round for a matter of its own: who it was is for the auditor to see."
    )
    batch: int | None = Field(description=f"The number of its batch. {SEALED}")
    position: int | None = Field(description=f"Its place there, from 1 on. {SEALED}")


class LedgerBatchView(View):
    """One batch of the chain: `hash` is that of `body`, which names the hash of the batch before.

    A number that is missing, or a `body` that does not give its `hash`, was tampered with.
    """

    number: int = Field(description="From 1 on, without a gap.")
    entries: int = Field(description="How many entries it seals.")
    total: int = Field(description="How many it and all before it seal.")
    sealed_at: datetime
    body: str = Field(description="JSON, exactly as it was hashed.")
    hash: str = Field(description=HASH)


class CheckpointView(View):
    """The signed statement that the chain had this hash after this batch: keep it."""

    batch: int = Field(description="The batch that was the last.")
    total: int = Field(description="How many entries were sealed.")
    hash: str = Field(description=f"Of that batch. {HASH}")
    signed_at: datetime
    jws: str = Field(
        description="All of that, signed by the service: a JSON Web Signature (RFC 7515) of type"
        " `ledger-checkpoint+jwt`."
    )
    key: dict[str, Any] = Field(description="The public key that verifies it (RFC 7517).")


class SealedEntryView(View):
    """The place of an entry in the chain, with its text exactly as it was hashed."""

    batch: int
    position: int = Field(description="From 1 on, without a gap.")
    entry_id: UUID
    digest: str = Field(description=f"Of the text, as it was sealed. {HASH}")
    text: str | None = Field(description="JSON. Null where the entry is gone, which is tampering.")


class UnsealedEntryView(View):
    """An entry that no batch has taken yet."""

    id: UUID
    at: datetime
    text: str = Field(description="JSON, exactly as it will be hashed.")
