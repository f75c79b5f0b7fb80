"""Measures are renamed, put by their code, and put by the hundred."""

import pytest
from conftest import NORTH, SOUTH
from measures.drafts import PROFICIENT, defined, draft

from app.policy.actions import WHO_MAY, Action
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
STEWARD = (Role.DATA_STEWARD, NORTH)
BY_CODE = f"/v1/districts/{NORTH}/measures/by-code/reading-grade-3"
BATCH = f"/v1/districts/{NORTH}/measures/batch"
NAMED = {"name": "Reading in grade 3"}
ONCE = {"Idempotency-Key": "a-key"}


async def test_a_measure_is_renamed_by_who_has_seen_it(as_):
    caller = as_(*STEWARD)
    measure = await defined(caller)
    address = f"/v1/measures/{measure['id']}"
    etag = (await caller.get(address)).headers["etag"]
    answer = await caller.patch(address, json={"name": "Reading"}, headers={"If-Match": etag})
    body = answer.json()
    assert (answer.status_code, body) == (
        200,
        measure | {"name": "Reading", "version": 2, "updated_at": body["updated_at"]},
    )
    assert body["updated_at"] > measure["updated_at"]
    unseen = await caller.patch(address, json={"name": "Other"})
    stale = await caller.patch(address, json={"name": "Other"}, headers={"If-Match": etag})
    assert (unseen.status_code, stale.status_code) == (428, 412)
    assert stale.headers["etag"] == answer.headers["etag"]


async def test_a_name_is_not_taken_away(as_):
    caller = as_(*STEWARD)
    address = f"/v1/measures/{(await defined(caller))['id']}"
    answer = await caller.patch(address, json={"name": None}, headers={"If-Match": "*"})
    faults = [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
    assert (answer.status_code, faults) == (422, [("/name", "not_text")])


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PUBLIC}))
async def test_measures_are_kept_by_those_who_may(as_, role):
    address = f"/v1/measures/{(await defined(as_(*STEWARD)))['id']}"
    caller = as_(role, None if role.of_consortium else NORTH)
    answers = [
        await caller.patch(address, json={"name": "Other"}, headers={"If-Match": "*"}),
        await caller.put(BY_CODE, json=NAMED | PROFICIENT, headers={"If-Match": "*"}),
        await caller.post(BATCH, json={"items": [draft_of("other")]}, headers=ONCE),
    ]
    may = role in WHO_MAY[Action.MEASURE_DEFINE]
    assert [answer.status_code for answer in answers] == [200 if may else 403] * 3


async def test_another_district_s_measures_look_like_none(as_):
    address = f"/v1/measures/{(await defined(as_(*STEWARD)))['id']}"
    caller = as_(Role.DATA_STEWARD, SOUTH)
    answers = [
        await caller.patch(address, json={"name": "Other"}, headers={"If-Match": "*"}),
        await caller.put(BY_CODE, json=NAMED | PROFICIENT),
        await caller.post(BATCH, json={"items": [draft_of("other")]}, headers=ONCE),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(404, "not_found")] * 3


async def test_a_measure_is_put_by_its_code(as_):
    caller = as_(*STEWARD)
    made = await caller.put(BY_CODE, json=NAMED | PROFICIENT)
    measure = made.json()
    assert made.status_code == 201
    assert made.headers["location"] == f"/v1/measures/{measure['id']}"
    assert (await caller.get(made.headers["location"])).json() == measure
    same = await caller.put(BY_CODE, json=NAMED | PROFICIENT)
    assert (same.status_code, same.json()) == (200, measure)
    renamed = {"name": "Reading"} | PROFICIENT
    unseen = await caller.put(BY_CODE, json=renamed)
    seen = {"If-Match": made.headers["etag"]}
    kept = await caller.put(BY_CODE, json=renamed, headers=seen)
    stale = await caller.put(BY_CODE, json=renamed, headers=seen)
    assert (unseen.status_code, kept.status_code, stale.status_code) == (428, 200, 412)
    assert (kept.json()["name"], kept.json()["version"]) == ("Reading", 2)


async def test_a_measure_that_is_believed_to_be_there_is_not_made(as_):
    answer = await as_(*STEWARD).put(BY_CODE, json=NAMED | PROFICIENT, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")


def draft_of(code: str, **changes: object) -> dict[str, object]:
    told = draft(code, **changes)
    del told["district_id"]
    return told


async def test_many_measures_are_defined_and_renamed_together(as_):
    caller = as_(*STEWARD)
    measure = await defined(caller)
    items = [draft_of("reading-grade-3", name="Reading"), draft_of("attendance")]
    tried = await caller.post(BATCH, json={"items": items, "dry_run": True}, headers=ONCE)
    assert (tried.json()["created"], tried.json()["updated"]) == (1, 1)
    assert (await caller.get("/v1/measures")).json()["data"] == [measure]
    answer = await caller.post(BATCH, json={"items": items}, headers={"Idempotency-Key": "b"})
    body = answer.json()
    new = body["results"][1]["id"]
    assert (answer.status_code, body) == (
        200,
        {
            "mode": "atomic",
            "dry_run": False,
            "created": 1,
            "updated": 1,
            "failed": 0,
            "results": [
                {"index": 0, "status": "updated", "id": measure["id"], "problem": None},
                {"index": 1, "status": "created", "id": new, "problem": None},
            ],
        },
    )
    listed = (await caller.get("/v1/measures?fields=id,name,version,edition")).json()["data"]
    assert listed == [
        {"id": new, "name": "Reading in grade 3", "version": 1, "edition": 1},
        {"id": measure["id"], "name": "Reading", "version": 2, "edition": 1},
    ]


async def test_a_batch_changes_no_definition_and_stores_nothing_else_then(as_):
    caller = as_(*STEWARD)
    measure = await defined(caller)
    items = [
        draft_of("attendance"),
        draft_of("reading-grade-3", unit="percent"),
        draft_of("attendance"),
        draft_of("Wrong"),
    ]
    answer = await caller.post(BATCH, json={"items": items}, headers=ONCE)
    faults = [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
    assert (answer.status_code, faults) == (
        422,
        [
            ("/items/1", "conflict"),
            ("/items/2/code", "repeated"),
            ("/items/3/code", "malformed"),
        ],
    )
    assert (await caller.get("/v1/measures")).json()["data"] == [measure]


async def test_the_rows_that_can_be_stored_are_where_that_is_asked_for(as_):
    caller = as_(*STEWARD)
    await defined(caller)
    items = [draft_of("reading-grade-3", unit="percent"), draft_of("attendance")]
    answer = await caller.post(BATCH, json={"items": items, "mode": "best_effort"}, headers=ONCE)
    told = [
        (row["status"], row["problem"] and row["problem"]["rule"])
        for row in answer.json()["results"]
    ]
    assert told == [("failed", "TR-15"), ("created", None)]
    codes = [row["code"] for row in (await caller.get("/v1/measures")).json()["data"]]
    assert codes == ["attendance", "reading-grade-3"]


async def test_a_batch_is_json_and_needs_a_key(as_):
    caller = as_(*STEWARD)
    without = await caller.post(BATCH, json={"items": [draft_of("attendance")]})
    assert (without.status_code, without.json()["code"]) == (400, "idempotency_key_required")
    csv = await caller.post(BATCH, content=b"code\n", headers={"content-type": "text/csv"} | ONCE)
    assert (csv.status_code, csv.json()["code"]) == (415, "unsupported_media_type")
