"""What each scalar takes, besides what the table of bad inputs shows it refuses."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import count
from typing import Annotated, Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError, model_validator

from app.scalars import (
    KEPT,
    Code,
    Day,
    Email,
    ExternalScheme,
    ExternalValue,
    Figure,
    Flag,
    FlagText,
    Id,
    Input,
    Instant,
    Leaid,
    LongText,
    Number,
    Revision,
    SchoolYear,
    Title,
    View,
    WholeNumber,
    WholeNumberText,
    wrong,
)

Share = Annotated[Decimal, Number(ge=0, le=1_000_000, decimal_places=4)]
Count = Annotated[int, WholeNumber(ge=-5, le=5)]
PLUS_TWO = timezone(timedelta(hours=2))
ANY_ID = "0198c0de-7c3a-7000-8000-3f1c0ffee000"


def read(scalar: Any, value: Any) -> Any:
    return TypeAdapter(scalar).validate_python(value)


def why_not(scalar: Any, value: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        read(scalar, value)
    return caught.value.errors()[0]["type"].removeprefix("c34:")


@pytest.mark.parametrize(
    ("scalar", "value", "kept"),
    [
        (Title, "Read by grade 3", "Read by grade 3"),
        (Title, "Escuela Peña", "Escuela Peña"),
        (Title, "Pen\u0303a", "Pe\u00f1a"),
        (Title, "한국어", "한국어"),
        (Title, "👩\u200d🏫", "👩\u200d🏫"),
        (Title, "A" * 200, "A" * 200),
        (LongText, "One\n\tTwo", "One\n\tTwo"),
        (Code, "school-resources", "school-resources"),
        (Code, "a1_b2", "a1_b2"),
        (Leaid, "0601620", "0601620"),
        (SchoolYear, "1998-99", "1998-99"),
        (SchoolYear, "1999-00", "1999-00"),
        (SchoolYear, "2099-00", "2099-00"),
        (ExternalScheme, "ca_cds", "ca_cds"),
        (ExternalValue, "19-64733 (A)", "19-64733 (A)"),
        (Email, "ada.o'hara+c34@example.org", "ada.o'hara+c34@example.org"),
        (Count, -5, -5),
        (Annotated[int, WholeNumberText(1, 200)], "200", 200),
        (Annotated[int, WholeNumberText(-2, 2)], "-2", -2),
        (Annotated[int, WholeNumberText(1, 200)], 50, 50),
        (Share, 1, Decimal(1)),
        (Share, Decimal("0.1250"), Decimal("0.125")),
        (Share, Decimal("1E+5"), Decimal(100_000)),
        (Share, Decimal("-0.0"), Decimal(0)),
        (Share, 0.1, Decimal("0.1")),
        (Flag, True, True),
        (FlagText, "false", False),
        (FlagText, True, True),
        (Day, "2024-02-29", date(2024, 2, 29)),
        (Day, date(1900, 1, 1), date(1900, 1, 1)),
        (Instant, "2026-08-12T14:30:00Z", datetime(2026, 8, 12, 14, 30, tzinfo=UTC)),
        (Instant, "2026-08-12t14:30:00.5z", datetime(2026, 8, 12, 14, 30, 0, 500_000, UTC)),
        (Instant, "2026-08-12T14:30:00+02:00", datetime(2026, 8, 12, 12, 30, tzinfo=UTC)),
        (Instant, datetime(2026, 8, 12, 14, 30, tzinfo=PLUS_TWO), datetime(2026, 8, 12, 12, 30, tzinfo=UTC)),
        (Id, ANY_ID, UUID(ANY_ID)),
        (Id, UUID(ANY_ID), UUID(ANY_ID)),
    ],
    ids=map(str, count()),
)  # fmt: skip
def test_a_scalar_takes(scalar, value, kept):
    found = read(scalar, value)
    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("scalar", "value", "code"),
    [
        (SchoolYear, "1998-00", "malformed"),
        (SchoolYear, "2099-01", "malformed"),
        (SchoolYear, "1899-00", "malformed"),
        (ExternalValue, "a/b", "malformed"),
        (ExternalValue, " a", "malformed"),
        (ExternalValue, "a" * 101, "malformed"),
        (ExternalScheme, "CA", "malformed"),
        (Email, "ada@example", "malformed"),
        (Email, "ada@@example.org", "malformed"),
        (Email, "ada@example.org\n", "malformed"),
        (Email, "ada@example.org" + "g" * 250, "malformed"),
        (Day, datetime(2026, 8, 12, tzinfo=UTC), "malformed"),
        (Day, date(2201, 1, 1), "out_of_range"),
        (Instant, datetime(2026, 8, 12), "malformed"),  # noqa: DTZ001 - it is the point
        (Instant, date(2026, 8, 12), "malformed"),
        (Instant, datetime.min.replace(tzinfo=PLUS_TWO), "out_of_range"),
        (Annotated[int, WholeNumberText(0, 9)], "-0", "not_a_whole_number"),
        (Annotated[int, WholeNumberText(0, 9)], "\uff11", "not_a_whole_number"),
        (FlagText, "yes", "not_a_flag"),
        (Annotated[Decimal, Number(ge=0, le=10**15, decimal_places=3)], Decimal("123456789012.1234"), "too_many_decimals"),
        (Annotated[Decimal, Number(ge=0, le=10**15, decimal_places=4)], Decimal("123456789012.1234"), "too_many_digits"),
        (Annotated[Decimal, Number(ge=0, le=10**15, decimal_places=0)], 10**15, "too_many_digits"),
    ],
    ids=map(str, count()),
)  # fmt: skip
def test_a_scalar_refuses(scalar, value, code):
    assert why_not(scalar, value) == code


@given(st.text(max_size=300))
def test_text_is_refused_or_kept_in_nfc_and_in_utf8(value):
    try:
        kept = read(Title, value)
    except ValidationError:
        return
    assert kept == kept.strip()
    assert 1 <= len(kept) <= 200
    assert kept.encode("utf-8")
    assert read(Title, kept) == kept


@given(st.decimals(0, 1_000_000, places=4))
def test_a_number_comes_back_as_it_went_in(value):
    found = TypeAdapter(Share)
    kept = found.validate_python(value)
    assert kept == value
    assert Decimal(repr(json.loads(found.dump_json(kept)))) == value


@given(st.decimals(allow_nan=True) | st.floats() | st.integers())
def test_a_number_is_exact_or_refused(value):
    try:
        kept = read(Share, value)
    except ValidationError:
        return
    assert kept == (Decimal(repr(value)) if isinstance(value, float) else value)


def test_a_number_has_no_more_digits_than_every_reader_of_json_keeps():
    with pytest.raises(TypeError):
        Number(ge=0, le=1, decimal_places=2, max_digits=16)


class Everything(Input):
    title: Title
    count: Count
    big: Annotated[int, WholeNumber(ge=0, le=2**40)]
    share: Share
    flag: Flag
    day: Day
    instant: Instant
    id: Id
    email: Email
    note: LongText


def test_bounds_are_told_to_openapi():
    told = Everything.model_json_schema()["properties"]
    for each in told.values():
        del each["title"]
    assert told == {
        "title": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^\S(.*\S)?$"},
        "count": {"type": "integer", "format": "int32", "minimum": -5, "maximum": 5},
        "big": {"type": "integer", "format": "int64", "minimum": 0, "maximum": 2**40},
        "share": {"type": "number", "minimum": 0, "maximum": 1_000_000, "multipleOf": 0.0001},
        "flag": {"type": "boolean"},
        "day": {"type": "string", "format": "date", "maxLength": 10, "examples": ["2026-08-12"]},
        "instant": {
            "type": "string",
            "format": "date-time",
            "maxLength": 32,
            "examples": ["2026-08-12T14:30:00Z"],
        },
        "id": {"type": "string", "format": "uuid", "maxLength": 36},
        "email": {
            "type": "string",
            "format": "email",
            "maxLength": 254,
            "pattern": (
                "^[A-Za-z0-9._%+'-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z]{2,63}$"
            ),
            "examples": ["ada@example.org"],
        },
        "note": {
            "type": "string",
            "minLength": 1,
            "maxLength": 20_000,
            "pattern": r"^\S([\s\S]*\S)?$",
        },
    }


def test_an_input_takes_no_unknown_member_and_its_errors_hold_no_value():
    with pytest.raises(ValidationError) as caught:
        Everything.model_validate({"surprise": "8417563.25", "title": ["8417563.25"]})
    assert "8417563.25" not in str(caught.value)
    assert {each["type"] for each in caught.value.errors()} >= {"extra_forbidden", "c34:not_text"}


def test_an_input_does_not_change():
    class Draft(Input):
        title: Title

    with pytest.raises(ValidationError):
        Draft(title="A").title = "B"


def test_a_view_is_made_of_attributes_and_writes_numbers_and_utc():
    class Seen(View):
        figure: Figure | None
        at: Instant

    class Stored:
        figure = Decimal("12.50")
        at = datetime(2026, 8, 12, 14, 30, tzinfo=PLUS_TWO)

    seen = Seen.model_validate(Stored())
    assert seen.model_dump_json() == '{"figure":12.5,"at":"2026-08-12T12:30:00Z"}'
    assert seen.figure == Decimal("12.50")


def test_a_validator_of_a_schema_uses_words_of_its_own():
    class Span(Input):
        first: Count
        last: Count

        @model_validator(mode="after")
        def in_order(self) -> "Span":
            if self.last < self.first:
                raise wrong("not_in_order", "The last comes before the first.")
            return self

    with pytest.raises(ValidationError) as caught:
        Span.model_validate({"first": 2, "last": 1})
    assert [(each["type"], each["msg"]) for each in caught.value.errors()] == [
        ("c34:not_in_order", "The last comes before the first.")
    ]


class Changed(Revision):
    """A revision of what always has a title and a place, and may have a text."""

    title: Title = KEPT
    place: Count = KEPT
    text: LongText | None = None


@pytest.mark.parametrize(
    ("sent", "changes"),
    [
        ({}, {}),
        ({"text": None}, {"text": None}),
        ({"title": "A title", "text": "A text"}, {"title": "A title", "text": "A text"}),
        ({"place": 0}, {"place": 0}),
    ],
    ids=str,
)
def test_a_revision_changes_what_was_sent_and_nothing_else(sent, changes):
    assert Changed.model_validate(sent).changes() == changes


def test_a_revision_takes_nothing_away_that_is_always_there():
    with pytest.raises(ValidationError) as caught:
        Changed.model_validate({"title": None, "place": None, "text": None})
    assert [(each["loc"], each["type"]) for each in caught.value.errors()] == [
        (("title",), "c34:not_text"),
        (("place",), "c34:not_a_whole_number"),
    ]
    assert Changed.model_json_schema().get("required") is None


def test_bare_types_are_found():
    from bare import bare_types

    class Inner(Input):
        ratio: float

    class Sloppy(Input):
        good: Title | None = None
        text: str
        several: list[int]
        named: dict[Code, datetime]
        inner: Inner | None = None
        anything: Any = None

    assert bare_types(Sloppy) == [
        "Inner.ratio: float",
        "Sloppy.anything: Any",
        "Sloppy.named: datetime",
        "Sloppy.several: int",
        "Sloppy.text: str",
    ]
    assert bare_types(Everything) == []
    assert issubclass(Sloppy, BaseModel)
