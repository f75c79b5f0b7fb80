"""A topic is reworded by who has seen it, until a meeting adopts it (TR-20)."""

from uuid import UUID

import pytest
from conftest import NORTH
from paths import adopted_topic, ledger_of, proposed_topic, told
from wire.answered import problem

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
PATCH = {"title": "Advisory", "kind": "program", "student_question": "Who knows them?"}


def address(topic):
    return f"/v1/topics/{topic['id']}"


async def seen(caller, topic):
    """The header of who has seen a topic."""
    return {"if-match": (await caller.get(address(topic))).headers["etag"]}


async def test_a_proposal_answers_with_the_tag_of_what_it_made(as_):
    draft = PATCH | {"code": "advisory"}
    analyst = as_(Role.ANALYST)
    made = await analyst.post("/v1/topics", json=draft)
    read = await analyst.get(made.headers["location"])
    assert (told(made, 201), made.headers["etag"]) == (read.json(), read.headers["etag"])


async def test_a_topic_is_reworded_and_its_new_tag_told(as_, owner):
    topic, analyst = await proposed_topic(as_), as_(Role.ANALYST)
    answer = await analyst.patch(address(topic), json=PATCH, headers=await seen(analyst, topic))
    assert told(answer, 200) == topic | PATCH | {"version": 2}
    read = await as_(Role.VIEWER, NORTH).get(address(topic))
    assert (told(read, 200), read.headers["etag"]) == (answer.json(), answer.headers["etag"])
    step = ("topic:propose", "done", "TR-20", {"step": "revise"})
    assert (await ledger_of(owner, f"topic:{topic['id']}"))[-1] == step


@pytest.mark.parametrize("member", list(PATCH))
async def test_what_a_patch_leaves_out_stays(as_, member):
    topic, analyst = await proposed_topic(as_), as_(Role.ANALYST)
    patch = {member: PATCH[member]}
    answer = await analyst.patch(address(topic), json=patch, headers=await seen(analyst, topic))
    assert told(answer, 200) == topic | patch | {"version": 2}


async def test_a_topic_that_was_adopted_is_not_reworded(as_):
    topic, analyst = await adopted_topic(as_), as_(Role.ANALYST)
    answer = await analyst.patch(address(topic), json=PATCH, headers=await seen(analyst, topic))
    detail = "A topic is reworded before a meeting adopts it."
    problem(answer, 409, "conflict", detail, rule="TR-20")
    assert told(await analyst.get(address(topic)), 200) == topic


@pytest.mark.parametrize("question", [None, ""])
async def test_a_topic_goes_on_serving_the_students(as_, question):
    topic, analyst = await proposed_topic(as_), as_(Role.ANALYST)
    patch = {"student_question": question}
    answer = await analyst.patch(address(topic), json=patch, headers=await seen(analyst, topic))
    body = told(answer, 422)
    assert (body["rule"], body["errors"]) == (
        "TR-22",
        [{"pointer": "/student_question", "code": "required", "detail": "Required."}],
    )
    assert told(await analyst.get(address(topic)), 200) == topic


@pytest.mark.parametrize(
    ("patch", "fault"),
    [
        ({"title": None}, ("/title", "not_text")),
        ({"kind": None}, ("/kind", "not_one_of")),
        ({"code": "other"}, ("/code", "unknown_member")),
        ({"state": "adopted"}, ("/state", "unknown_member")),
    ],
)
async def test_what_a_topic_needs_is_not_taken_away_nor_its_state_given(as_, patch, fault):
    topic, analyst = await proposed_topic(as_), as_(Role.ANALYST)
    answer = await analyst.patch(address(topic), json=patch, headers=await seen(analyst, topic))
    assert [(each["pointer"], each["code"]) for each in told(answer, 422)["errors"]] == [fault]


async def test_a_topic_is_reworded_by_who_has_seen_it(as_):
    topic, analyst = await proposed_topic(as_), as_(Role.ANALYST)
    unseen = await analyst.patch(address(topic), json=PATCH)
    detail = "Send the ETag of what you read in If-Match."
    problem(unseen, 428, "precondition_required", detail)
    before = await seen(analyst, topic)
    told(await analyst.patch(address(topic), json=PATCH, headers=before), 200)
    stale = await analyst.patch(address(topic), json={"title": "Other"}, headers=before)
    problem(stale, 412, "precondition_failed", "It has changed since you read it.")
    assert {"if-match": stale.headers["etag"]} == await seen(analyst, topic)


async def test_a_district_does_not_reword_a_topic_nor_anybody_one_that_is_not_there(as_):
    topic = await proposed_topic(as_)
    path, headers = address(topic), {"if-match": "*"}
    refused = await as_(Role.SUPERINTENDENT, NORTH).patch(path, json=PATCH, headers=headers)
    assert told(refused, 403)["rule"] == "TR-02"
    missing = {"id": UUID(int=7)}
    told(await as_(Role.ANALYST).patch(address(missing), json=PATCH, headers=headers), 404)


@pytest.mark.parametrize(
    ("sort", "codes"),
    [("code", "abc"), ("-code", "cba"), ("title", "bca"), ("-title", "acb")],
)
async def test_topics_are_sorted_as_asked(as_, sort, codes):
    for code, title in (("a", "Zeal"), ("b", "Art"), ("c", "Music")):
        await proposed_topic(as_, code=code, title=title)
    found, path = "", f"/v1/topics?sort={sort}&limit=2&fields=code&include_total=true"
    while path:
        answer = await as_(Role.VIEWER, NORTH).get(path)
        assert told(answer, 200)["total"] == 3
        found += "".join(topic.pop("code") for topic in answer.json()["data"])
        link = answer.links.get("next")
        path = None if link is None else f"/v1/topics{link['url']}"
    assert found == codes


async def test_a_topic_is_cut_to_the_members_that_are_wanted(as_):
    topic = await proposed_topic(as_)
    answer = await as_(Role.VIEWER, NORTH).get(address(topic), params={"fields": "code,version"})
    assert told(answer, 200) == {"code": topic["code"], "version": 1}
    whole = await as_(Role.VIEWER, NORTH).get(address(topic))
    assert answer.headers["etag"] != whole.headers["etag"]
