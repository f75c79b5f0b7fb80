"""The ring of master keys, which is outside the database."""

import binascii
import logging
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.keyfile import KeyFile, KeyFileRefused, Stamp, read_document
from app.sealing.data_keys import FORM, KEY_BYTES, DataKey, SealBroken

ID_BYTES = 8
FEWEST_DISTINCT_BYTES = 16
"""32 random bytes have fewer different ones less than once in 10**14 keys."""

log = logging.getLogger(__name__)


class MasterKey:
    """A master key: never used itself, only to derive keys for one purpose each (RFC 5869)."""

    __slots__ = ("_derived", "_secret", "id", "wrapping")

    def __init__(self, secret: bytes) -> None:
        """Take 32 random bytes, or raise ``KeyFileRefused``."""
        if len(secret) != KEY_BYTES or len(set(secret)) < FEWEST_DISTINCT_BYTES:
            raise KeyFileRefused("A master key is 32 random bytes.")
        self._secret = secret
        self._derived: dict[str, bytes] = {}
        self.id = self.derived("id")[:ID_BYTES]
        self.wrapping = AESGCM(self.derived("wrap"))

    def derived(self, purpose: str) -> bytes:
        """Derive the 32 bytes of a purpose (HKDF-SHA256)."""
        if purpose not in self._derived:
            hkdf = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"c34/1/" + purpose.encode("ascii"))
            self._derived[purpose] = hkdf.derive(self._secret)
        return self._derived[purpose]

    def system_key(self, purpose: str) -> DataKey:
        """Derive the key that belongs to the application itself, for one purpose."""
        return DataKey(self.derived(f"system/{purpose}"))

    def document(self) -> dict[str, str]:
        """Write the key as it is stored."""
        return {"id": self.id.hex(), "key": urlsafe_b64encode(self._secret).decode("ascii")}

    def __repr__(self) -> str:
        return f"MasterKey({self.id.hex()})"


class MasterKeys:
    """A ring of master keys: the current one wraps and seals, the previous ones still open.

    Losing the ring loses every sealed value; no backup of the database has it.
    """

    def __init__(
        self, keys: Iterable[MasterKey], *, file: KeyFile | None = None, stamp: Stamp | None = None
    ) -> None:
        """Take the keys, the current one first; ``from_file`` and ``from_text`` read them."""
        self._keys = ring_of(keys)
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
            file.create(document_of([MasterKey(os.urandom(KEY_BYTES))]))
        document, stamp = file.read()
        return cls(keys_of(document), file=file, stamp=stamp)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the ring of a setting, or raise ``KeyFileRefused``; it cannot be rotated.

        It is the content of such a file, or keys in base64url with commas between, the current
        one first.
        """
        if text.lstrip().startswith("{"):
            return cls(keys_of(read_document(text)))
        return cls(MasterKey(secret_of(part.strip())) for part in text.split(","))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the keys, the current one first; an id tells nothing about its key."""
        return tuple(key.id.hex() for key in self._keys.values())

    @property
    def current(self) -> MasterKey:
        """The key that wraps and seals."""
        return next(iter(self._keys.values()))

    def wrap(self, district_id: UUID, key_version: int, data_key: DataKey) -> bytes:
        """Wrap a district's data key for storing; it opens as that version of that district's."""
        master = self.current
        aad = wrap_aad(district_id, key_version)
        return FORM + master.id + data_key.wrapped_under(master.wrapping, aad)

    def unwrap(self, district_id: UUID, key_version: int, wrapped: bytes) -> DataKey:
        """Unwrap a district's data key, or raise ``SealBroken``."""
        if wrapped[:1] != FORM:
            raise SealBroken
        master = self.named(wrapped[1:9])
        try:
            aad = wrap_aad(district_id, key_version)
            return DataKey(master.wrapping.decrypt(wrapped[9:21], wrapped[21:], aad))
        except (InvalidTag, ValueError):
            raise SealBroken from None

    def wrapped_by_current(self, wrapped: bytes) -> bool:
        """Tell whether a wrapped key needs no wrapping anew before older master keys go."""
        return wrapped[1:9] == self.current.id

    def system_key(self, purpose: str) -> DataKey:
        """Derive the key that belongs to the application itself, for one purpose.

        It is the current master key's alone: what is kept goes through ``SystemSeal``.
        """
        return self.current.system_key(purpose)

    def named(self, master_id: bytes) -> MasterKey:
        """Find a key by its id, or raise ``SealBroken``."""
        if master_id not in self._keys:
            self.refresh()
        if master_id not in self._keys:
            raise SealBroken
        return self._keys[master_id]

    def every(self) -> tuple[MasterKey, ...]:
        """Return the keys, the current one first."""
        return tuple(self._keys.values())

    def rotate(self) -> str:
        """Put a new key first and return its id; the others stay until they are forgotten.

        Other workers keep to the key they know until they meet what the new one made. Raises
        ``KeyFileRefused`` for a ring that is no file.
        """
        new = MasterKey(os.urandom(KEY_BYTES))
        self._rewrite(lambda keys: [new, *keys])
        return new.id.hex()

    def forget(self, master_id: str) -> None:
        """Drop a previous key: what only it opens is lost, in every backup too.

        Raises ``KeyFileRefused`` for the current key and for a ring that is no file.
        """
        self._rewrite(lambda keys: without(keys, master_id))

    def refresh(self) -> bool:
        """Read the file anew if it was replaced, and tell whether it was."""
        stamp = self._file.stamp() if self._file else None
        if self._file is None or stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            document, self._stamp = self._file.read()
            self._keys = ring_of(keys_of(document))
        except KeyFileRefused as problem:
            # A file spoilt by hand must not end the service of a worker that knows the keys.
            log.error("Master keys stay as they were: %s", problem)  # noqa: TRY400 - no trace
            return False
        return True

    def _rewrite(self, change: Callable[[list[MasterKey]], list[MasterKey]]) -> None:
        """Change the keys in the file, and take them from there."""
        if self._file is None:
            raise KeyFileRefused("These master keys are a setting: change them where it is kept.")
        with self._file.locked():
            document, _ = self._file.read()
            self._file.replace(document_of(change(keys_of(document))))
        self.refresh()

    def __repr__(self) -> str:
        return f"MasterKeys({', '.join(self.ids)})"


def wrap_aad(district_id: UUID, key_version: int) -> bytes:
    """Name the one place a wrapped data key may be opened in."""
    return b"c34/data-key/1" + district_id.bytes + key_version.to_bytes(8, "big")


def ring_of(keys: Iterable[MasterKey]) -> dict[bytes, MasterKey]:
    """Arrange keys by id in their order, or raise ``KeyFileRefused``."""
    ordered = list(keys)
    ring = {key.id: key for key in ordered}
    if not ring or len(ring) != len(ordered):
        raise KeyFileRefused("A ring has at least one master key, and none twice.")
    return ring


def keys_of(document: dict[str, object]) -> list[MasterKey]:
    """Read the keys of a stored ring, or raise ``KeyFileRefused``."""
    stored = document.get("master_keys")
    if not isinstance(stored, list):
        raise KeyFileRefused("A ring of master keys has the member master_keys.")
    return [key_of(one) for one in stored]


def key_of(stored: object) -> MasterKey:
    """Read one stored key, or raise ``KeyFileRefused`` when it does not have the id beside it."""
    match stored:
        case {"id": str(name), "key": str(text)}:
            key = MasterKey(secret_of(text))
        case _:
            raise KeyFileRefused("A master key has an id and a key.")
    if key.id.hex() != name:
        raise KeyFileRefused("A master key is not the one its id names.")
    return key


def secret_of(text: str) -> bytes:
    """Decode a key from base64url, padded or not, or raise ``KeyFileRefused``."""
    try:
        secret = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise KeyFileRefused("A master key is written in base64url.") from None
    if urlsafe_b64encode(secret).rstrip(b"=") != text.rstrip("=").encode("ascii"):
        raise KeyFileRefused("A master key is written in base64url.")
    return secret


def document_of(keys: Iterable[MasterKey]) -> dict[str, object]:
    """Write a ring as it is stored."""
    return {"master_keys": [key.document() for key in keys]}


def without(keys: list[MasterKey], master_id: str) -> list[MasterKey]:
    """Leave out a previous key, or raise ``KeyFileRefused`` when it is none."""
    kept = [key for key in keys if key.id.hex() != master_id]
    if len(kept) == len(keys) or kept[:1] != keys[:1]:
        raise KeyFileRefused(f"{master_id} is not a previous master key.")
    return kept
