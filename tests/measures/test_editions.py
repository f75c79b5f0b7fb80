"""A definition is never changed: another edition follows it, in an era of its own or not (TR-15)."""

import asyncpg
import pytest
from conftest import NORTH, SOUTH, account
from measures.drafts import PROFICIENT, defined, draft
from sqlalchemy import text

from app.policy.actions import WHO_MAY, Action
from app.settings import plain
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
STEWARD = (Role.DATA_STEWARD, NORTH)


def another(**changes: object) -> dict[str, object]:
    """The definition in other words, which is no break."""
    told = {"definition": "As before, said better.", "era_break": False, "reason": "Clearer."}
    return PROFICIENT | told | changes


async def test_an_edition_replaces_the_definition_and_both_are_kept(as_):
    caller = as_(*STEWARD)
    measure = await defined(caller)
    address = f"/v1/measures/{measure['id']}"
    answer = await caller.post(f"{address}/editions", json=another())
    body = answer.json()
    assert (answer.status_code, body) == (
        201,
        another()
        | {
            "id": body["id"],
            "measure_id": measure["id"],
            "edition": 2,
            "era": 1,
            "created_at": body["created_at"],
            "created_by": str(account(*STEWARD)),
        },
    )
    assert answer.headers["location"] == f"{address}/editions"
    now = (await caller.get(address)).json()
    assert now == measure | {
        "definition": "As before, said better.",
        "edition": 2,
        "version": 2,
        "updated_at": now["updated_at"],
    }
    first, second = (await caller.get(f"{address}/editions")).json()["data"]
    assert second == body
    assert first == PROFICIENT | {
        "id": first["id"],
        "measure_id": measure["id"],
        "edition": 1,
        "era": 1,
        "era_break": False,
        "reason": None,
        "created_at": first["created_at"],
        "created_by": str(account(*STEWARD)),
    }


async def test_eras_are_counted_by_the_breaks(as_):
    caller = as_(*STEWARD)
    address = f"/v1/measures/{(await defined(caller))['id']}/editions"
    told = [
        another(definition=f"Edition {number}.", era_break=breaks)
        for number, breaks in enumerate((False, True, False, True), start=2)
    ]
    for each in told:
        assert (await caller.post(address, json=each)).status_code == 201
    listed = (await caller.get(f"{address}?limit=2")).json()
    cursor = listed["next_cursor"]
    rest = (await caller.get(f"{address}?limit=200&cursor={cursor}")).json()
    assert [(each["edition"], each["era"]) for each in listed["data"] + rest["data"]] == [
        (1, 1),
        (2, 1),
        (3, 2),
        (4, 2),
        (5, 3),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"unit": "percent"},
        {"factor": 1000},
        {"kind": "mean"},
        {"kind": "count", "numerator": None, "denominator": None, "factor": None},
    ],
    ids=["unit", "factor", "kind", "plain"],
)
async def test_values_of_another_sort_are_a_break_and_are_called_one(as_, changes):
    caller = as_(*STEWARD)
    address = f"/v1/measures/{(await defined(caller))['id']}/editions"
    refused = await caller.post(address, json=another(**changes))
    assert (refused.status_code, refused.json()["rule"]) == (409, "TR-15")
    kept = await caller.post(address, json=another(**changes, era_break=True))
    assert (kept.status_code, kept.json()["era"]) == (201, 2)


async def test_an_edition_that_says_nothing_new_is_refused_unless_it_is_a_break(as_):
    caller = as_(*STEWARD)
    address = f"/v1/measures/{(await defined(caller))['id']}/editions"
    same = another(definition=PROFICIENT["definition"])
    answers = [
        await caller.post(address, json=same | {"era_break": each}) for each in (False, True)
    ]
    assert [answer.status_code for answer in answers] == [409, 201]


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"reason": ""}, "/reason", "empty"),
        ({"reason": None}, "/reason", "not_text"),
        ({"era_break": None}, "/era_break", "not_a_flag"),
        ({"factor": 7}, "/factor", "no_such_factor"),
        ({"name": "Another"}, "/name", "unknown_member"),
    ],
)
async def test_an_edition_that_makes_no_sense_is_refused(as_, changes, pointer, code):
    caller = as_(*STEWARD)
    address = f"/v1/measures/{(await defined(caller))['id']}/editions"
    answer = await caller.post(address, json=another(**changes))
    faults = [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
    assert (answer.status_code, faults) == (422, [(pointer, code)])


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PUBLIC}))
async def test_an_edition_is_added_by_those_who_may(as_, role):
    address = f"/v1/measures/{(await defined(as_(*STEWARD)))['id']}/editions"
    place = None if role.of_consortium else NORTH
    answer = await as_(role, place).post(address, json=another())
    may = role in WHO_MAY[Action.MEASURE_DEFINE]
    assert (answer.status_code, answer.json().get("rule")) == (
        (201, None) if may else (403, "TR-02")
    )


async def test_an_edition_of_another_district_s_measure_looks_like_one_of_none(as_):
    address = f"/v1/measures/{(await defined(as_(*STEWARD)))['id']}/editions"
    answer = await as_(Role.DATA_STEWARD, SOUTH).post(address, json=another())
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_an_edition_is_written_in_the_ledger(as_, owner):
    measure = await defined(as_(*STEWARD))
    address = f"/v1/measures/{measure['id']}/editions"
    await as_(*STEWARD).post(address, json=another(era_break=True))
    query = "select subject, rule, detail from ledger where action = 'measure:define'"
    async with owner.connect() as connection:
        entries = [tuple(entry) for entry in await connection.execute(text(query))]
    detail = {"edition": 2, "era_break": True}
    assert entries == [(f"measure:{measure['id']}", "TR-15", detail)]


@pytest.mark.parametrize(
    "change", ["update measure_editions set unit = 'x'", "delete from measure_editions"]
)
async def test_the_database_lets_the_application_change_no_edition(as_, addresses, change):
    await defined(as_(*STEWARD))
    connection = await asyncpg.connect(plain(addresses.app))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(change)
    finally:
        await connection.close()


async def test_a_definition_is_not_changed_by_the_way(as_):
    caller = as_(*STEWARD)
    measure = await defined(caller)
    etag = {"If-Match": (await caller.get(f"/v1/measures/{measure['id']}")).headers["etag"]}
    content = draft(unit="percent")
    del content["district_id"], content["code"]
    put = await caller.put(
        f"/v1/districts/{NORTH}/measures/by-code/reading-grade-3", json=content, headers=etag
    )
    assert (put.status_code, put.json()["code"], put.json()["rule"]) == (409, "conflict", "TR-15")
    assert (
        put.json()["detail"] == "A definition is not edited: post another edition of the measure."
    )
    patched = await caller.patch(
        f"/v1/measures/{measure['id']}", json={"unit": "percent"}, headers=etag
    )
    assert [(fault["pointer"], fault["code"]) for fault in patched.json()["errors"]] == [
        ("/unit", "unknown_member")
    ]
    assert (await caller.get(f"/v1/measures/{measure['id']}")).json() == measure
