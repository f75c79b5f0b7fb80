"""The compact form of a signed token (RFC 7515 section 7.1), read without leniency."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NoReturn

from app.identity.refusal import Reason, TokenRefused

MOST_BYTES = 8192
DEEPEST = 16

STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
BRACKET = re.compile(r"[\[\]{}]")


def decode_part(part: str) -> bytes:
    """Decode base64url that is written in the one canonical way, or raise ``ValueError``.

    Canonical means: its alphabet alone, no padding, and no stray bits in the last character.
    """
    raw = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if encode_part(raw) != part:
        raise ValueError("Not canonical base64url.")
    return raw


def encode_part(raw: bytes) -> str:
    """Write bytes as base64url without padding (RFC 7515 section 2)."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def read_object(raw: bytes) -> dict[str, object]:
    """Read a JSON object in which no member occurs twice, or raise ``ValueError``.

    Nesting over ``DEEPEST``, NaN, Infinity, a byte order mark and other encodings are refused.
    """
    text = raw.decode("utf-8")
    if depth_of(text) > DEEPEST:
        raise ValueError("Nested too deeply.")
    value = DECODER.decode(text)
    if not isinstance(value, dict):
        raise ValueError("Not an object.")  # noqa: TRY004 - a fault of the text, not of a type
    return value


def read_compact(token: str) -> tuple[dict[str, object], dict[str, object]]:
    """Split a token into its header and claims, or raise ``TokenRefused``; proves nothing yet."""
    if len(token) > MOST_BYTES or token.count(".") != 2:  # noqa: PLR2004 - three parts
        raise TokenRefused(Reason.MALFORMED)
    header, claims, signature = token.split(".")
    try:
        decode_part(signature)
        return read_object(decode_part(header)), read_object(decode_part(claims))
    except ValueError:
        raise TokenRefused(Reason.MALFORMED) from None


def depth_of(text: str) -> int:
    """Bound the nesting of a JSON text from above, before a parser recurses into it."""
    opened = text.count("{") + text.count("[")
    if opened <= DEEPEST:
        return opened
    depth = deepest = 0
    for bracket in BRACKET.findall(STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def no_member_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Build an object from its members, or raise ``ValueError`` when a name recurs."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("A member occurs twice.")
    return members


def no_constant(_: str) -> NoReturn:
    """Raise ``ValueError``: NaN and Infinity are Python's, not JSON's (RFC 8259 section 6)."""
    raise ValueError("Not a JSON number.")


DECODER = json.JSONDecoder(object_pairs_hook=no_member_twice, parse_constant=no_constant)
