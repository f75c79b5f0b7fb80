"""Rows in a batch, as JSON and as CSV: read, carried out, and every fault told with its place."""

from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import Field
from wire.answered import fault, faults, problem
from wire.toy import CSV, KNOWN, Row, uuid5

from app.scalars import Code, Input, Title
from app.wire.columns import columns_of
from app.wire.csvbody import Unreadable, read_csv
from app.wire.rows import rows_of

pytestmark = pytest.mark.anyio

BATCH = "/v1/things/batch"
NOWHERE = "There is nothing here, or nothing within your reach."


def row_result(index: int, name: str, status: str = "created") -> dict[str, Any]:
    return {
        "index": index,
        "status": status,
        "id": str(uuid5(KNOWN, name)),
        "problem": None,
    }


def named(*names: str, **members: Any) -> dict[str, Any]:
    return {"items": [{"name": name} for name in names], **members}


async def test_rows_are_stored_together_by_default(client, app):
    answer = await client.post(BATCH, json=named("A", "B", "A"))
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "mode": "atomic",
            "dry_run": False,
            "created": 2,
            "updated": 1,
            "failed": 0,
            "results": [row_result(0, "A"), row_result(1, "B"), row_result(2, "A", "updated")],
        },
    )
    assert sorted(app.state.shelf.things) == ["A", "B"]


async def test_one_fault_keeps_every_row_of_an_atomic_batch_out(client, app):
    items = [{"name": "A"}, {"name": ""}, {"name": "Nowhere"}, {"name": "B", "count": "1"}]
    answer = await client.post(BATCH, json={"items": items})
    problem(
        answer,
        422,
        "validation_failed",
        "3 faults in the request.",
        errors=[
            fault("/items/1/name", "empty", "Empty."),
            fault("/items/2", "not_found", NOWHERE),
            fault("/items/3/count", "not_a_whole_number", "Not a whole number."),
        ],
    )
    assert app.state.shelf.things == {}


async def test_best_effort_stores_the_rows_that_can_be(client, app):
    items = [{"name": "A"}, {"name": "", "surprise": 1}, {"name": "Nowhere"}, {"name": "B"}]
    answer = await client.post(BATCH, json={"mode": "best_effort", "items": items})

    def failed(index: int, **problem: Any) -> dict[str, Any]:
        return {
            "index": index,
            "status": "failed",
            "id": None,
            "problem": {"rule": None, **problem},
        }

    def at(pointer: str, code: str, detail: str) -> dict[str, Any]:
        return {"pointer": pointer, "code": code, "detail": detail, "row": None, "column": None}

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "mode": "best_effort",
            "dry_run": False,
            "created": 2,
            "updated": 0,
            "failed": 2,
            "results": [
                row_result(0, "A"),
                failed(
                    1,
                    type="/problems/validation_failed",
                    title="Validation failed",
                    status=422,
                    detail="2 faults in the request.",
                    code="validation_failed",
                    errors=[
                        at("/items/1/name", "empty", "Empty."),
                        at("/items/1/surprise", "unknown_member", "There is no such member."),
                    ],
                ),
                failed(
                    2,
                    type="/problems/not_found",
                    title="Not found",
                    status=404,
                    detail=NOWHERE,
                    code="not_found",
                    errors=[at("/items/2", "not_found", NOWHERE)],
                ),
                row_result(3, "B"),
            ],
        },
    )
    assert sorted(app.state.shelf.things) == ["A", "B"]


@pytest.mark.parametrize("mode", ["atomic", "best_effort"])
async def test_a_dry_run_stores_nothing_and_gives_no_ids_of_what_is_not_there(client, app, mode):
    await client.post(BATCH, json=named("A"))
    answer = await client.post(BATCH, json=named("A", "B", mode=mode, dry_run=True))
    assert answer.json() == {
        "mode": mode,
        "dry_run": True,
        "created": 1,
        "updated": 1,
        "failed": 0,
        "results": [row_result(0, "A", "updated"), row_result(1, "B") | {"id": None}],
    }
    assert sorted(app.state.shelf.things) == ["A"]


@pytest.mark.parametrize("mode", ["atomic", "best_effort"])
@pytest.mark.parametrize(
    ("name", "status", "code"), [("Boom", 500, "internal"), ("Later", 503, "unavailable")]
)
async def test_a_failure_that_no_row_is_to_blame_for_ends_the_batch(
    client, app, mode, name, status, code
):
    answer = await client.post(BATCH, json=named("A", name, "B", mode=mode))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert app.state.shelf.things == {}


async def test_a_refusal_of_an_atomic_batch_is_told_as_one_with_its_rule(client, app):
    answer = await client.post(BATCH, json=named("", "Theirs", "B"))
    problem(answer, 403, "forbidden", "Not yours.", rule="TR-04")
    assert app.state.shelf.things == {}


async def test_a_refusal_of_one_row_is_told_with_its_rule_in_best_effort(client, app):
    answer = await client.post(BATCH, json=named("Theirs", "B", mode="best_effort"))
    told = answer.json()["results"][0]["problem"]
    assert (told["status"], told["code"], told["rule"]) == (403, "forbidden", "TR-04")
    assert sorted(app.state.shelf.things) == ["B"]


async def test_what_the_database_refuses_ends_an_atomic_batch_at_its_row(client, app):
    answer = await client.post(BATCH, json=named("", "Taken", "Nowhere"))
    assert faults(answer) == [("/items/0/name", "empty"), ("/items/1", "conflict")]
    assert app.state.shelf.things == {}


async def test_what_the_database_refuses_of_one_row_leaves_the_others(client, app):
    answer = await client.post(BATCH, json=named("Taken", "B", mode="best_effort"))
    assert answer.json()["results"][0]["problem"]["code"] == "conflict"
    assert sorted(app.state.shelf.things) == ["B"]


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({}, [("/items", "required")]),
        ({"items": []}, [("/items", "too_few")]),
        (named(*"ABCDEF"), [("/items", "too_many")]),
        ({"items": {}}, [("/items", "not_a_list")]),
        ({"items": [7, None, []]}, [(f"/items/{n}", "not_an_object") for n in range(3)]),
        (named("A", mode="most"), [("/mode", "not_one_of")]),
        (named("A", dry_run="true"), [("/dry_run", "not_a_flag")]),
        (named("A", surprise=1), [("/surprise", "unknown_member")]),
        ([], [("", "not_an_object")]),
    ],
    ids=str,
)
async def test_the_envelope_is_strict_too(client, document, found):
    assert faults(await client.post(BATCH, json=document)) == found


async def test_a_json_batch_says_itself_what_the_query_says_of_a_file(client):
    answer = await client.post(f"{BATCH}?mode=best_effort", json=named("A"))
    assert faults(answer) == [("?mode", "unknown_parameter")]


FILE = (
    "name,nces_id,count,rate,day,kind,active,size.depth,external_ids.ca_cds\r\n"
    '"Los, Angeles",0622710,7,0.125,2026-08-12,large,TRUE,3,19-64733\r\n'
    "B,,,,,,,,\r\n"
)
NO_WORD = ",,,,,,,,\r\n" * 3
"""What a spreadsheet leaves below the last row."""


async def test_a_file_is_read_by_the_types_of_its_columns(client, app):
    for body in (
        FILE,
        "\ufeff" + FILE,
        FILE.replace("\r\n", "\n"),
        FILE + "\r\n\r\n",
        FILE + NO_WORD,
    ):
        app.state.shelf.things.clear()
        answer = await client.post(BATCH, content=body.encode(), headers=CSV)
        assert (answer.status_code, answer.json()["created"]) == (200, 2)
        assert app.state.shelf.things == {
            "Los, Angeles": Row(
                name="Los, Angeles",
                nces_id="0622710",
                count=7,
                rate=Decimal("0.125"),
                day="2026-08-12",
                kind="large",
                active=True,
                size={"depth": 3},
                external_ids={"ca_cds": "19-64733"},
            ),
            "B": Row(name="B"),
        }


async def test_an_empty_cell_is_a_member_that_is_not_given(client, app):
    await client.post(BATCH, content=FILE, headers=CSV)
    assert app.state.shelf.things["B"].model_fields_set == {"name"}


async def test_the_query_says_how_a_file_is_done(client, app):
    body = "name\nA\nNowhere\n"
    answer = await client.post(f"{BATCH}?mode=best_effort&dry_run=true", content=body, headers=CSV)
    told = answer.json()
    assert (told["mode"], told["dry_run"], told["created"], told["failed"]) == (
        "best_effort",
        True,
        1,
        1,
    )
    (failure,) = told["results"][1]["problem"]["errors"]
    assert failure == {
        "pointer": "/items/1",
        "code": "not_found",
        "detail": NOWHERE,
        "row": 3,
        "column": None,
    }
    assert app.state.shelf.things == {}


def cell(row: int, column: str, index: int, code: str) -> tuple[Any, ...]:
    return (row, column, f"/items/{index}/{column.replace('.', '/')}", code)


HEAD = "name,count"
BAD_FILES = {
    "empty": ("", [(1, None, "", "empty_file")]),
    "blank": ("\n\n", [(1, None, "", "empty_file")]),
    "a heading alone": ("name\n", [(2, None, "/items", "too_few")]),
    "a short row": (f"{HEAD}\nA,1\nB\n", [(3, None, "/items/1", "short_row")]),
    "a long row": (f"{HEAD}\nA,1,\n", [(2, None, "/items/0", "long_row")]),
    "a number with a unit": (f"{HEAD}\nA,1 km\n", [cell(2, "count", 0, "not_a_whole_number")]),
    "a number with commas": (f'{HEAD}\nA,"1,000"\n', [cell(2, "count", 0, "not_a_whole_number")]),
    "a number with a point": (f"{HEAD}\nA,1.0\n", [cell(2, "count", 0, "not_a_whole_number")]),
    "a number with a blank": (f"{HEAD}\nA, 1\n", [cell(2, "count", 0, "not_a_whole_number")]),
    "a leading zero": (f"{HEAD}\nA,01\n", [cell(2, "count", 0, "not_a_whole_number")]),
    "a full-width digit": (f"{HEAD}\nA,\uff11\n", [cell(2, "count", 0, "not_a_whole_number")]),
    "5,000 digits": (f"{HEAD}\nA,{'9' * 5000}\n", [cell(2, "count", 0, "not_a_whole_number")]),
    "out of range": (f"{HEAD}\nA,-1\n", [cell(2, "count", 0, "out_of_range")]),
    "not finite": ("name,rate\nA,NaN\n", [cell(2, "rate", 0, "not_a_number")]),
    "1e999": ("name,rate\nA,1e999\n", [cell(2, "rate", 0, "out_of_range")]),
    "a flag as a number": ("name,active\nA,1\n", [cell(2, "active", 0, "not_a_flag")]),
    "an impossible date": ("name,day\nA,2026-02-30\n", [cell(2, "day", 0, "no_such_date")]),
    "a lost zero": ("name,nces_id\nA,622710\n", [cell(2, "nces_id", 0, "malformed")]),
    "NUL": (f"{HEAD}\nA\0,1\n", [cell(2, "name", 0, "illegible_character")]),
    "NUL in a number": (f"{HEAD}\nA,1\0\n", [cell(2, "count", 0, "not_a_whole_number")]),
    "no name": (f"{HEAD}\n,1\n", [cell(2, "name", 0, "required")]),
    "a size without a depth": (
        "name,size.width,size.depth\nA,1,\n",
        [cell(2, "size.depth", 0, "required")],
    ),
    "a bad key of a mapping": (
        "name,external_ids.CA\nA,1\n",
        [cell(2, "external_ids.CA", 0, "malformed")],
    ),
    "an open quotation mark": (f'{HEAD}\nA,1\n"B,2\nC,3\n', [(3, None, "", "malformed_row")]),
    "a stray quotation mark": (f'{HEAD}\n"A"x,1\n', [(2, None, "", "malformed_row")]),
    "a missing column": ("count\n1\n", [(1, "name", "", "missing_column")]),
    "far too many columns": (",".join(["name"] * 201) + "\n", [(1, None, "", "too_many_columns")]),
    "a column twice": ("name,name\nA,B\n", [(1, "name", "", "duplicate_column")]),
    "an unknown column": ("name,surprise\nA,1\n", [(1, "surprise", "", "unknown_column")]),
    "a column without a name": ("name,\nA,1\n", [(1, "(column 2)", "", "unknown_column")]),
    "a mapping without a key": (
        "name,external_ids.\nA,1\n",
        [(1, "external_ids.", "", "unknown_column")],
    ),
    "semicolons": (
        "name;count\nA;1\n",
        [(1, None, "", "not_commas")],
    ),
    "tabs": ("name\tcount\nA\t1\n", [(1, None, "", "not_commas")]),
    "a line for a spreadsheet": ("sep=;\nname;count\nA;1\n", [(1, None, "", "not_commas")]),
    "a heading of nothing": (",\n,\n", [(1, None, "", "empty_file")]),
    "Latin 1": (f"{HEAD}\nA,1\nPe\xf1a,2\n".encode("latin-1"), [(3, None, "", "not_utf8")]),
    "UTF-16": (f"{HEAD}\nA,1\n".encode("utf-16"), [(1, None, "", "not_utf8")]),
    "too many rows": ("name\n" + "A\n" * 6, [(7, None, "/items", "too_many")]),
    "rows and a file": (
        f'{HEAD}\n,1\nB,x\n"C\n',
        [
            cell(2, "name", 0, "required"),
            cell(3, "count", 1, "not_a_whole_number"),
            (4, None, "", "malformed_row"),
        ],
    ),
    "a cell of several lines": (
        f'{HEAD}\n"A\nB",1\nC,x\n',
        [cell(2, "name", 0, "illegible_character"), cell(4, "count", 1, "not_a_whole_number")],
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
async def test_a_bad_file_is_told_by_row_and_column_and_not_one_row_is_stored(client, app, name):
    body, expected = BAD_FILES[name]
    content = body if isinstance(body, bytes) else body.encode()
    answer = await client.post(BATCH, content=content, headers=CSV)
    found = [
        (each.get("row"), each.get("column"), each["pointer"], each["code"])
        for each in answer.json()["errors"]
    ]
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert found == expected
    assert app.state.shelf.things == {}


async def test_a_broken_file_is_refused_even_where_each_row_stands_for_itself(client, app):
    body = 'name\nA\n"B\n'
    answer = await client.post(f"{BATCH}?mode=best_effort", content=body, headers=CSV)
    assert faults(answer) == [("", "malformed_row")]
    assert app.state.shelf.things == {}


async def test_many_faults_are_counted_and_a_hundred_are_listed(client):
    items = [{f"x{n}": 1 for n in range(40)} for _ in range(5)]
    answer = await client.post(BATCH, json={"items": items})
    assert answer.json()["detail"] == "205 faults in the request."
    assert len(answer.json()["errors"]) == 100


def test_the_columns_are_those_of_the_model():
    assert [(each.name, each.required) for each in columns_of(Row)] == [
        ("name", True),
        ("nces_id", False),
        ("count", False),
        ("rate", False),
        ("day", False),
        ("kind", False),
        ("active", False),
        ("size.width", False),
        ("size.depth", False),
        ("external_ids.", False),
    ]


class WithAList(Input):
    names: list[Title]


class WithAChoice(Input):
    either: Annotated[Row | WithAList, Field()]


class WithABareType(Input):
    name: str


@pytest.mark.parametrize("model", [WithAList, WithAChoice, WithABareType])
def test_what_no_cell_can_hold_is_refused_when_the_application_is_made(model):
    with pytest.raises(TypeError):
        rows_of(model, limit=5)
    assert rows_of(model, limit=5, csv=False).dependency.media_types == ("application/json",)


def test_a_row_is_told_by_the_line_it_begins_on():
    class Named(Input):
        name: Code

    lines = list(read_csv(b'name\n\n"a"\n\n"b"\n', Named))
    assert [(line.number, line.members) for line in lines] == [
        (3, {"name": "a"}),
        (5, {"name": "b"}),
    ]
    with pytest.raises(Unreadable):
        list(read_csv(b"name\n" + b"x" * 200_000, Named))
