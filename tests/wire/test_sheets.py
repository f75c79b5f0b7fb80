"""Lists as spreadsheets and lines, and how they are asked for."""

import csv
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from io import StringIO
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scalars import Figure, View
from app.wire.sheets import LIVE, Format, Lines, Spreadsheet, accepted, still


class Kind(StrEnum):
    LARGE = "large"


class Size(View):
    width: int
    note: str | None


class Thing(View):
    id: UUID
    name: str
    kind: Kind | None
    active: bool
    share: Figure | None
    day: date
    at: datetime | None
    size: Size | None
    tags: list[str]
    external_ids: dict[str, str]


FULL = Thing(
    id=UUID(int=7),
    name='=HYPERLINK("https://x")',
    kind=Kind.LARGE,
    active=True,
    share=Decimal("-0.25"),
    day=date(2026, 8, 12),
    at=datetime(2026, 8, 12, 9, 30, tzinfo=UTC),
    size=Size(width=3, note="+1"),
    tags=["é", 'a"b'],
    external_ids={"state": "19-1"},
)
EMPTY = Thing(
    id=UUID(int=8),
    name="Plain, and simple",
    kind=None,
    active=False,
    share=None,
    day=date(2026, 8, 13),
    at=None,
    size=None,
    tags=[],
    external_ids={},
)
HEADING = "id,name,kind,active,share,day,at,size.width,size.note,tags,external_ids\r\n"


def test_a_spreadsheet_has_a_column_for_each_member_and_a_row_for_each_thing():
    sheet = Spreadsheet(Thing, None)
    sheet.add([FULL])
    sheet.add([EMPTY])
    assert sheet.written().decode() == (
        HEADING
        + """00000000-0000-0000-0000-000000000007,"'=HYPERLINK(""https://x"")",large,true,-0.25,"""
        + """2026-08-12,2026-08-12T09:30:00Z,3,'+1,"[""é"",""a\\""b""]","{""state"":""19-1""}"\r\n"""
        + '00000000-0000-0000-0000-000000000008,"Plain, and simple",,false,,2026-08-13,,,,[],{}\r\n'
    )


def test_a_spreadsheet_of_nothing_is_its_heading():
    assert Spreadsheet(Thing, None).written().decode() == HEADING


def test_a_sheet_is_cut_to_the_members_that_are_wanted():
    sheet, lines = Spreadsheet(Thing, {"size", "id"}), Lines(Thing, {"size", "id"})
    for each in (sheet, lines):
        each.add([FULL, EMPTY])
    first, second = UUID(int=7), UUID(int=8)
    assert sheet.written().decode() == (
        f"id,size.width,size.note\r\n{first},3,'+1\r\n{second},,\r\n"
    )
    assert lines.written().decode() == (
        f'{{"id":"{first}","size":{{"width":3,"note":"+1"}}}}\n{{"id":"{second}","size":null}}\n'
    )


def test_a_line_is_a_thing_as_json_has_it():
    lines = Lines(Thing, None)
    lines.add([FULL, EMPTY])
    told = [json.loads(line) for line in lines.written().decode().splitlines()]
    assert told == [json.loads(each.model_dump_json()) for each in (FULL, EMPTY)]


@given(st.text(max_size=20))
def test_no_cell_begins_a_formula_and_nothing_else_of_a_text_changes(text):
    written = still(text)
    assert written[:1] not in LIVE
    assert written.lstrip()[:1] not in LIVE
    assert written.removeprefix("'") == text.removeprefix("'")


@given(st.text(st.characters(exclude_characters="\x00\r", codec="utf-8"), max_size=20))
def test_a_spreadsheet_is_read_back_as_it_was_written(text):
    sheet = Spreadsheet(Thing, {"name"})
    sheet.add([EMPTY.model_copy(update={"name": text})])
    rows = list(csv.reader(StringIO(sheet.written().decode(), newline="")))
    assert rows == [["name"], [still(text)]]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("Alder", "Alder"),
        ("=1+1", "'=1+1"),
        (" =1+1", "' =1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tcmd", "'\tcmd"),
        ("\uff1d1", "'\uff1d1"),
        ("a=b", "a=b"),
    ],
)
def test_no_text_of_a_spreadsheet_is_a_formula(text, shown):
    assert still(text) == shown


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", Format.JSON),
        ("*/*", Format.JSON),
        ("text/csv", Format.CSV),
        ("text/csv; charset=utf-8", Format.CSV),
        ("TEXT/CSV", Format.CSV),
        ("text/*", Format.CSV),
        ("application/jsonl", Format.JSONL),
        ("application/x-ndjson", Format.JSONL),
        ("application/*", Format.JSON),
        ("text/csv;q=0.5, application/json", Format.JSON),
        ("application/json;q=0.4, text/csv;q=0.5", Format.CSV),
        ("text/csv, application/json", Format.CSV),
        ("text/html,application/xhtml+xml,*/*;q=0.8", Format.JSON),
        ("text/csv;q=0", Format.JSON),
        ("text/csv;q=high, application/jsonl;q=0.1", Format.JSONL),
        ("text/csv;q=\u0661", Format.JSON),
        ("application/pdf", Format.JSON),
        (",;,q=1,/", Format.JSON),
    ],
)
def test_a_form_is_chosen_by_what_the_caller_accepts(accept, form):
    assert accepted(accept) is form


@given(st.text(max_size=40))
def test_any_accept_chooses_some_form(accept):
    assert accepted(accept) in Format
