from asyncio import create_task, sleep
from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

import pytest
from conftest import NORTH
from paths import (
    PLAIN,
    YES_NO,
    adopted_motion,
    adopted_topic,
    an_instrument,
    ledger_of,
    open_round,
    proposed_topic,
    scheduled_round,
    step,
    told,
)
from sqlalchemy import text

from app.charter.models import CharterVersion
from app.policy.charter import Charter
from app.topics.models import Topic
from app.vocabulary import Role, TopicKind, TopicState

pytestmark = pytest.mark.anyio
MORNING = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


async def refused(as_, scheduled: dict) -> tuple[str, str]:
    """Who may open the round is refused, and it stays as it was."""
    async with as_(Role.ANALYST) as analyst:
        body = told(await analyst.post(f"/v1/rounds/{scheduled['id']}/open"), 409)
        assert told(await analyst.get(f"/v1/rounds/{scheduled['id']}"), 200) == scheduled
    return body["code"], body["rule"]


async def test_an_opened_round_keeps_the_charter_in_force_and_the_time(as_, monkeypatch):
    scheduled = await scheduled_round(as_)
    monkeypatch.setattr("app.clock.now", lambda: MORNING)
    opened = await step(as_, scheduled["id"], "open")
    assert opened == scheduled | {
        "stage": "open",
        "charter_version": 1,
        "opened_at": "2026-09-01T08:30:00Z",
        "version": 2,
    }
    assert told(await as_(Role.VIEWER, NORTH).get(f"/v1/rounds/{opened['id']}"), 200) == opened


async def test_a_later_charter_is_for_rounds_that_open_later(as_, given):
    before = await open_round(as_, review_days=0)
    waiting = await scheduled_round(as_)
    motion = await adopted_motion(as_, kind="set_review_days", review_days=7)
    parameters = asdict(Charter(version=2, fewest_districts=7, review_days=7))
    of = {"adopted_on": MORNING.date(), "motion_id": UUID(motion["id"]), "in_force_since": MORNING}
    await given(CharterVersion(**parameters, **of))
    after = await step(as_, waiting["id"], "open")
    assert (waiting["review_days"], after["review_days"]) == (10, 7)
    before = await step(as_, before["id"], "close", "review", "lock")
    assert (before["charter_version"], after["charter_version"]) == (1, 2)


async def test_a_round_on_a_topic_that_no_meeting_adopted_does_not_open(as_):
    scheduled = await scheduled_round(as_, topic_id=(await proposed_topic(as_))["id"])
    assert await refused(as_, scheduled) == ("conflict", "TR-20")


async def test_a_round_with_an_item_on_a_topic_that_no_meeting_adopted_does_not_open(as_):
    adopted, proposed = await adopted_topic(as_), await proposed_topic(as_)
    instrument = await an_instrument(
        as_, PLAIN | {"topic_id": adopted["id"]}, YES_NO | {"topic_id": proposed["id"]}
    )
    scheduled = await scheduled_round(as_, instrument=instrument, topic_id=adopted["id"])
    assert await refused(as_, scheduled) == ("conflict", "TR-20")


async def test_a_round_on_a_topic_that_was_retired_does_not_open(as_):
    scheduled = await scheduled_round(as_)
    told(await as_(Role.ANALYST).post(f"/v1/topics/{scheduled['topic_id']}/retire"), 200)
    assert await refused(as_, scheduled) == ("conflict", "TR-20")


async def test_a_round_waits_for_the_retirement_of_its_topic_and_does_not_open(as_, owner):
    scheduled = await scheduled_round(as_)
    alone = text("select pg_advisory_xact_lock(hashtextextended(:name, 34))")
    retire = text("update topics set state = 'retired' where id = :id")
    async with owner.begin() as connection:
        await connection.execute(alone, {"name": f"topic:{scheduled['topic_id']}"})
        opening = create_task(refused(as_, scheduled))
        await sleep(0.2)
        assert not opening.done()
        await connection.execute(retire, {"id": scheduled["topic_id"]})
    assert await opening == ("conflict", "TR-20")


async def test_a_round_that_is_open_goes_on_when_its_topic_is_retired(as_):
    opened = await open_round(as_)
    told(await as_(Role.ANALYST).post(f"/v1/topics/{opened['topic_id']}/retire"), 200)
    assert (await step(as_, opened["id"], "close"))["stage"] == "closed"


@pytest.mark.parametrize("of_an_item", [False, True], ids=["of the round", "of an item"])
async def test_a_round_on_a_topic_that_serves_no_student_experience_does_not_open(
    as_, given, of_an_item
):
    """Such a topic cannot be proposed: it comes from elsewhere."""
    unserved = Topic(
        id=UUID(int=5),
        code="unserved",
        title="Unserved",
        kind=TopicKind.CONTEXT,
        student_question=" ",
        state=TopicState.ADOPTED,
    )
    await given(unserved)
    served = (await adopted_topic(as_))["id"]
    instrument = await an_instrument(
        as_, PLAIN, topic_id=str(unserved.id) if of_an_item else served
    )
    topic = served if of_an_item else str(unserved.id)
    scheduled = await scheduled_round(as_, instrument=instrument, topic_id=topic)
    assert await refused(as_, scheduled) == ("conflict", "TR-22")


async def a_round_of(as_, *kinds: str) -> dict:
    """A round that waits to be opened, with an item on an adopted topic of each of these kinds."""
    topics = {kind: await adopted_topic(as_, kind=kind) for kind in set(kinds)}
    items = [
        YES_NO | {"code": f"q{place}", "topic_id": topics[kind]["id"]}
        for place, kind in enumerate(kinds)
    ]
    return await scheduled_round(as_, instrument=await an_instrument(as_, *items))


@pytest.mark.parametrize(
    "kinds",
    [
        ("outcome",),
        ("outcome", "outcome", "context"),
        ("capacity", "outcome", "outcome"),
        ("outcome", "practice", "outcome", "policy", "outcome"),
    ],
    ids="+".join,
)
async def test_outcomes_are_never_benchmarked_alone(as_, kinds):
    assert await refused(as_, await a_round_of(as_, *kinds)) == ("conflict", "TR-23")


@pytest.mark.parametrize(
    "kinds",
    [
        ("context",),
        ("outcome", "outcome", "program", "culture"),
        ("context", "context", "capacity", "capacity", "outcome"),
        *(("outcome", kind.value) for kind in TopicKind if kind is not TopicKind.OUTCOME),
    ],
    ids="+".join,
)
async def test_outcomes_have_the_company_of_as_many_items_on_what_is_done(as_, kinds):
    scheduled = await a_round_of(as_, *kinds)
    assert (await step(as_, scheduled["id"], "open"))["stage"] == "open"


async def test_the_opening_and_its_refusal_are_in_the_ledger(as_, owner):
    scheduled = await scheduled_round(as_)
    await step(as_, scheduled["id"], "open")
    assert (await ledger_of(owner, f"round:{scheduled['id']}"))[1:] == [
        ("round:advance", "done", "TR-21", {"step": "open"})
    ]
    await refused(as_, await a_round_of(as_, "outcome"))
    assert (await ledger_of(owner, None))[-1] == ("round:advance", "refused", "TR-23", {})
