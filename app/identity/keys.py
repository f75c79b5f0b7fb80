"""Personal and service keys: ``c34_<id>_<secret>``, shown once and stored as a digest.

The id is the UUID in 32 hexadecimal digits. The secret is 43 random characters of base 62 (256
bits) and 6 of a checksum, by which a typo or a secret scanner tells a key without asking.
"""

import hmac
import re
import string
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import choice
from typing import NamedTuple
from uuid import UUID
from zlib import crc32

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
SECRET_LENGTH = 43
CHECKSUM_LENGTH = 6
KEY = re.compile(r"c34_(?P<id>[0-9a-f]{32})_[0-9A-Za-z]{43}(?P<checksum>[0-9A-Za-z]{6})")


class NewKey(NamedTuple):
    """A key as its holder gets it, once, and the digest that is stored."""

    shown: str
    digest: bytes

    def __repr__(self) -> str:
        return "NewKey(…)"


@dataclass(frozen=True, slots=True)
class PresentedKey:
    """A well-formed key that somebody presented; whether it is ours is not known yet."""

    id: UUID
    digest: bytes = field(repr=False)

    def matches(self, stored: bytes) -> bool:
        """Compare with a stored digest, in a time that does not tell how much of it agrees."""
        return hmac.compare_digest(self.digest, stored)


def new_key(key_id: UUID) -> NewKey:
    """Make a key with an id."""
    secret = "".join(choice(ALPHABET) for _ in range(SECRET_LENGTH))
    body = f"c34_{key_id.hex}_{secret}"
    shown = body + checksum(body)
    return NewKey(shown=shown, digest=digest_of(shown))


def parse_key(text: str) -> PresentedKey | None:
    """Read a key that is well formed to the letter, or return ``None``."""
    found = KEY.fullmatch(text)
    if found is None or found["checksum"] != checksum(text[:-CHECKSUM_LENGTH]):
        return None
    return PresentedKey(id=UUID(hex=found["id"]), digest=digest_of(text))


def digest_of(shown: str) -> bytes:
    """Digest a whole key: 256 random bits need no slow hash."""
    return sha256(shown.encode("ascii")).digest()


def checksum(body: str) -> str:
    """Write the CRC-32 of a key's body in base 62; it finds typos and proves nothing."""
    number = crc32(body.encode("ascii"))
    digits = []
    for _ in range(CHECKSUM_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
