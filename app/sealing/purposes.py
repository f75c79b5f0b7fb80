"""What the application seals and marks for purposes of its own, under the master keys."""

import hmac

from app.sealing.data_keys import DataKey, joined
from app.sealing.master_key import ID_BYTES, MasterKey
from app.sealing.master_keys import MasterKeys


class SystemSeal:
    """Seals what the application keeps for a purpose of its own, such as stored answers.

    What was sealed names its master key, hence opens after a rotation until that is forgotten.
    """

    def __init__(self, keys: MasterKeys, purpose: str) -> None:
        self._keys = keys
        self._purpose = purpose
        self._derived: dict[bytes, DataKey] = {}

    def seal(self, plaintext: bytes, aad: bytes) -> bytes:
        """Seal a record to the place that ``aad`` names."""
        master = self._keys.current
        return master.id + self._key(master).seal(plaintext, aad)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """Open a record in the place it was sealed to, or raise ``SealBroken``."""
        return self._key(self._keys.named(sealed[:ID_BYTES])).open(sealed[ID_BYTES:], aad)

    def _key(self, master: MasterKey) -> DataKey:
        """Derive the key once."""
        if master.id not in self._derived:
            self._derived[master.id] = master.system_key(self._purpose)
        return self._derived[master.id]


class Fingerprints:
    """Keyed fingerprints (HMAC-SHA256) for one purpose: nobody without the ring makes or tests one.

    For what must be recognised and not kept, and for what callers carry and must not change.
    """

    def __init__(self, keys: MasterKeys, purpose: str) -> None:
        self._keys = keys
        self._purpose = f"fingerprint/{purpose}"

    def of(self, *parts: bytes) -> bytes:
        """Make the 32 bytes of a fingerprint; where one part ends and the next begins counts."""
        return self._made(self._keys.current, joined(*parts))

    def matches(self, fingerprint: bytes, *parts: bytes) -> bool:
        """Tell whether a fingerprint was made of these parts, before a rotation too."""
        message = joined(*parts)
        return self._matches(fingerprint, message) or (
            self._keys.refresh() and self._matches(fingerprint, message)
        )

    def _matches(self, fingerprint: bytes, message: bytes) -> bool:
        """Compare under each key of the ring."""
        made = [self._made(master, message) for master in self._keys.every()]
        return any([hmac.compare_digest(fingerprint, one) for one in made])  # noqa: C419 - all

    def _made(self, master: MasterKey, message: bytes) -> bytes:
        """Make a fingerprint under one key."""
        return hmac.digest(master.derived(self._purpose), message, "sha256")
