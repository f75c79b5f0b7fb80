"""One master key: what is derived from it, and how it is written."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.keyfile import KeyFileRefused
from app.sealing.data_keys import KEY_BYTES, DataKey

ID_BYTES = 8
FEWEST_DISTINCT_BYTES = 16
"""32 random bytes have fewer different ones less than once in 10**14 keys."""


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
