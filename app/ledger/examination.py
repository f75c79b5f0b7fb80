"""The examination of an export: record by record, in its order, so that its length is no matter."""

from collections.abc import Iterable, Mapping
from typing import Final

from app.identity.checkpoints import SignedCheckpoint
from app.identity.trust import TrustedKey
from app.ledger.chain import (
    Batch,
    Checkpoint,
    Entry,
    Examined,
    Fault,
    Record,
    Signatures,
    Unsealed,
    compared,
    digest_of,
    object_of,
)

NOTHING_KEPT: Final = (
    "You gave no checkpoint that you kept: that the end was cut off, or that the whole of it was"
    " written anew by who has the signing key, cannot be seen."
)


def examine(
    records: Iterable[Record],
    kept: Iterable[Checkpoint],
    keys: Mapping[str, TrustedKey],
    *,
    with_entries: bool,
) -> Examined:
    """Recompute the chain of an export, and hold it against the checkpoints that were kept.

    ``records`` are as they are exported: each batch, then its entries in their order, then the
    checkpoint that signs it, and at the end what no batch had taken.
    """
    mine = list(kept)
    examination = Examination(Signatures(keys, mine), with_entries=with_entries)
    if not mine:
        examination.remark(NOTHING_KEPT)
    examination.keep(mine)
    for record in records:
        examination.take(record)
    return examination.ended()


def examine_checkpoints(kept: Iterable[Checkpoint], keys: Mapping[str, TrustedKey]) -> Examined:
    """Hold kept checkpoints against one another, where there is no export."""
    mine = list(kept)
    examined = Examined()
    signatures = Signatures(keys, mine)
    read = [signatures.read(each, examined, kept=True) for each in mine]
    examined.findings += compared([each for each in read if each is not None])
    return examined


class Examination:
    """Where an examination stands: the end of the chain so far, and the batch at hand."""

    def __init__(self, signatures: Signatures, *, with_entries: bool) -> None:
        self._signatures = signatures
        self._with_entries = with_entries
        self._examined = Examined()
        self._number = self._total = self._upto = 0
        self._body: Mapping[str, object] = {}
        self._digests: list[str] = []
        self._position = 0
        self._last: tuple[int, str] = (0, "")
        self._kept: dict[int, list[SignedCheckpoint]] = {}

    def keep(self, checkpoints: Iterable[Checkpoint]) -> None:
        """Read the checkpoints that the ledger is held against."""
        read = [self._signatures.read(each, self._examined, kept=True) for each in checkpoints]
        signed = [each for each in read if each is not None]
        self._examined.findings += compared(signed)
        for each in signed:
            self._kept.setdefault(each.batch, []).append(each)

    def remark(self, says: str) -> None:
        """Say something that is no fault."""
        self._examined.remarks.append(says)

    def take(self, record: Record) -> None:
        """Examine one record."""
        match record:
            case Batch():
                self._end_batch()
                self._begin(record)
            case Entry():
                self._entry(record)
            case Checkpoint():
                said = self._signatures.read(record, self._examined, kept=False)
                if said is not None:
                    self._agree(said)
            case Unsealed():
                self._unsealed(record)

    def ended(self) -> Examined:
        """Say what was found, once the last record was taken."""
        self._end_batch()
        for batch, signed in self._kept.items():
            if batch > self._number:
                says = (
                    f"You kept a checkpoint of batch {batch}, with {signed[0].total} entries, and"
                    f" the ledger ends after batch {self._number}, with {self._total}."
                )
                self._examined.found(Fault.CUT, says, batch)
        return self._examined

    def _begin(self, batch: Batch) -> None:
        """Hold a batch against the one before it."""
        found, number = self._examined.found, batch.number
        body = object_of(batch.body)
        if digest_of(batch.body) != batch.hash or body.get("batch") != number:
            found(Fault.EDITED, f"Batch {number} is not as it was sealed.", number)
        if number != self._number + 1:
            says = f"After batch {self._number} comes {number}: what was between them is gone."
            found(Fault.DELETED, says, number)
        elif body.get("previous") != self._examined.hash:
            found(Fault.BROKEN, f"Batch {number} does not follow batch {self._number}.", number)
        self._total += whole(body.get("entries"))
        if number == self._number + 1 and body.get("total") != self._total:
            found(Fault.BROKEN, f"Batch {number} does not count on from the one before.", number)
        self._total = whole(body.get("total"))
        self._upto = whole(body.get("upto"))
        self._number, self._body, self._digests = number, body, []
        self._position, self._last = 0, (0, "")
        self._examined.hash = batch.hash
        self._examined.batches += 1
        for signed in self._kept.get(number, ()):
            self._agree(signed)

    def _entry(self, entry: Entry) -> None:
        """Hold an entry against its digest and its place."""
        found, number = self._examined.found, self._number
        self._position += 1
        if (entry.batch, entry.position) != (number, self._position):
            says = f"Place {self._position} of batch {number} is empty."
            found(Fault.DELETED, says, number, entry.entry_id)
            self._position = entry.position
        self._digests.append(entry.digest)
        self._examined.entries += 1
        if entry.text is None:
            says = f"The entry at place {entry.position} of batch {number} is gone."
            found(Fault.DELETED, says, number, entry.entry_id)
            return
        told = object_of(entry.text)
        if digest_of(entry.text) != entry.digest or told.get("id") != entry.entry_id:
            says = f"The entry at place {entry.position} of batch {number} is not as it was sealed."
            found(Fault.EDITED, says, number, entry.entry_id)
            return
        place = whole(told.get("xid")), entry.entry_id
        if place <= self._last:
            says = f"The entry at place {entry.position} of batch {number} was sealed before others"
            found(Fault.REORDERED, f"{says} that now precede it.", number, entry.entry_id)
        self._last = place

    def _end_batch(self) -> None:
        """Hold the entries of a batch, all together, against what it says of them."""
        if not self._number or not self._with_entries:
            return
        number = self._number
        if len(self._digests) != self._body.get("entries"):
            says = f"Batch {number} sealed {self._body.get('entries')} entries, and has"
            self._examined.found(Fault.ALTERED, f"{says} {len(self._digests)}.", number)
        elif digest_of("".join(self._digests)) != self._body.get("content"):
            says = f"The entries of batch {number} are not those that it sealed, in that order."
            self._examined.found(Fault.ALTERED, says, number)

    def _agree(self, signed: SignedCheckpoint) -> None:
        """Hold the batch at hand against what was signed of it."""
        if (signed.batch, signed.hash, signed.total) != (
            self._number,
            self._examined.hash,
            self._total,
        ):
            says = (
                f"A checkpoint of batch {signed.batch} was signed with the hash"
                f" {signed.hash[:16]}… and {signed.total} entries; the ledger has"
                f" {self._examined.hash[:16]}… and {self._total}."
            )
            self._examined.found(Fault.FORKED, says, signed.batch)

    def _unsealed(self, entry: Unsealed) -> None:
        """Look whether an entry could be sealed yet."""
        self._examined.unsealed += 1
        if whole(object_of(entry.text).get("xid")) < self._upto:
            says = "An entry is not sealed, and what was written after it is: it was slipped in."
            self._examined.found(Fault.UNSEALED, says, None, entry.id)


def whole(told: object) -> int:
    """Read a whole number, 0 where there is none."""
    return told if isinstance(told, int) and not isinstance(told, bool) else 0
