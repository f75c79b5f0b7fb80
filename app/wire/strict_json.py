"""JSON read strictly (RFC 8259, RFC 7493): one document, nothing twice, nothing rounded."""

from decimal import Decimal, InvalidOperation
from json import JSONDecodeError, JSONDecoder
from typing import Any, Final

from app.problems import MalformedJson

DEEPEST: Final = 32
LONGEST_NUMBER: Final = 400
NESTS: Final = (dict, list)


def parse(body: bytes) -> Any:
    """Read a body, or raise ``MalformedJson``.

    Numbers with a point or an exponent become ``Decimal``. ``NaN`` and ``Infinity`` are read, so
    that the type of their field refuses them by name.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedJson("The body is not UTF-8.") from None
    if text.startswith("\ufeff"):
        raise MalformedJson("The body begins with a byte-order mark.")
    try:
        document = DECODER.decode(text)
    except JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise MalformedJson(f"The body is not one JSON document: {place}.") from None
    except RecursionError:
        raise MalformedJson(TOO_DEEP) from None
    if body.count(b"[") + body.count(b"{") > DEEPEST and deeper_than(DEEPEST, document):
        raise MalformedJson(TOO_DEEP)
    return document


TOO_DEEP: Final = f"The body is nested deeper than {DEEPEST} levels."


def deeper_than(levels: int, document: Any) -> bool:
    """Whether a document has more levels of lists and objects; without recursion."""
    level = [document]
    for _ in range(levels):
        inner: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                inner.extend(value for value in each.values() if isinstance(value, NESTS))
            elif isinstance(each, list):
                inner.extend(value for value in each if isinstance(value, NESTS))
        if not inner:
            return False
        level = inner
    return True


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its members, none of them twice."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise MalformedJson("A member is given twice.")
    return made


def short(written: str) -> str:
    """Refuse a number that takes longer to read than anything it could mean."""
    if len(written) > LONGEST_NUMBER:
        raise MalformedJson(f"A number has more than {LONGEST_NUMBER} characters.")
    return written


def whole(written: str) -> int:
    """Read an integer, exactly."""
    return int(written if len(written) < LONGEST_NUMBER else short(written))


def decimal(written: str) -> Decimal:
    """Read any other number, exactly; an exponent past what a Decimal holds reads as infinity."""
    try:
        return Decimal(short(written))
    except InvalidOperation:
        return Decimal("Infinity")


DECODER: Final = JSONDecoder(
    object_pairs_hook=members, parse_int=whole, parse_float=decimal, parse_constant=Decimal
)
