from asyncio import create_task, gather, sleep

import pytest
from answers import attested
from conftest import NORTH, SOUTH
from members import join
from paths import open_round, proposed_topic, step, told
from sqlalchemy import text
from ten import TEN, answers_of, published

from app.vocabulary import Role

pytestmark = pytest.mark.anyio


def content(topic, **changes):
    return {
        "topic": topic["code"],
        "title": "Every newcomer has a coach",
        "description": "A colleague with ten years in the school, two hours a week.",
        "contact": "Office of Teaching, teaching@example.org",
        "yearly_cost": 18500,
        "adopted_in": 2019,
        "regrets": "Coaches should have been freed of lessons from the first year.",
    } | changes


async def put(as_, topic, district=NORTH, role=Role.SUPERINTENDENT, code="coaching", **how):
    headers = how.pop("headers", {})
    path = f"/v1/districts/{district}/practices/{code}"
    return await as_(role, district).put(path, json=content(topic, **how), headers=headers)


async def listed(as_, role=Role.VIEWER, district=SOUTH, **only):
    page = await as_(role, district).get("/v1/practices", params=only)
    return told(page, 200)["data"]


async def test_a_practice_is_listed_for_every_member(as_):
    topic = await proposed_topic(as_)
    answer = await put(as_, topic)
    made = told(answer, 201)
    assert made == {
        "id": made["id"],
        "district_id": str(NORTH),
        "district": made["district"],
        "code": "coaching",
        **content(topic),
        "updated_at": made["updated_at"],
        "withdrawn_at": None,
        "version": 1,
    }
    assert await listed(as_) == [made]
    assert await listed(as_, topic="another-topic") == []
    path = f"/v1/practices/{made['id']}"
    read = await as_(Role.VIEWER, SOUTH).get(path)
    assert (read.json(), read.headers["etag"]) == (made, answer.headers["etag"])


async def test_the_directory_is_for_members_alone(as_, client):
    await put(as_, await proposed_topic(as_))
    assert (await client.get("/v1/practices")).status_code == 401
    assert (await as_(Role.ANALYST).get("/v1/practices")).status_code == 403


async def test_what_was_told_is_replaced_by_who_has_seen_it(as_):
    topic = await proposed_topic(as_)
    first = await put(as_, topic)
    assert (await put(as_, topic)).status_code == 200
    assert (await put(as_, topic, title="Another title")).status_code == 428
    seen = {"If-Match": first.headers["etag"]}
    changed = told(await put(as_, topic, title="Another title", headers=seen), 200)
    assert (changed["title"], changed["version"]) == ("Another title", 2)
    assert (await put(as_, topic, title="A third", headers=seen)).status_code == 412


async def test_a_practice_is_taken_back_and_told_again(as_):
    topic = await proposed_topic(as_)
    made = told(await put(as_, topic), 201)
    away = f"/v1/districts/{NORTH}/practices/coaching/withdraw"
    caller = as_(Role.SUPERINTENDENT, NORTH)
    assert (await caller.post(away)).status_code == 204
    assert (await caller.post(away)).status_code == 204
    assert await listed(as_) == []
    path = f"/v1/practices/{made['id']}"
    assert (await as_(Role.VIEWER, SOUTH).get(path)).status_code == 404
    assert told(await caller.get(path), 200)["withdrawn_at"] is not None
    (etag,) = [(await put(as_, topic)).status_code]
    assert etag == 428
    page = await as_(Role.SUPERINTENDENT, SOUTH).post(away)
    assert page.status_code == 404


async def test_a_practice_stays_on_the_topic_it_was_told_of(as_):
    """DR-11: what is known of a district on a topic stays known."""
    first = await put(as_, await proposed_topic(as_))
    other = await proposed_topic(as_, code="another-topic")
    moved = await put(as_, other, headers={"If-Match": first.headers["etag"]})
    assert moved.status_code == 422
    assert [(each["pointer"], each["code"]) for each in moved.json()["errors"]] == [
        ("/topic", "kept")
    ]


async def test_another_district_tells_nothing_in_ones_place(as_):
    topic = await proposed_topic(as_)
    path = f"/v1/districts/{NORTH}/practices/coaching"
    answer = await as_(Role.SUPERINTENDENT, SOUTH).put(path, json=content(topic))
    assert answer.status_code == 404
    assert (await put(as_, topic, role=Role.DATA_STEWARD)).status_code == 403


async def test_an_unknown_topic_is_a_fault(as_):
    answer = await put(as_, {"code": "no-such-topic"})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/topic"]


async def test_what_becomes_known_waits_for_a_release_of_the_same_instrument(
    everyone, locked, owner
):
    """DR-11: else a release would count as unknown who becomes known at the same time."""
    round_ = await locked(groups=())
    await published(everyone, round_)
    topic = told(await everyone(Role.ANALYST).get(f"/v1/topics/{round_['topic_id']}"), 200)
    consent = {"round_id": round_["id"], "item": "expenditure", "all_members": True}
    path = f"/v1/districts/{TEN[1]}/consents"
    code = text(
        "select i.code from instruments i join rounds r on r.instrument_id = i.id where r.id = :id"
    )
    hold = text("select pg_advisory_xact_lock(hashtextextended('released:' || :code, 34))")
    waiting = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")
    async with owner.connect() as publishing, owner.connect() as watching:
        told_ = {"code": await publishing.scalar(code, {"id": round_["id"]})}
        await publishing.execute(hold, told_)
        becoming = [
            create_task(put(everyone, topic, TEN[0])),
            create_task(everyone(Role.SUPERINTENDENT, TEN[1]).post(path, json=consent)),
        ]
        while await watching.scalar(waiting) < len(becoming):
            assert not any(each.done() for each in becoming)
            await sleep(0.01)
        await publishing.rollback()
        assert [answer.status_code for answer in await gather(*becoming)] == [201, 201]


async def test_telling_is_refused_where_it_would_expose_who_tells_nothing(everyone, locked):
    """Ten districts stand behind the figures of the topic: five of them may tell, not six."""
    round_ = await locked(groups=())
    await published(everyone, round_)
    page = await everyone(Role.ANALYST).get(f"/v1/topics/{round_['topic_id']}")
    topic = told(page, 200)
    answers = [await put(everyone, topic, district) for district in TEN[:6]]
    assert [answer.status_code for answer in answers] == [201] * 5 + [403]
    assert answers[5].json()["rule"] == "DR-11"


async def test_who_asks_under_a_wrong_tag_learns_nothing_of_the_others(everyone, locked):
    """It is no first telling, whatever would have become of one: and so it costs no refusal."""
    round_ = await locked(groups=())
    await published(everyone, round_)
    page = await everyone(Role.ANALYST).get(f"/v1/topics/{round_['topic_id']}")
    topic = told(page, 200)
    tagged = {"headers": {"If-Match": '"7"'}}
    before = await put(everyone, topic, TEN[5], **tagged)
    for district in TEN[:5]:
        told(await put(everyone, topic, district), 201)
    after = await put(everyone, topic, TEN[5], **tagged)
    assert [(each.status_code, each.json()["code"]) for each in (before, after)] == [
        (412, "precondition_failed")
    ] * 2
    assert (await put(everyone, topic, TEN[5])).status_code == 403


async def test_a_practice_is_told_where_figures_of_its_topic_have_quantiles(everyone, given):
    """Twelve districts: seven tell, and leave five unknown behind what is done."""
    districts = [*TEN, await join(given, 9), await join(given, 10)]
    opened = await open_round(everyone, review_days=0)
    for place, district in enumerate(districts):
        await attested(everyone, opened, answers_of(place % 10), district)
    round_ = await step(everyone, opened["id"], "close", "review", "lock")
    await published(everyone, round_)
    page = await everyone(Role.ANALYST).get(f"/v1/topics/{round_['topic_id']}")
    topic = told(page, 200)
    answers = [await put(everyone, topic, district) for district in districts[:8]]
    assert [answer.status_code for answer in answers] == [201] * 7 + [403]
