"""What a district answers changes nothing that others are told, but for the released figures."""

import json
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from answers import FULL, attested
from conftest import NORTH, SOUTH
from fastapi import FastAPI
from members import Given, among, join, member
from paths import Caller, open_round, step
from republished import publish, same_times, take_back
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from ten import GROUPS, TEN, drafted
from walk import addresses_of, answers_to

from app.instruments.models import Item
from app.sealing import MasterKeys
from app.submissions.content import Content
from app.submissions.models import Answer, DistrictKey
from app.submissions.seals import OwnSeal
from app.vocabulary import AnswerStatus, Role

pytestmark = pytest.mark.anyio
OTHERS = (
    (Role.ANALYST, None),
    (Role.CONSORTIUM_ADMIN, None),
    (Role.FACILITATOR, None),
    (Role.VIEWER, NORTH),
    (Role.SUPERINTENDENT, SOUTH),
    (Role.DATA_STEWARD, SOUTH),
    (Role.VIEWER, member(5)),
)
"""Who is not told what the north answers. The auditor's ledger grows with each walk: see below."""


@pytest.fixture
async def everyone(app: FastAPI, as_: Caller, given: Given) -> Caller:
    """Callers of ten districts, and of the consortium."""
    for number in range(1, 9):
        await join(given, number)
    return among(app, as_)


@pytest.fixture
async def locked(everyone: Caller) -> dict[str, Any]:
    """A locked round in which all ten answered."""
    opened = await open_round(everyone, review_days=0, groups=GROUPS)
    for district in TEN:
        await attested(everyone, opened, FULL, district)
    return await step(everyone, opened["id"], "close", "review", "lock")


async def say(owner: AsyncEngine, keys: MasterKeys, value: int) -> None:
    """Put another figure under the seal of the north's answer, and leave all else as it is."""
    async with AsyncSession(owner) as session, session.begin():
        key = (
            await session.scalars(select(DistrictKey).where(DistrictKey.district_id == NORTH))
        ).one()
        found = await session.scalars(
            select(Answer)
            .join(Item, Item.id == Answer.item_id)
            .where(Answer.district_id == NORTH, Item.code == "expenditure")
        )
        answer = found.one()
        seal = OwnSeal(keys, NORTH, {1: key.wrapped})
        content = Content(AnswerStatus.REPORTED, value=Decimal(value))
        answer.sealed = seal.seal(content, answer.round_id, answer.item_id, answer.version)


async def all_told(app: FastAPI, everyone: Caller, owner: AsyncEngine) -> dict[Any, Any]:
    """Everything that others are told."""
    callers = {f"{role} of {place}": everyone(role, place) for role, place in OTHERS}
    told_ = await answers_to(callers, await addresses_of(app, owner, few=2))
    return {
        (who, path): (status, changes_in(body) if followed(path, status) else body)
        for (who, path), (status, body) in told_.items()
    }


def followed(path: str, status: int) -> bool:
    """Whether an answer is the feed of changes."""
    return path.startswith("/v1/changes") and status == HTTPStatus.OK


def changes_in(body: bytes) -> list[dict[str, Any]]:
    """The changes that are told, without their places: those count every transaction of the server."""
    return [{k: v for k, v in each.items() if k != "cursor"} for each in json.loads(body)["data"]]


async def test_before_a_release_nothing_differs(app, everyone, locked, owner, master_keys):
    await drafted(everyone, locked)
    before = await all_told(app, everyone, owner)
    await say(owner, master_keys, 99_999)
    assert await all_told(app, everyone, owner) == before


async def test_a_release_differs_in_the_figures_the_district_is_part_of(
    app, everyone, locked, owner, master_keys, monkeypatch
):
    plan = (await drafted(everyone, locked))["id"]
    seen = []
    for value in (6385, 99_999):
        await say(owner, master_keys, value)
        await publish(everyone, locked, plan, monkeypatch)
        await same_times(owner)
        seen.append(await all_told(app, everyone, owner))
        async with owner.connect() as connection:
            cells = "select c.id, g.name, c.value from cells c join items i on i.id = c.item_id"
            group = "left join peer_groups g on g.id = c.peer_group_id"
            asked = text(f"{cells} and i.code = 'expenditure' {group} order by c.position")
            seen.append([tuple(row) for row in await connection.execute(asked)])
        await take_back(owner, locked)
    one, cells, two, other_cells = seen
    differing = {address for (_, address), told_ in one.items() if two[_, address] != told_}
    release = UUID(int=0x0198C0DE00007000800000000000000)
    assert differing == {
        f"/v1/releases/{release}/cells?limit=200",
        f"/v1/releases/{release}/cells?format=csv",
        f"/v1/releases/{release}/position?district_id={SOUTH}",
        # Hashes of the figures, and proofs under a secret that each release draws anew.
        f"/v1/releases/{release}/certificate",
        f"/v1/releases/{release}/inclusion?district_id={SOUTH}",
        # It tells of this walk itself: who looked at what, and when.
        f"/v1/districts/{SOUTH}/ledger?limit=200",
        f"/v1/districts/{SOUTH}/ledger?format=csv",
    }
    assert [(name, value) for _, name, value in cells] == [
        (None, 6385),
        ("Alder", 6385),
        ("Birch", None),
        ("small", None),
    ]
    assert [(name, value) for _, name, value in other_cells] == [
        (None, Decimal(15746)),
        ("Alder", Decimal(25108)),
        ("Birch", None),
        ("small", None),
    ]
    assert [cell[0] for cell in cells] == [cell[0] for cell in other_cells]
