"""The headers of a request that are checked before anyone reads them."""

import re
from collections.abc import Iterable
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
