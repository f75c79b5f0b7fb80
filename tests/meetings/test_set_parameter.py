"""Parameters of the charter are changed by an adopted motion, and by nothing else (TR-20)."""

from asyncio import gather
from dataclasses import asdict, replace

import pytest
from paths import (
    a_meeting,
    adopted_motion,
    ledger_of,
    open_round,
    put_motion,
    scheduled_round,
    step,
    told,
)
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.charter.models import CharterVersion
from app.policy.charter import RANGES, Charter
from app.policy.rules.meetings import Change, parameter_is_in_range
from app.vocabulary import Parameter, Role

pytestmark = pytest.mark.anyio
CARRIED = {"votes_for": 9, "votes_against": 2}
FIRST = Charter(version=1)
FLOORS = [
    ("fewest_districts", 4),
    ("share_cap", 26),
    ("cost_days", 89),
    ("fewest_students", 9),
    ("neighbours", 4),
    ("changed_together", 4),
    ("nearness", 9),
    ("coalition", 0),
    ("prevalence_bands", 4),
    ("prevalence_tenths", 9),
    ("review_days", 11),
]


async def versions(owner) -> list[Charter]:
    async with AsyncSession(owner) as session:
        rows = await session.scalars(select(CharterVersion).order_by(CharterVersion.version))
        return [row.charter() for row in rows]


async def test_an_adopted_motion_makes_the_next_version_in_the_same_transaction(as_, owner):
    motion = await adopted_motion(as_, kind="set_parameter", parameter="share_cap", value=20)
    assert await versions(owner) == [FIRST, replace(FIRST, version=2, share_cap=20)]
    async with AsyncSession(owner) as session:
        row = await session.get_one(CharterVersion, 2)
    assert (str(row.motion_id), str(row.adopted_on)) == (motion["id"], "2018-04-25")
    assert await ledger_of(owner, "charter:2") == [
        (
            "motion:decide",
            "done",
            "TR-20",
            {"step": "set", "parameter": "share_cap", "value": 20},
        )
    ]


async def test_two_motions_of_one_meeting_make_two_versions(as_, owner):
    meeting = await a_meeting(as_)
    async with as_(Role.CONSORTIUM_ADMIN) as admin:
        for name, value in (("fewest_districts", 7), ("late_months", 6)):
            draft = {"kind": "set_parameter", "wording": "So.", "parameter": name, "value": value}
            put = await admin.post(f"/v1/meetings/{meeting['id']}/motions", json=draft)
            told(await admin.post(f"/v1/motions/{told(put, 201)['id']}/adopt", json=CARRIED), 200)
    second = replace(FIRST, version=2, fewest_districts=7)
    assert await versions(owner) == [FIRST, second, replace(second, version=3, late_months=6)]


async def test_motions_that_are_adopted_at_once_make_one_version_each(as_, owner):
    drafts = [("neighbours", 6), ("coalition", 2), ("cost_days", 120)]
    motions = [
        await put_motion(as_, kind="set_parameter", parameter=name, value=value)
        for name, value in drafts
    ]
    async with as_(Role.CONSORTIUM_ADMIN) as admin:
        paths = [f"/v1/motions/{motion['id']}/adopt" for motion in motions]
        for answer in await gather(*(admin.post(path, json=CARRIED) for path in paths)):
            told(answer, 200)
    last = (await versions(owner))[-1]
    assert last == replace(FIRST, version=4, neighbours=6, coalition=2, cost_days=120)


async def test_a_motion_that_is_put_or_rejected_changes_nothing(as_, owner):
    motion = await put_motion(as_, kind="set_parameter", parameter="share_cap", value=20)
    lost = {"votes_for": 2, "votes_against": 9}
    told(
        await as_(Role.CONSORTIUM_ADMIN).post(f"/v1/motions/{motion['id']}/reject", json=lost), 200
    )
    assert await versions(owner) == [FIRST]


async def test_a_motion_without_a_majority_changes_nothing(as_, owner):
    motion = await put_motion(as_, kind="set_parameter", parameter="share_cap", value=20)
    even = {"votes_for": 2, "votes_against": 2}
    path = f"/v1/motions/{motion['id']}/adopt"
    body = told(await as_(Role.CONSORTIUM_ADMIN).post(path, json=even), 409)
    assert (body["rule"], await versions(owner)) == ("TR-20", [FIRST])


@pytest.mark.parametrize(("name", "value"), FLOORS)
async def test_no_motion_is_put_that_loosens_a_parameter_beyond_its_floor(as_, owner, name, value):
    meeting = await a_meeting(as_)
    draft = {"kind": "set_parameter", "wording": "So.", "parameter": name, "value": value}
    path = f"/v1/meetings/{meeting['id']}/motions"
    body = told(await as_(Role.CONSORTIUM_ADMIN).post(path, json=draft), 422)
    within = RANGES[Parameter(name)]
    assert (body["rule"], body["detail"], body["errors"]) == (
        "TR-20",
        "A parameter of the charter is set within its range: none is loosened beyond its floor.",
        [
            {
                "pointer": "/value",
                "code": "out_of_range",
                "detail": f"It is from {within.least} to {within.most}.",
            }
        ],
    )


@pytest.mark.parametrize("parameter", Parameter)
def test_a_parameter_takes_the_ends_of_its_range_and_nothing_beyond(parameter):
    least, most = RANGES[parameter].least, RANGES[parameter].most
    taken = [
        parameter_is_in_range.holds(Change(parameter, value))
        for value in (least - 1, least, most, most + 1)
    ]
    assert taken == [False, True, True, False]


def test_every_parameter_of_the_charter_can_be_set():
    names = asdict(FIRST)
    del names["version"]
    assert [each.value for each in Parameter] == list(names)


async def test_parameters_that_do_not_go_together_are_not_adopted(as_, owner):
    motion = await put_motion(as_, kind="set_parameter", parameter="prevalence_bands", value=11)
    path = f"/v1/motions/{motion['id']}/adopt"
    body = told(await as_(Role.CONSORTIUM_ADMIN).post(path, json=CARRIED), 409)
    assert (body["rule"], body["detail"], await versions(owner)) == (
        "TR-20",
        "Tenths are given of no fewer districts than bands are (DR-12).",
        [FIRST],
    )


async def test_a_round_keeps_the_version_in_force_when_it_opened(as_):
    before, waiting = await open_round(as_), await scheduled_round(as_)
    await adopted_motion(as_, kind="set_parameter", parameter="review_days", value=4)
    after = await step(as_, waiting["id"], "open")
    before = await step(as_, before["id"], "close", "review")
    kept = [(each["charter_version"], each["review_days"]) for each in (before, after)]
    assert kept == [(1, 10), (2, 4)]


async def test_a_round_that_a_motion_shortened_keeps_its_days(as_):
    waiting = await scheduled_round(as_, review_days=2)
    await adopted_motion(as_, kind="set_parameter", parameter="review_days", value=4)
    assert (await step(as_, waiting["id"], "open"))["review_days"] == 2


async def test_only_the_administration_puts_and_decides(as_):
    meeting = await a_meeting(as_)
    draft = {"kind": "set_parameter", "wording": "So.", "parameter": "share_cap", "value": 20}
    path = f"/v1/meetings/{meeting['id']}/motions"
    assert told(await as_(Role.ANALYST).post(path, json=draft), 403)["rule"] == "TR-02"
