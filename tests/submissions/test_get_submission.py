import json
from uuid import uuid4

import pytest
from answers import FULL, at, attested, batch, read, rows, said, steward
from asyncpg import Connection
from conftest import NORTH, SOUTH, account
from paths import EVERY_KIND, open_round, step

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
MAY = {Role.SUPERINTENDENT, Role.BOARD_MEMBER, Role.PLANNER, Role.DATA_STEWARD}


async def test_before_the_first_answer_it_is_an_empty_draft(as_):
    opened = await open_round(as_)
    assert await read(as_, opened) == {
        "round_id": opened["id"],
        "district_id": str(NORTH),
        "state": "draft",
        "revision": 1,
        "attested_revision": None,
        "attested_by": None,
        "attested_at": None,
        "withdrawn_at": None,
        "items_answered": 0,
        "version": 0,
        "stage": "open",
        "answers": [],
        "missing": [item["code"] for item in EVERY_KIND],
        "withdrawals": [],
    }


async def test_it_is_whole(as_):
    opened = await open_round(as_)
    await attested(as_, opened)
    whole = await read(as_, opened)
    assert {
        code: said(answer) for code, answer in zip(FULL, whole.pop("answers"), strict=True)
    } == {code: {"status": "reported"} | answer for code, answer in FULL.items()}
    assert whole.pop("attested_at").endswith("Z")
    assert whole == {
        "round_id": opened["id"],
        "district_id": str(NORTH),
        "state": "attested",
        "revision": 1,
        "attested_revision": 1,
        "attested_by": str(account(Role.DATA_STEWARD, NORTH)),
        "withdrawn_at": None,
        "items_answered": 6,
        "version": 3,
        "stage": "open",
        "missing": [],
        "withdrawals": [],
    }


async def test_an_answer_is_whole(as_):
    opened = await open_round(as_)
    done = (await batch(as_, opened, rows({"advisory": FULL["advisory"]}))).json()
    (answer,) = (await read(as_, opened))["answers"]
    assert answer.pop("entered_at").endswith("Z")
    assert answer == {
        "id": done["results"][0]["id"],
        "item": "advisory",
        "kind": "rubric",
        "status": "reported",
        "value": None,
        "numerator": None,
        "denominator": None,
        "level": 2,
        "option": None,
        "yes": None,
        "text": None,
        "comment": None,
        "reason": None,
        "version": 1,
        "revision": 1,
        "entered_by": str(account(Role.DATA_STEWARD, NORTH)),
    }


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PUBLIC])
async def test_a_role_reads_it_or_is_refused(as_, role):
    opened = await open_round(as_)
    place = None if role.of_consortium else NORTH
    answer = await as_(role, place).get(f"{at(opened)}/submission")
    expected = (200, None) if role in MAY else (403, "TR-02")
    assert (answer.status_code, answer.json().get("rule")) == expected


def absent(opened):
    """The addresses of what is not there, of another district's and of an absent round."""
    return {
        "another's": at(opened, SOUTH),
        "no district": at(opened, uuid4()),
        "no round": at({"id": str(uuid4())}),
    }


@pytest.mark.parametrize("tail", ["/submission", "/submission/history"])
async def test_another_districts_looks_absent_and_runs_the_same_statements(as_, tail, monkeypatch):
    opened = await open_round(as_)
    await attested(as_, opened, district=SOUTH)
    ran: list[str] = []
    execute = Connection._execute

    async def recorded(self, query, *args, **kwargs):
        ran.append(query)
        return await execute(self, query, *args, **kwargs)

    caller = steward(as_)
    await caller.get(at(opened) + tail)
    monkeypatch.setattr(Connection, "_execute", recorded)
    seen = []
    for path in absent(opened).values():
        ran.clear()
        answer = await caller.get(path + tail)
        body = answer.json() | {"instance": "", "request_id": ""}
        headers = {k: v for k, v in answer.headers.items() if k != "x-request-id"}
        headers.pop("content-length")
        seen.append((answer.status_code, json.dumps(body), headers, list(ran)))
    assert seen[0][0] == 404
    assert seen[1:] == [seen[0], seen[0]]


async def test_staff_do_not_read_a_submission_at_any_stage(as_):
    locked = await open_round(as_, review_days=0)
    await attested(as_, locked)
    await step(as_, locked["id"], "close", "review", "lock")
    for role in (Role.CONSORTIUM_ADMIN, Role.ANALYST, Role.FACILITATOR, Role.AUDITOR):
        answer = await as_(role).get(f"{at(locked)}/submission")
        assert (answer.status_code, answer.json()["rule"]) == (403, "TR-02")


async def test_the_history_tells_every_version_in_order(as_):
    opened = await open_round(as_)
    for level in (1, 3, 2):
        await batch(as_, opened, rows({"advisory": {"level": level}, "survey": {"yes": True}}))
    client, path = steward(as_), f"{at(opened)}/submission/history"
    listed = (await client.get(path, params={"item": "advisory"})).json()
    assert [(row["version"], row["level"]) for row in listed.pop("data")] == [
        (1, 1),
        (2, 3),
        (3, 2),
    ]
    assert listed == {"next_cursor": None, "has_more": False}
    first = await client.get(path, params={"limit": 3})
    rest = await client.get(path, params={"limit": 3, "cursor": first.json()["next_cursor"]})
    told = [(row["item"], row["version"]) for page in (first, rest) for row in page.json()["data"]]
    assert sorted(told[:2]) == [("advisory", 1), ("survey", 1)]
    assert told[2:] == [("advisory", 2), ("advisory", 3)]
