from uuid import UUID

import pytest
from conftest import NORTH
from paths import adopted_topic, proposed_topic, told

from app.vocabulary import Role

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("", ["a", "b", "c"]),
        ("?kind=outcome", ["b"]),
        ("?kind=outcome&kind=context", ["a", "b"]),
        ("?state=adopted", ["a"]),
        ("?state=proposed&kind=capacity", ["c"]),
        ("?state=retired", []),
    ],
)
async def test_topics_are_listed_by_code_and_narrowed_by_kind_and_state(as_, asked, codes):
    await proposed_topic(as_, code="c", kind="capacity")
    await proposed_topic(as_, code="b", kind="outcome")
    await adopted_topic(as_, code="a", kind="context")
    body = told(await as_(Role.VIEWER, NORTH).get(f"/v1/topics{asked}"), 200)
    assert [topic["code"] for topic in body["data"]] == codes
    assert (body["next_cursor"], body["has_more"]) == (None, False)


async def test_the_pages_of_a_list_hold_every_topic_once(as_):
    codes = [(await proposed_topic(as_))["code"] for _ in range(5)]
    found, path = [], "/v1/topics?limit=2"
    async with as_(Role.VIEWER, NORTH) as viewer:
        while path:
            answer = await viewer.get(path)
            found += [topic["code"] for topic in told(answer, 200)["data"]]
            link = answer.links.get("next")
            path = None if link is None else f"/v1/topics{link['url']}"
    assert found == sorted(codes)


@pytest.mark.parametrize("asked", ["?kind=ranking", "?state=", "?order=code", "?limit=0"])
async def test_a_filter_that_says_nothing_we_know_is_refused(as_, asked):
    told(await as_(Role.VIEWER, NORTH).get(f"/v1/topics{asked}"), 422)


async def test_a_reader_that_has_a_topic_is_told_so_while_it_stands(as_):
    topic = await proposed_topic(as_)
    path = f"/v1/topics/{topic['id']}"
    async with as_(Role.ANALYST) as analyst:
        known = {"if-none-match": (await analyst.get(path)).headers["etag"]}
        assert (await analyst.get(path, headers=known)).status_code == 304
        told(await analyst.post(f"{path}/retire"), 200)
        again = await analyst.get(path, headers=known)
        assert told(again, 200)["state"] == "retired"


@pytest.mark.parametrize("topic", [UUID(int=7), "nothing"])
async def test_a_topic_that_is_not_there_is_not_found(as_, topic):
    told(await as_(Role.VIEWER, NORTH).get(f"/v1/topics/{topic}"), 404)


async def test_the_auditor_does_not_read_topics(as_):
    assert told(await as_(Role.AUDITOR).get("/v1/topics"), 403)["rule"] == "TR-02"
