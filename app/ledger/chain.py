"""The chain of the ledger, recomputed from what was exported: no database, no service, no file.

Nothing is rewritten in order to be hashed: an entry and the body of a batch are texts, and it is
these texts that were hashed.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.identity.checkpoints import SignedCheckpoint, kid_of, read_checkpoint
from app.identity.refusal import TokenRefused
from app.identity.trust import KeyUnfit, TrustedKey, trusted_key


class Record(BaseModel):
    """One line of an export, of which only what is known is read."""

    model_config = ConfigDict(strict=True, frozen=True)


class Batch(Record):
    """A batch of the chain as it was exported; ``body`` is what was hashed."""

    number: int
    body: str
    hash: str


class Entry(Record):
    """A sealed entry as it was exported; without ``text`` it is gone."""

    batch: int
    position: int
    entry_id: str
    digest: str
    text: str | None


class Unsealed(Record):
    """An entry that no batch had taken when it was exported."""

    id: str
    text: str


class Checkpoint(Record):
    """A signed checkpoint as it was served; ``key`` is believed where no key is given."""

    batch: int
    total: int
    hash: str
    jws: str
    key: dict[str, Any]


class Fault(StrEnum):
    """What is wrong with a ledger."""

    EDITED = "edited"
    """The text of an entry, or of a batch, is not the one that was sealed."""
    DELETED = "deleted"
    """An entry or a batch is gone from its place."""
    REORDERED = "reordered"
    """Entries are not in the order in which they were sealed."""
    ALTERED = "altered"
    """The entries of a batch are not those that were sealed: some were added, or taken away."""
    BROKEN = "broken"
    """A batch does not follow the one before it."""
    CUT = "cut"
    """The ledger ends before a checkpoint that was signed."""
    FORKED = "forked"
    """The ledger, or another checkpoint, says something else than a checkpoint that was signed."""
    SIGNATURE = "signature"
    """A checkpoint is not signed by the key it names."""
    UNSEALED = "unsealed"
    """An entry was put where everything had been sealed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and where."""

    fault: Fault
    says: str
    batch: int | None = None
    entry: str | None = None


@dataclass(slots=True)
class Examined:
    """What was looked at, and what is wrong with it; ``remarks`` are no faults."""

    batches: int = 0
    entries: int = 0
    unsealed: int = 0
    checkpoints: int = 0
    hash: str = ""
    """Of the last batch."""
    findings: list[Finding] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def found(
        self, fault: Fault, says: str, batch: int | None = None, entry: str | None = None
    ) -> None:
        """Write down a finding."""
        self.findings.append(Finding(fault, says, batch, entry))


def digest_of(text: str) -> str:
    """Hash a text as the service does: SHA-256 of its UTF-8, in hexadecimal."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def object_of(text: str) -> Mapping[str, Any]:
    """Read a JSON object, an empty one where the text is none: its hash has told so already."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


class Signatures:
    """Verifies checkpoints with the keys that are believed, each checkpoint once."""

    def __init__(self, given: Mapping[str, TrustedKey], kept: Iterable[Checkpoint]) -> None:
        """Believe the keys that are given, and those that were kept with a checkpoint."""
        self._keys = dict(given)
        for each in kept:
            self._learn(each)
        self._believes_all = not self._keys
        """With nothing to believe, what an export says of itself is checked with its own keys."""

    def _learn(self, checkpoint: Checkpoint) -> None:
        try:
            key = trusted_key(checkpoint.key)
        except KeyUnfit:
            return
        self._keys.setdefault(key.kid, key)

    def read(
        self, checkpoint: Checkpoint, examined: Examined, *, kept: bool
    ) -> SignedCheckpoint | None:
        """Verify a checkpoint, or say why it proves nothing."""
        whose = "you kept" if kept else "of the export"
        what = f"The checkpoint {whose} of batch {checkpoint.batch}"
        try:
            kid = kid_of(checkpoint.jws)
            if self._believes_all:
                self._learn(checkpoint)
            elif kid not in self._keys and not kept:
                examined.remarks.append(f"{what} is signed by a key that you did not give: {kid}.")
                return None
            said = read_checkpoint(checkpoint.jws, self._keys)
        except TokenRefused:
            examined.found(
                Fault.SIGNATURE, f"{what} is not signed by the key it names.", checkpoint.batch
            )
            return None
        if (said.batch, said.total, said.hash) != (
            checkpoint.batch,
            checkpoint.total,
            checkpoint.hash,
        ):
            examined.found(
                Fault.SIGNATURE, f"{what} does not say what its signature says.", checkpoint.batch
            )
        examined.checkpoints += 1
        return said


def compared(signed: Sequence[SignedCheckpoint]) -> Iterator[Finding]:
    """Hold checkpoints against one another: one chain has one hash after each batch."""
    seen: dict[int, SignedCheckpoint] = {}
    for each in signed:
        other = seen.setdefault(each.batch, each)
        if (other.hash, other.total) != (each.hash, each.total):
            says = f"Two checkpoints of batch {each.batch} were signed, and they differ."
            yield Finding(Fault.FORKED, says, each.batch)
    ordered = sorted(seen.values(), key=lambda each: each.batch)
    for earlier, later in pairwise(ordered):
        if later.total < earlier.total:
            says = (
                f"After batch {later.batch} fewer entries were sealed than after {earlier.batch}."
            )
            yield Finding(Fault.FORKED, says, later.batch)
