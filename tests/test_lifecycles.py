"""Each state machine is its data: every step that is in it is taken, every other one is refused."""

from pathlib import Path

import pytest
from conftest import NORTH
from paths import proposed_topic, put_motion, scheduled_round, told
from sqlalchemy import text

from app.contract import generated_pages
from app.lifecycles import DISTRICT, LIFECYCLES, MOTION, ROUND, TOPIC, Lifecycle
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
DOCS = Path(__file__).parent.parent / "docs"
CARRIED = {"votes_for": 2, "votes_against": 1}
ELSEWHERE = {"left", "invited", "published"}
"""States that steps of these endpoints do not lead to: rows in them are put in place."""


def states_of(lifecycle: Lifecycle) -> list[str]:
    return list(type(lifecycle.first))


async def a_round(as_) -> str:
    return f"/v1/rounds/{(await scheduled_round(as_, review_days=0))['id']}"


async def a_motion(as_) -> str:
    return f"/v1/motions/{(await put_motion(as_, kind='set_review_days', review_days=1))['id']}"


async def a_topic(as_) -> str:
    return f"/v1/topics/{(await proposed_topic(as_))['id']}"


async def a_district(_as) -> str:
    return f"/v1/districts/{NORTH}"


async def adopt_topic(as_, path: str):
    """A topic has no endpoint for it: a motion adopts it."""
    topic = path.removeprefix("/v1/topics/")
    motion = await put_motion(as_, kind="adopt_topic", topic_id=topic)
    adopt = f"/v1/motions/{motion['id']}/adopt"
    return await as_(Role.CONSORTIUM_ADMIN).post(adopt, json=CARRIED)


MACHINES = {
    "rounds": (ROUND, a_round, Role.ANALYST, "stage", ["open", "close", "review", "lock"]),
    "motions": (MOTION, a_motion, Role.CONSORTIUM_ADMIN, "state", ["adopt", "reject"]),
    "topics": (TOPIC, a_topic, Role.ANALYST, "state", ["adopt", "retire"]),
    "districts": (DISTRICT, a_district, Role.CONSORTIUM_ADMIN, "standing", ["activate", "pause"]),
}


async def take(as_, noun: str, path: str, verb: str):
    """Ask for a step."""
    if (noun, verb) == ("topics", "adopt"):
        return await adopt_topic(as_, path)
    body = {"json": CARRIED} if noun == "motions" else {}
    return await as_(MACHINES[noun][2]).post(f"{path}/{verb}", **body)


def way_to(lifecycle: Lifecycle, state: str, at: str) -> list[str]:
    """The shortest way from one state to another, by the data."""
    ways, seen = [(at, [])], {at}
    for here, way in ways:
        if here == state:
            return way
        for verb in lifecycle.taken_at(here):
            _, target = lifecycle.steps[verb]
            if target not in seen:
                seen.add(target)
                ways.append((target, [*way, verb]))
    raise AssertionError(state)


@pytest.mark.parametrize(
    ("noun", "state", "verb"),
    [
        pytest.param(noun, state.value, verb, id=f"{noun}-{state}-{verb}")
        for noun, (lifecycle, _, _, _, verbs) in MACHINES.items()
        for state in states_of(lifecycle)
        for verb in verbs
    ],
)
async def test_a_step_is_taken_from_where_the_data_says_and_from_nowhere_else(
    as_, owner, noun, state, verb
):
    lifecycle, make, role, column, _ = MACHINES[noun]
    path = await make(as_)
    if state in ELSEWHERE:
        async with owner.begin() as connection:
            put = text(f"update {noun} set {column} = :state where id = :id")
            await connection.execute(put, {"state": state, "id": path.rsplit("/", 1)[1]})
    else:
        at = told(await as_(role).get(path), 200)[column]
        for step in way_to(lifecycle, state, at):
            told(await take(as_, noun, path, step), 200)
    answer = await take(as_, noun, path, verb)
    sources, target = lifecycle.steps[verb]
    now = told(await as_(role).get(path), 200)[column]
    if state in sources:
        assert (answer.status_code, now) == (200, target)
    else:
        body = told(answer, 409)
        refusal = (body["code"], body.get("rule"), now)
        assert refusal == ("invalid_transition", lifecycle.rule, state)


def test_a_refused_step_is_told_with_the_steps_that_are_taken():
    from app.problems import InvalidTransition

    with pytest.raises(InvalidTransition) as refused:
        ROUND.step("lock", ROUND.first)
    assert refused.value.detail == (
        "A round that is scheduled does not take the step lock; it takes open."
    )
    with pytest.raises(InvalidTransition) as refused:
        MOTION.step("adopt", MOTION.steps["reject"][1])
    assert refused.value.detail == (
        "A motion that is rejected does not take the step adopt; it takes none any more."
    )


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda each: each.of)
def test_every_state_is_a_first_one_or_a_step_leads_to_it(lifecycle):
    reached = {lifecycle.first} | {target for _, target in lifecycle.steps.values()}
    assert reached == set(states_of(lifecycle))


def test_the_page_of_lifecycles_is_fresh():
    page = "lifecycles.md"
    assert (DOCS / page).read_text() == generated_pages()[page]
