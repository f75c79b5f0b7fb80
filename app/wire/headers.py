"""The headers of a request that are checked before anyone reads them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.problems import Malformed, MalformedHeader, MalformedIdempotencyKey

Headers = Iterable[tuple[bytes, bytes]]

IDEMPOTENCY_KEY: Final = b"idempotency-key"
ONCE: Final = frozenset(
    (
        b"authorization",
        b"content-encoding",
        b"content-length",
        b"content-type",
        b"host",
        b"transfer-encoding",
        IDEMPOTENCY_KEY,
    )
)
LONGEST_KEY: Final = 128
KEY_FORM: Final = re.compile(rb'("?)[A-Za-z0-9._~:+/=-]{1,%d}\1' % LONGEST_KEY)
IF_MATCH: Final = b"if-match"
IF_NONE_MATCH: Final = b"if-none-match"
WEAK: Final = "W/"
TAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
BETWEEN: Final = re.compile(r"[ \t]*,[ \t,]*")


def given_once(headers: Headers) -> dict[bytes, bytes]:
    """Return the headers that are given once, or raise ``Malformed`` where one is not."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in ONCE:
            if name in found:
                raise twice(name)
            found[name] = value
    key = found.get(IDEMPOTENCY_KEY)
    if key is not None and KEY_FORM.fullmatch(key) is None:
        raise MalformedIdempotencyKey
    return found


def twice(name: bytes) -> Malformed:
    """Make the answer to a header that is given twice."""
    if name == IDEMPOTENCY_KEY:
        return MalformedIdempotencyKey()
    return MalformedHeader(f"The header {name.decode('ascii')} is given twice.")


@dataclass(frozen=True, slots=True)
class Match:
    """The entity tags that a condition of a request lists (RFC 9110, section 13.1).

    ``None`` stands for ``*``, which any tag is. ``weakly`` compares what stands in the quotes.
    """

    tags: frozenset[str] | None
    weakly: bool

    def matches(self, etag: str) -> bool:
        """Say whether an entity tag, written as in an ``ETag``, is one of them."""
        if self.tags is None:
            return True
        if self.weakly:
            return etag.removeprefix(WEAK) in self.tags
        return etag in self.tags and not etag.startswith(WEAK)


def if_match(headers: Headers) -> Match | None:
    """Read ``If-Match``, which takes strong tags alone, or raise ``MalformedHeader``."""
    told = value_of(headers, IF_MATCH)
    if told is None:
        return None
    tags = tags_of(told, IF_MATCH)
    if any(tag.startswith(WEAK) for tag in tags or ()):
        raise MalformedHeader("The header if-match takes strong entity tags: no W/ before one.")
    return Match(tags, weakly=False)


def if_none_match(headers: Headers) -> Match | None:
    """Read ``If-None-Match``, which compares weakly, or raise ``MalformedHeader``."""
    told = value_of(headers, IF_NONE_MATCH)
    if told is None:
        return None
    tags = tags_of(told, IF_NONE_MATCH)
    bare = None if tags is None else frozenset(tag.removeprefix(WEAK) for tag in tags)
    return Match(bare, weakly=True)


def value_of(headers: Headers, name: bytes) -> str | None:
    """Join the lines of a header that may have several, as they are one list (RFC 9110, 5.3)."""
    lines = [value for each, value in headers if each == name]
    return b",".join(lines).decode("latin-1") if lines else None


def tags_of(value: str, name: bytes) -> frozenset[str] | None:
    """Split a list of entity tags, whose quotes may hold commas; ``None`` for ``*``."""
    value = value.strip(" \t,")
    if value == "*":
        return None
    found, place = [], 0
    while (tag := TAG.match(value, place)) is not None:
        found.append(tag[0])
        between = BETWEEN.match(value, tag.end())
        if between is None:
            place = tag.end()
            break
        place = between.end()
    if not found or place != len(value):
        raise MalformedHeader(
            f"The header {name.decode('ascii')} takes * or entity tags in double quotes."
        )
    return frozenset(found)
