"""The ring of master keys, which is outside the database, and so are the tombstones beside it."""

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag

from app.keyfile import KeyFile, KeyFileRefused, Stamp, read_document
from app.sealing.data_keys import FORM, KEY_BYTES, DataKey, SealBroken
from app.sealing.master_key import MasterKey, key_of, secret_of
from app.sealing.tombstones import Tombstone, tombstones_of, with_tombstone

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ring:
    """The content of a key file: master keys, the current one first, and tombstones."""

    keys: Mapping[bytes, MasterKey]
    tombstones: Mapping[UUID, Tombstone] = field(default_factory=dict)

    @classmethod
    def read(cls, document: Mapping[str, object]) -> Self:
        """Read a stored ring, or raise ``KeyFileRefused``."""
        stored = document.get("master_keys")
        if not isinstance(stored, list):
            raise KeyFileRefused("A ring of master keys has the member master_keys.")
        return cls(ring_of([key_of(one) for one in stored]), tombstones_of(document))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the keys, the current one first."""
        return tuple(key.id.hex() for key in self.keys.values())

    def with_key(self, new: MasterKey) -> Self:
        """Put a new key first."""
        return replace(self, keys=ring_of([new, *self.keys.values()]))

    def without(self, master_id: str) -> Self:
        """Leave out a previous key, or raise ``KeyFileRefused`` when it is none."""
        if master_id not in self.ids[1:]:
            raise KeyFileRefused(f"{master_id} is not a previous master key.")
        kept = [key for key in self.keys.values() if key.id.hex() != master_id]
        return replace(self, keys=ring_of(kept))

    def burying(self, district_id: UUID, through: int) -> Self:
        """Add a tombstone."""
        told = with_tombstone(self.tombstones.values(), district_id, through, self.ids)
        return replace(self, tombstones={each.district_id: each for each in told})

    def document(self) -> dict[str, object]:
        """Write the ring as it is stored."""
        told: dict[str, object] = {"master_keys": [key.document() for key in self.keys.values()]}
        if self.tombstones:
            told["shredded"] = [each.document() for each in self.tombstones.values()]
        return told


class MasterKeys:
    """A ring of master keys: the current one wraps and seals, the previous ones still open.

    Losing the ring loses every sealed value; no backup of the database has it.
    """

    def __init__(
        self,
        keys: Iterable[MasterKey] | Ring,
        *,
        file: KeyFile | None = None,
        stamp: Stamp | None = None,
    ) -> None:
        """Take the keys, the current one first; ``from_file`` and ``from_text`` read them."""
        self._ring = keys if isinstance(keys, Ring) else Ring(ring_of(keys))
        self._file = file
        self._stamp = stamp

    @classmethod
    def from_file(cls, path: Path, *, create: bool = False) -> Self:
        """Read the ring of a file, or raise ``KeyFileRefused``.

        An absent file is made only when that is asked for: a ring made by mistake, in place of
        one that was mislaid, would open nothing.
        """
        file = KeyFile(path)
        if create and file.stamp() is None:
            file.create(Ring(ring_of([MasterKey(os.urandom(KEY_BYTES))])).document())
        document, stamp = file.read()
        return cls(Ring.read(document), file=file, stamp=stamp)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the ring of a setting, or raise ``KeyFileRefused``; it cannot be rotated.

        It is the content of such a file, or keys in base64url with commas between, the current
        one first.
        """
        if text.lstrip().startswith("{"):
            return cls(Ring.read(read_document(text)))
        return cls(MasterKey(secret_of(part.strip())) for part in text.split(","))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the keys, the current one first; an id tells nothing about its key."""
        return self._ring.ids

    @property
    def current(self) -> MasterKey:
        """The key that wraps and seals; the file is looked at, so that every worker has the same.

        A worker that went on with an older one would seal under a key about to be forgotten.
        """
        self.refresh()
        return next(iter(self._ring.keys.values()))

    @property
    def tombstones(self) -> tuple[Tombstone, ...]:
        """The districts whose data keys open nothing any more."""
        return tuple(self._ring.tombstones.values())

    def wrap(self, holder_id: UUID, key_version: int, data_key: DataKey) -> bytes:
        """Wrap a holder's data key for storing; it opens as that version of that holder's.

        A holder is a district, or the vault.
        """
        master = self.current
        self._refuse_shredded(holder_id, key_version)
        aad = wrap_aad(holder_id, key_version)
        return FORM + master.id + data_key.wrapped_under(master.wrapping, aad)

    def unwrap(self, holder_id: UUID, key_version: int, wrapped: bytes) -> DataKey:
        """Unwrap a holder's data key, or raise ``SealBroken``, also where it is shredded."""
        self.refresh()
        self._refuse_shredded(holder_id, key_version)
        if wrapped[:1] != FORM:
            raise SealBroken
        master = self.named(wrapped[1:9])
        try:
            aad = wrap_aad(holder_id, key_version)
            return DataKey(master.wrapping.decrypt(wrapped[9:21], wrapped[21:], aad))
        except (InvalidTag, ValueError):
            raise SealBroken from None

    def rewrap(self, holder_id: UUID, key_version: int, wrapped: bytes) -> bytes | None:
        """Wrap a wrapped data key under the current master key; nothing where it does not open."""
        try:
            opened = self.unwrap(holder_id, key_version, wrapped)
        except SealBroken:
            return None
        return self.wrap(holder_id, key_version, opened)

    def system_key(self, purpose: str) -> DataKey:
        """Derive the key that belongs to the application itself, for one purpose.

        It is the current master key's alone: what is kept goes through ``SystemSeal``.
        """
        return self.current.system_key(purpose)

    def named(self, master_id: bytes) -> MasterKey:
        """Find a key by its id, or raise ``SealBroken``."""
        if master_id not in self._ring.keys:
            self.refresh()
        if master_id not in self._ring.keys:
            raise SealBroken
        return self._ring.keys[master_id]

    def every(self) -> tuple[MasterKey, ...]:
        """Return the keys, the current one first."""
        return tuple(self._ring.keys.values())

    def rotate(self) -> str:
        """Put a new key first and return its id; the others stay until they are forgotten.

        Raises ``KeyFileRefused`` for a ring that is no file.
        """
        new = MasterKey(os.urandom(KEY_BYTES))
        self._rewrite(lambda ring: ring.with_key(new))
        return new.id.hex()

    def forget(self, master_id: str) -> None:
        """Drop a previous key: what only it opens is lost, in every backup too.

        Raises ``KeyFileRefused`` for the current key and for a ring that is no file.
        """
        self._rewrite(lambda ring: ring.without(master_id))

    def bury(self, district_id: UUID, through: int) -> None:
        """Write, to stay, that a district's data keys up to a version open nothing any more.

        Raises ``KeyFileRefused`` for a ring that is no file, unless it says so already.
        """
        there = self._ring.tombstones.get(district_id)
        if there is None or there.through < through:
            self._rewrite(lambda ring: ring.burying(district_id, through))

    def refresh(self) -> bool:
        """Read the file anew if it was replaced, and tell whether it was."""
        stamp = self._file.stamp() if self._file else None
        if self._file is None or stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            document, self._stamp = self._file.read()
            self._ring = Ring.read(document)
        except KeyFileRefused as problem:
            # A file spoilt by hand must not end the service of a worker that knows the keys.
            log.error("Master keys stay as they were: %s", problem)  # noqa: TRY400 - no trace
            return False
        return True

    def _refuse_shredded(self, district_id: UUID, key_version: int) -> None:
        """Raise ``SealBroken`` for a data key that has a tombstone (TR-28)."""
        tombstone = self._ring.tombstones.get(district_id)
        if tombstone is not None and key_version <= tombstone.through:
            raise SealBroken

    def _rewrite(self, change: Callable[[Ring], Ring]) -> None:
        """Change the ring in the file, and take it from there."""
        if self._file is None:
            raise KeyFileRefused("These master keys are a setting: change them where it is kept.")
        with self._file.locked():
            document, _ = self._file.read()
            self._file.replace(change(Ring.read(document)).document())
        self.refresh()

    def __repr__(self) -> str:
        return f"MasterKeys({', '.join(self.ids)})"


def wrap_aad(holder_id: UUID, key_version: int) -> bytes:
    """Name the one place a wrapped data key may be opened in."""
    return b"c34/data-key/1" + holder_id.bytes + key_version.to_bytes(8, "big")


def ring_of(keys: Iterable[MasterKey]) -> dict[bytes, MasterKey]:
    """Arrange keys by id in their order, or raise ``KeyFileRefused``."""
    ordered = list(keys)
    ring = {key.id: key for key in ordered}
    if not ring or len(ring) != len(ordered):
        raise KeyFileRefused("A ring has at least one master key, and none twice.")
    return ring
