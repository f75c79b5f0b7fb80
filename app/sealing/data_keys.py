"""Sealing one value: what the key, the place and the sealed bytes are."""

import os
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
FORM = b"\x01"
"""The first byte of what is sealed: which form it has."""
BLOCK = 64
"""Texts are padded to a multiple of this, so that "yes" and "no" have the same length."""
SEALS_PER_KEY = 2**32
"""Values one key may seal: random 96-bit nonces then collide with a chance below 2**-32 (NIST
SP 800-38D section 8.3). Nothing counts them: take a new key version long before."""


class SealBroken(Exception):  # noqa: N818 - says what happened, as problems do
    """What was sealed does not open: another key, another place, or another content."""

    def __init__(self) -> None:
        super().__init__("The seal is broken.")


class DataKey:
    """A key that seals values, such as one version of a district's."""

    __slots__ = ("_cipher", "_key")

    def __init__(self, key: bytes) -> None:
        """Take 32 bytes, or raise ``ValueError``."""
        if len(key) != KEY_BYTES:
            raise ValueError("A data key has 32 bytes.")
        self._key = key
        self._cipher = AESGCM(key)

    @classmethod
    def new(cls) -> Self:
        """Make a random key."""
        return cls(os.urandom(KEY_BYTES))

    def seal(self, plaintext: bytes, aad: bytes) -> bytes:
        """Seal a value to the place that ``aad`` names; sealed twice, it looks different.

        Its length shows to within 64 bytes. At most ``SEALS_PER_KEY`` times per key.
        """
        nonce = os.urandom(NONCE_BYTES)
        padding = b"\x80" + bytes(-(len(plaintext) + 1) % BLOCK)
        return FORM + nonce + self._cipher.encrypt(nonce, plaintext + padding, aad)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """Open a value in the place it was sealed to, or raise ``SealBroken``."""
        if sealed[:1] != FORM or len(sealed) < len(FORM) + NONCE_BYTES + TAG_BYTES + BLOCK:
            raise SealBroken
        try:
            padded = self._cipher.decrypt(sealed[1:13], sealed[13:], aad)
        except InvalidTag:
            raise SealBroken from None
        return padded[: padded.rindex(b"\x80")]

    def wrapped_under(self, cipher: AESGCM, aad: bytes) -> bytes:
        """Encrypt the key itself under another."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + cipher.encrypt(nonce, self._key, aad)

    def __repr__(self) -> str:
        return "DataKey(…)"


def answer_aad(district_id: UUID, round_id: UUID, item_id: UUID, version: int) -> bytes:
    """Name the one place an answer may be opened in; each part has a fixed length.

    Raises ``OverflowError`` for a version that is negative or over 64 bits.
    """
    places = district_id.bytes + round_id.bytes + item_id.bytes
    return b"c34/answer/1" + places + version.to_bytes(8, "big")


def joined(*parts: bytes) -> bytes:
    """Join parts so that no two lists of parts give the same bytes; makes any other ``aad``."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)
