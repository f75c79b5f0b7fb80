"""A meeting in full: its agenda, who took part, and the minutes made of both."""

from uuid import UUID

import pytest
from conftest import NORTH, SOUTH
from paths import a_meeting, ledger_of, proposed_topic, told

from app.proceedings.markdown import plain
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
CARRIED = {"votes_for": 9, "votes_against": 2, "abstentions": 1}


@pytest.fixture
def admin(as_):
    return as_(Role.CONSORTIUM_ADMIN)


@pytest.fixture
async def meeting(as_):
    return await a_meeting(as_)


async def point(admin, meeting, **draft) -> dict:
    draft = {"position": 1, "title": "Welcome"} | draft
    return told(await admin.post(f"/v1/meetings/{meeting['id']}/agenda", json=draft), 201)


async def motion(admin, meeting) -> dict:
    draft = {"kind": "set_review_days", "wording": "Four days.", "review_days": 4}
    return told(await admin.post(f"/v1/meetings/{meeting['id']}/motions", json=draft), 201)


async def attended(admin, meeting, district, **content) -> dict:
    path = f"/v1/meetings/{meeting['id']}/attendance/{district}"
    return told(await admin.put(path, json=content), 201)


async def approved(admin, meeting) -> dict:
    return told(await admin.post(f"/v1/meetings/{meeting['id']}/minutes/approve"), 200)


async def test_a_point_of_the_agenda_is_whole(as_, admin, meeting, owner):
    topic = await proposed_topic(as_)
    body = await point(admin, meeting, presenter="A. Chair", topic_id=topic["id"])
    assert body == {
        "id": body["id"],
        "meeting_id": meeting["id"],
        "position": 1,
        "title": "Welcome",
        "presenter": "A. Chair",
        "topic_id": topic["id"],
        "motion_id": None,
        "notes": None,
        "version": 1,
    }
    viewer = as_(Role.VIEWER, NORTH)
    assert told(await viewer.get(f"/v1/agenda-items/{body['id']}"), 200) == body
    assert await ledger_of(owner, f"meeting:{meeting['id']}") == [
        ("meeting:record", "done", None, {"step": "record"}),
        ("meeting:record", "done", None, {"step": "put on the agenda"}),
    ]


async def test_the_agenda_is_listed_in_its_order_and_a_point_moves_in_it(as_, admin, meeting):
    last = await point(admin, meeting, position=3, title="Next meeting")
    for title in ("Welcome", "Topics"):
        await point(admin, meeting, title=title)
    await point(admin, await a_meeting(as_), title="Of another meeting")
    path = f"/v1/meetings/{meeting['id']}/agenda"
    before = [each["title"] for each in told(await admin.get(path), 200)["data"]]
    at = f"/v1/agenda-items/{last['id']}"
    etag = {"If-Match": (await admin.get(at)).headers["etag"]}
    type_ = {"Content-Type": "application/merge-patch+json"}
    changed = await admin.patch(at, json={"position": 1, "notes": "In fall."}, headers=etag | type_)
    assert told(changed, 200) == last | {"position": 1, "notes": "In fall.", "version": 2}
    after = [each["title"] for each in told(await admin.get(path), 200)["data"]]
    assert (before, after) == (
        ["Welcome", "Topics", "Next meeting"],
        ["Next meeting", "Welcome", "Topics"],
    )


async def test_a_point_is_taken_off_by_who_has_seen_it(admin, meeting):
    at = f"/v1/agenda-items/{(await point(admin, meeting))['id']}"
    told(await admin.delete(at), 428)
    etag = {"If-Match": (await admin.get(at)).headers["etag"]}
    assert (await admin.delete(at, headers=etag)).status_code == 204
    told(await admin.get(at), 404)


@pytest.mark.parametrize(
    ("named", "faults"),
    [
        ({"topic_id": UUID(int=7)}, ["/topic_id"]),
        ({"motion_id": UUID(int=7)}, ["/motion_id"]),
        (
            {"topic_id": UUID(int=7), "motion_id": UUID(int=7)},
            ["/motion_id", "/topic_id", "/motion_id"],
        ),
    ],
)
async def test_a_point_names_one_thing_that_is_there(admin, meeting, named, faults):
    draft = {"position": 1, "title": "Topics"} | {k: str(v) for k, v in named.items()}
    body = told(await admin.post(f"/v1/meetings/{meeting['id']}/agenda", json=draft), 422)
    assert [each["pointer"] for each in body["errors"]] == faults


async def test_attendance_is_recorded_and_corrected(as_, admin, meeting):
    body = await attended(admin, meeting, NORTH, presence="present", representative="B. North")
    assert body == {
        "meeting_id": meeting["id"],
        "district_id": str(NORTH),
        "presence": "present",
        "representative": "B. North",
        "version": 1,
    }
    path = f"/v1/meetings/{meeting['id']}/attendance"
    at = f"{path}/{NORTH}"
    etag = {"If-Match": (await admin.get(at)).headers["etag"]}
    excused = {"presence": "excused", "representative": None}
    told(await admin.put(at, json=excused), 428)
    corrected = told(await admin.put(at, json=excused, headers=etag), 200)
    assert corrected == body | excused | {"version": 2}
    await attended(admin, meeting, SOUTH, presence="absent")
    only = told(await as_(Role.VIEWER, SOUTH).get(f"{path}?presence=excused"), 200)["data"]
    assert only == [corrected]


async def test_a_district_that_is_not_there_attends_nothing(admin, meeting):
    path = f"/v1/meetings/{meeting['id']}/attendance/{UUID(int=99)}"
    told(await admin.put(path, json={"presence": "present"}), 404)
    told(await admin.get(path), 404)


@pytest.fixture
async def held(as_, admin, meeting):
    """A meeting with an agenda, two districts and a motion, and what its minutes say."""
    put, topic = await motion(admin, meeting), await proposed_topic(as_)
    points = [
        await point(admin, meeting, presenter="A. Chair", notes="All came *early*.\n\n- And left."),
        await point(admin, meeting, position=2, title="Topics", topic_id=topic["id"]),
        await point(admin, meeting, position=3, title="Reviews", motion_id=put["id"]),
    ]
    await attended(admin, meeting, SOUTH, presence="excused")
    await attended(admin, meeting, NORTH, presence="present", representative="B. North")
    names = ("id", "position", "title", "presenter", "topic_id", "motion_id", "notes")
    titles = (None, topic["title"], None)
    return {
        "meeting_id": meeting["id"],
        "title": meeting["title"],
        "held_on": meeting["held_on"],
        "state": "draft",
        "approved_at": None,
        "present": 1,
        "excused": 1,
        "absent": 0,
        "attendance": [
            {
                "district_id": str(NORTH),
                "district": "North Invented Unified",
                "presence": "present",
                "representative": "B. North",
            },
            {
                "district_id": str(SOUTH),
                "district": "South Invented Unified",
                "presence": "excused",
                "representative": None,
            },
        ],
        "agenda": [
            {name: each[name] for name in names} | {"topic": title}
            for each, title in zip(points, titles, strict=True)
        ],
        "decisions": [
            {
                "id": put["id"],
                "kind": "set_review_days",
                "wording": "Four days.",
                "state": "proposed",
                "votes_for": None,
                "votes_against": None,
                "abstentions": None,
            }
        ],
    }


async def test_minutes_are_made_of_what_is_recorded(as_, held):
    path = f"/v1/meetings/{held['meeting_id']}/minutes"
    assert told(await as_(Role.VIEWER, NORTH).get(path), 200) == held


async def decide(admin, held) -> dict:
    """Carry the motion, and give the minutes as they are then."""
    (decision,) = held["decisions"]
    told(await admin.post(f"/v1/motions/{decision['id']}/adopt", json=CARRIED), 200)
    return held | {"decisions": [decision | CARRIED | {"state": "adopted"}]}


async def test_minutes_are_exported_as_a_text_where_what_people_wrote_is_no_mark(admin, held):
    await decide(admin, held)
    path = f"/v1/meetings/{held['meeting_id']}/minutes"
    asked = [
        await admin.get(path, headers={"Accept": "text/markdown"}),
        await admin.get(f"{path}?format=markdown"),
    ]
    topic = held["agenda"][1]["topic"]
    for answer in asked:
        assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
        assert (
            answer.text
            == f"""# Spring meeting

Held on 2018-04-25. These minutes are a draft.

## Attendance

1 present, 1 excused, 0 absent.

- North Invented Unified (present): B. North
- South Invented Unified (excused)

## Agenda

### 1. Welcome

Presented by A. Chair.

All came \\*early\\*.

\\- And left.

### 2. Topics

Topic: {topic}.

### 3. Reviews

## Decisions

- Four days. (adopted: 9 for, 2 against, 1 abstained)
"""
        )


@pytest.mark.parametrize(
    ("text", "written"),
    [("# A", "\\# A"), ("1. A", "\\1. A"), ("[a](b)", "\\[a\\](b)"), ("plain", "plain")],
)
def test_no_mark_gets_into_the_text(text, written):
    assert plain(text) == written


async def test_approved_minutes_stay_as_they_were_and_nothing_they_tell_is_changed(
    as_, admin, held
):
    decided = await decide(admin, held)
    body = await approved(admin, {"id": held["meeting_id"]})
    assert body == decided | {"state": "approved", "approved_at": body["approved_at"]}
    path = f"/v1/meetings/{held['meeting_id']}"
    item = f"/v1/agenda-items/{held['agenda'][0]['id']}"
    patch = {"Content-Type": "application/merge-patch+json"}
    draft = {"kind": "set_review_days", "wording": "So.", "review_days": 4}
    refused = [
        await admin.post(f"{path}/agenda", json={"position": 9, "title": "More"}),
        await admin.patch(item, json={"notes": "Less."}, headers=patch | {"If-Match": '"1"'}),
        await admin.delete(item, headers={"If-Match": '"1"'}),
        await admin.put(f"{path}/attendance/{NORTH}", json={"presence": "absent"}),
        await admin.post(f"{path}/motions", json=draft),
        await admin.patch(path, json={"title": "Other"}, headers=patch | {"If-Match": '"1"'}),
        await admin.post(f"{path}/minutes/approve"),
    ]
    assert [(told(each, 409)["rule"], each.json()["detail"]) for each in refused] == [
        ("TR-20", "What approved minutes tell of a meeting is not changed.")
    ] * 7
    assert told(await as_(Role.VIEWER, NORTH).get(f"{path}/minutes"), 200) == body


async def test_minutes_wait_for_every_decision(admin, held):
    answer = await admin.post(f"/v1/meetings/{held['meeting_id']}/minutes/approve")
    body = told(answer, 409)
    assert (body["rule"], body["detail"]) == (
        "TR-20",
        "The minutes of a meeting are approved when it has decided on all its motions.",
    )


async def test_minutes_wait_for_the_day_of_the_meeting(as_, admin):
    later = await a_meeting(as_, held_on="2199-04-25")
    answer = await admin.post(f"/v1/meetings/{later['id']}/minutes/approve")
    assert told(answer, 409)["rule"] == "TR-20"


async def test_only_the_administration_records_and_approves(as_, meeting):
    analyst, path = as_(Role.ANALYST), f"/v1/meetings/{meeting['id']}"
    answers = [
        await analyst.post(f"{path}/agenda", json={"position": 1, "title": "More"}),
        await analyst.put(f"{path}/attendance/{NORTH}", json={"presence": "absent"}),
        await analyst.post(f"{path}/minutes/approve"),
    ]
    assert [told(each, 403)["rule"] for each in answers] == ["TR-02"] * 3


@pytest.mark.parametrize("what", ["agenda", "attendance", "minutes"])
async def test_a_meeting_that_is_not_there_has_no_proceedings(admin, what):
    told(await admin.get(f"/v1/meetings/{UUID(int=7)}/{what}"), 404)
