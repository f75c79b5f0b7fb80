"""Meetings and motions are corrected by who has seen them, until the meeting decides (TR-20)."""

from uuid import UUID

import pytest
from conftest import NORTH
from paths import a_meeting, adopted_motion, ledger_of, put_motion, told
from wire.answered import problem

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
PATCH = {"title": "Autumn meeting", "held_on": "2018-10-03"}
REVIEW = {"kind": "set_review_days", "review_days": 3}
UNSEEN = "Send the ETag of what you read in If-Match."
STALE = "It has changed since you read it."
DECIDED = "A meeting is corrected before it has decided on any motion."
MOTION_DECIDED = "A motion is reworded before its meeting decides on it."


def address(thing):
    return f"/v1/{'motions' if 'wording' in thing else 'meetings'}/{thing['id']}"


async def seen(caller, thing):
    """The header of who has seen a meeting or a motion."""
    return {"if-match": (await caller.get(address(thing))).headers["etag"]}


@pytest.fixture
def admin(as_):
    return as_(Role.CONSORTIUM_ADMIN)


@pytest.fixture
async def meeting(as_):
    return await a_meeting(as_)


@pytest.fixture
async def motion(as_):
    return await put_motion(as_, **REVIEW)


async def test_what_is_recorded_and_put_is_answered_with_its_tag(admin):
    made = await admin.post("/v1/meetings", json=PATCH)
    assert made.status_code == 201
    draft = REVIEW | {"wording": "Three days."}
    put = await admin.post(f"{made.headers['location']}/motions", json=draft)
    assert put.status_code == 201
    for each in (made, put):
        read = await admin.get(each.headers["location"])
        assert (read.json(), read.headers["etag"]) == (each.json(), each.headers["etag"])


@pytest.mark.parametrize("patch", [PATCH, {"title": "Moved"}, {"held_on": "2018-10-04"}, {}])
async def test_a_meeting_is_corrected_until_it_decides(as_, admin, meeting, owner, patch):
    answer = await admin.patch(address(meeting), json=patch, headers=await seen(admin, meeting))
    assert told(answer, 200) == meeting | patch | {"version": 2 if patch else 1}
    read = await as_(Role.VIEWER, NORTH).get(address(meeting))
    assert (read.json(), read.headers["etag"]) == (answer.json(), answer.headers["etag"])
    step = ("meeting:record", "done", "TR-20", {"step": "revise"})
    assert (await ledger_of(owner, f"meeting:{meeting['id']}"))[-1] == step


async def test_a_motion_is_reworded_until_it_is_decided(as_, admin, motion, owner):
    patch = {"wording": "To do it otherwise."}
    answer = await admin.patch(address(motion), json=patch, headers=await seen(admin, motion))
    assert told(answer, 200) == motion | patch | {"version": 2}
    read = await as_(Role.VIEWER, NORTH).get(address(motion))
    assert (read.json(), read.headers["etag"]) == (answer.json(), answer.headers["etag"])
    step = ("meeting:record", "done", "TR-20", {"step": "reword"})
    assert (await ledger_of(owner, f"motion:{motion['id']}"))[-1] == step


@pytest.mark.parametrize(
    ("verb", "vote"),
    [
        ("adopt", {"votes_for": 9, "votes_against": 2}),
        ("reject", {"votes_for": 2, "votes_against": 9}),
    ],
)
async def test_what_was_decided_is_not_reworded_nor_its_meeting_moved(admin, motion, verb, vote):
    decided = told(await admin.post(f"{address(motion)}/{verb}", json=vote), 200)
    meeting = told(await admin.get(f"/v1/meetings/{motion['meeting_id']}"), 200)
    waiting = REVIEW | {"wording": "Another."}
    other = told(await admin.post(f"{address(meeting)}/motions", json=waiting), 201)
    for thing, patch, detail in (
        (decided, {"wording": "No."}, MOTION_DECIDED),
        (meeting, PATCH, DECIDED),
    ):
        answer = await admin.patch(address(thing), json=patch, headers=await seen(admin, thing))
        problem(answer, 409, "conflict", detail, rule="TR-20")
        assert told(await admin.get(address(thing)), 200) == thing
    amended = {"wording": "As amended."}
    answer = await admin.patch(address(other), json=amended, headers=await seen(admin, other))
    assert told(answer, 200) == other | amended | {"version": 2}


async def test_a_meeting_whose_motions_wait_is_corrected(admin, motion):
    meeting = told(await admin.get(f"/v1/meetings/{motion['meeting_id']}"), 200)
    answer = await admin.patch(address(meeting), json=PATCH, headers=await seen(admin, meeting))
    assert told(answer, 200) == meeting | PATCH | {"version": 2}


@pytest.mark.parametrize(
    ("patch", "fault"),
    [
        ({"title": None}, ("/title", "not_text")),
        ({"held_on": None}, ("/held_on", "malformed")),
        ({"held_on": "2018-02-30"}, ("/held_on", "no_such_date")),
        ({"id": "1"}, ("/id", "unknown_member")),
    ],
)
async def test_what_a_meeting_needs_is_not_taken_away(admin, meeting, patch, fault):
    answer = await admin.patch(address(meeting), json=patch, headers=await seen(admin, meeting))
    assert [(each["pointer"], each["code"]) for each in told(answer, 422)["errors"]] == [fault]


@pytest.mark.parametrize(
    ("patch", "fault"),
    [
        ({"wording": None}, ("/wording", "not_text")),
        ({"review_days": 0}, ("/review_days", "unknown_member")),
        ({"state": "adopted"}, ("/state", "unknown_member")),
    ],
)
async def test_what_a_motion_asks_for_is_not_changed(admin, motion, patch, fault):
    answer = await admin.patch(address(motion), json=patch, headers=await seen(admin, motion))
    assert [(each["pointer"], each["code"]) for each in told(answer, 422)["errors"]] == [fault]


async def test_each_is_corrected_by_who_has_seen_it(admin, meeting, motion):
    for thing, patch in ((meeting, {"title": "A"}), (motion, {"wording": "B"})):
        unseen = await admin.patch(address(thing), json=patch)
        problem(unseen, 428, "precondition_required", UNSEEN)
        before = await seen(admin, thing)
        told(await admin.patch(address(thing), json=patch, headers=before), 200)
        stale = await admin.patch(address(thing), json=patch, headers=before)
        problem(stale, 412, "precondition_failed", STALE)
        assert {"if-match": stale.headers["etag"]} == await seen(admin, thing)


async def test_only_the_administration_corrects_them_and_only_what_is_there(as_, meeting, motion):
    headers = {"if-match": "*"}
    for thing, patch in ((meeting, {"title": "A"}), (motion, {"wording": "B"})):
        for role, place in ((Role.ANALYST, None), (Role.SUPERINTENDENT, NORTH)):
            answer = await as_(role, place).patch(address(thing), json=patch, headers=headers)
            assert told(answer, 403)["rule"] == "TR-02"
        missing = address(thing | {"id": UUID(int=7)})
        answer = await as_(Role.CONSORTIUM_ADMIN).patch(missing, json=patch, headers=headers)
        assert told(answer, 404)["code"] == "not_found"


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", "bca"),
        ("sort=held_on", "bca"),
        ("sort=-held_on", "acb"),
        ("sort=title", "abc"),
        ("sort=-title", "cba"),
        ("held_on_gte=2019-01-02", "ca"),
        ("held_on_gte=2019-01-03&sort=-title", "a"),
        ("held_on_gte=2031-01-01", ""),
    ],
)
async def test_meetings_are_sorted_and_narrowed_by_their_day(as_, query, titles):
    for title, day in (("a", "2020-01-01"), ("b", "2018-01-01"), ("c", "2019-01-02")):
        await a_meeting(as_, title=title, held_on=day)
    found, path = "", f"/v1/meetings?limit=1&include_total=true&fields=title&{query}"
    while path:
        answer = await as_(Role.VIEWER, NORTH).get(path)
        assert told(answer, 200)["total"] == len(titles)
        found += "".join(each.pop("title") for each in answer.json()["data"])
        link = answer.links.get("next")
        path = None if link is None else f"/v1/meetings{link['url']}"
    assert found == titles


@pytest.mark.parametrize("query", ["sort=version", "held_on_gte=2019", "held_on_gte="])
async def test_an_order_or_a_day_that_is_none_is_refused(as_, query):
    answer = await as_(Role.VIEWER, NORTH).get(f"/v1/meetings?{query}")
    pointer = f"?{query.partition('=')[0]}"
    assert [each["pointer"] for each in told(answer, 422)["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 1), ("?state=adopted", 1), ("?state=proposed", 0), ("?kind=adopt_topic", 0)],
)
async def test_motions_are_narrowed_by_kind_and_state(as_, query, found):
    motion = await adopted_motion(as_, **REVIEW)
    path = f"/v1/meetings/{motion['meeting_id']}/motions{query}"
    body = told(await as_(Role.VIEWER, NORTH).get(path), 200)
    assert body == {"data": [motion] * found, "next_cursor": None, "has_more": False}


async def test_both_are_cut_to_the_members_that_are_wanted(admin, meeting, motion):
    for thing in (meeting, motion):
        answer = await admin.get(address(thing), params={"fields": "version,id"})
        assert told(answer, 200) == {"id": thing["id"], "version": 1}
