"""What pydantic found, in our own words: where, a stable code, and a sentence without the input."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from fastapi.exceptions import RequestValidationError

from app.problems import Fault, Invalid, MalformedHeader, NotFound, Problem
from app.scalars import OURS
from app.scalars.numbers import NOT_WRITTEN

NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
WORD_OF_ENUM: Final = re.compile(r"<\w+\.\w+: ('[^']*')>")
"""How pydantic writes a word that is a member of an enumeration."""
ABSENT: Final = frozenset({"missing", "union_tag_not_found"})
"""Errors at a place that is not in the document."""
NOT_AN_OBJECT: Final = ("not_an_object", "Not an object.")
NOT_WHOLE: Final = ("not_a_whole_number", "Not a whole number.")
NOT_A_NUMBER: Final = ("not_a_number", NOT_WRITTEN)
NOT_TEXT: Final = ("not_text", "Not a text.")
NOT_A_FLAG: Final = ("not_a_flag", "Neither true nor false.")
NOT_A_LIST: Final = ("not_a_list", "Not a list.")
NOT_A_DATE: Final = ("malformed", "A date is written as 2026-08-12.")
NOT_A_TIME: Final = ("malformed", "A time is written as 2026-08-12T14:30:00Z.")
NOT_AN_ID: Final = ("not_an_id", "Not an id.")
OTHERWISE: Final = ("invalid", "Not as it has to be.")
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("required", "Required."),
    "extra_forbidden": ("unknown_member", "There is no such member."),
    "none_required": ("not_null", "Only null can stand here."),
    "model_type": NOT_AN_OBJECT,
    "model_attributes_type": NOT_AN_OBJECT,
    "dict_type": NOT_AN_OBJECT,
    "list_type": NOT_A_LIST,
    "tuple_type": NOT_A_LIST,
    "set_type": NOT_A_LIST,
    "frozen_set_type": NOT_A_LIST,
    "too_short": ("too_few", "At least {min_length}."),
    "too_long": ("too_many", "At most {max_length}."),
    "string_type": NOT_TEXT,
    "string_too_short": ("too_short", "At least {min_length} characters."),
    "string_too_long": ("too_long", "At most {max_length} characters."),
    "string_pattern_mismatch": ("malformed", "Not of its form."),
    "string_unicode": NOT_TEXT,
    "int_type": NOT_WHOLE,
    "int_parsing": NOT_WHOLE,
    "int_parsing_size": NOT_WHOLE,
    "int_from_float": NOT_WHOLE,
    "float_type": NOT_A_NUMBER,
    "float_parsing": NOT_A_NUMBER,
    "decimal_type": NOT_A_NUMBER,
    "decimal_parsing": NOT_A_NUMBER,
    "decimal_max_digits": ("too_many_digits", "At most {max_digits} digits."),
    "decimal_max_places": ("too_many_decimals", "At most {decimal_places} decimals."),
    "finite_number": ("not_finite", "Not a finite number."),
    "bool_type": NOT_A_FLAG,
    "bool_parsing": NOT_A_FLAG,
    "greater_than_equal": ("out_of_range", "At least {ge}."),
    "greater_than": ("out_of_range", "More than {gt}."),
    "less_than_equal": ("out_of_range", "At most {le}."),
    "less_than": ("out_of_range", "Less than {lt}."),
    "enum": ("not_one_of", "One of {expected}."),
    "literal_error": ("not_one_of", "One of {expected}."),
    "union_tag_invalid": ("not_one_of", "One of {expected_tags}."),
    "union_tag_not_found": ("required", "Required."),
    "date_type": NOT_A_DATE,
    "date_parsing": NOT_A_DATE,
    "date_from_datetime_parsing": NOT_A_DATE,
    "datetime_type": NOT_A_TIME,
    "datetime_parsing": NOT_A_TIME,
    "datetime_from_date_parsing": NOT_A_TIME,
    "timezone_aware": NOT_A_TIME,
    "uuid_type": NOT_AN_ID,
    "uuid_parsing": NOT_AN_ID,
}
"""A sentence takes the bounds of the schema from pydantic, never what it says of a value."""


def words_for(error: Mapping[str, Any]) -> tuple[str, str]:
    """Name an error of pydantic: a code and a sentence."""
    kind = error["type"]
    if kind.startswith(OURS):
        return kind.removeprefix(OURS), error["msg"]
    code, sentence = WORDS.get(kind, OTHERWISE)
    told = sentence.format_map(defaultdict(str, error.get("ctx") or {}))
    return code, WORD_OF_ENUM.sub(r"\1", told)


def place_of(error: Mapping[str, Any]) -> tuple[str | int, ...]:
    """Say where an error of pydantic stands; one of a kind, at the member that tells the kind."""
    teller = (error.get("ctx") or {}).get("discriminator")
    return (*error["loc"], teller.strip("'")) if teller else tuple(error["loc"])


def pointer(path: Sequence[str | int], kind: str, document: Any, begins: str = "") -> str:
    """Write the JSON pointer (RFC 6901) to ``path`` in a document.

    Pydantic puts the branch of a union into the path: what is not in the document is left out. A
    name that is not ours is told only if it is a plain word, for it is input.
    """
    written = begins
    for step, each in enumerate(path):
        last = step == len(path) - 1
        if stands_in(document, each):
            document = document[each]
        elif not (last and kind in ABSENT):
            continue
        if isinstance(each, str) and NAME.fullmatch(each) is None:
            return written
        written += f"/{each}"
    return written


def stands_in(document: Any, step: str | int) -> bool:
    """Whether a document has such a member, or so many items."""
    if isinstance(document, list):
        return isinstance(step, int) and step < len(document)
    return isinstance(document, Mapping) and step in document


def faults_of(errors: Iterable[Mapping[str, Any]], document: Any, begins: str = "") -> list[Fault]:
    """Describe what is wrong with a document, each fault once; ``begins`` is where it stands."""
    found = []
    for error in errors:
        code, detail = words_for(error)
        where = pointer(place_of(error), error["type"], document, begins)
        found.append(Fault(where, code, detail))
    return list(dict.fromkeys(found))


def parameter_fault(name: str, code: str, detail: str) -> Fault:
    """Describe what is wrong with a query parameter."""
    return Fault(f"?{name}" if NAME.fullmatch(name) else "?", code, detail)


def problem_of_validation(error: RequestValidationError, more: Sequence[Fault] = ()) -> Problem:
    """Make the one answer to all that is wrong with a request; ``more`` was found beside it.

    An address that is not of its form is not found; a header that is not, is malformed.
    """
    found = list(more)
    for each in error.errors():
        place, *path = each["loc"]
        if place == "path":
            return NotFound()
        if place in {"header", "cookie"}:
            return MalformedHeader(f"The header {path[0]} is not of its form.")
        if place == "query":
            if each["type"] != "extra_forbidden":  # unknown parameters are in ``more`` already
                found.append(parameter_fault(str(path[0]) if path else "", *words_for(each)))
        else:
            found.extend(faults_of([{**each, "loc": path}], error.body))
    return invalid(found)


def invalid(faults: Iterable[Fault]) -> Invalid:
    """Make the answer that lists the faults, and tells how many there are beyond those listed."""
    listed = list(dict.fromkeys(faults))
    count = "One fault" if len(listed) == 1 else f"{len(listed)} faults"
    return Invalid(f"{count} in the request.", errors=listed)
