"""What a district that is not an active member may still do with its answers."""

import pytest
from answers import at, attested, batch, put, read, rows, steward
from conftest import NORTH, SOUTH
from paths import ledger_of, open_round, step, told
from sqlalchemy import text

from app.policy.rules.submissions import district_is_active
from app.vocabulary import DistrictState, Role

pytestmark = pytest.mark.anyio
OTHERS = [DistrictState.INVITED, DistrictState.PAUSED]
"""Who left reaches nothing at all."""


async def stand(owner, standing: DistrictState) -> None:
    """Put North where no endpoint leads an active district, too."""
    async with owner.begin() as connection:
        change = text("update districts set standing = :standing where id = :id")
        await connection.execute(change, {"standing": standing.value, "id": NORTH})


async def move(as_, verb: str) -> None:
    told(await as_(Role.CONSORTIUM_ADMIN).post(f"/v1/districts/{NORTH}/{verb}"), 200)


def refused(answer) -> None:
    body = told(answer, 409)
    assert (body["code"], body["rule"], body["detail"]) == (
        "conflict",
        "TR-21",
        district_is_active.says,
    )


@pytest.mark.parametrize("standing", OTHERS)
async def test_only_an_active_district_enters_corrects_and_attests(as_, owner, standing):
    opened = await open_round(as_)
    await batch(as_, opened, rows())
    before = await read(as_, opened)
    await stand(owner, standing)
    refused(await put(as_, opened, "survey", {"yes": True}))
    for how in ({}, {"mode": "best_effort"}, {"dry_run": True}):
        refused(await batch(as_, opened, rows({"survey": {"yes": True}}), **how))
    refused(await steward(as_).post(f"{at(opened)}/submission/attest"))
    assert await read(as_, opened) == before
    assert await ledger_of(owner, None) == [
        *[("submission:enter", "refused", "TR-21", {})] * 4,
        ("submission:attest", "refused", "TR-21", {}),
    ]


@pytest.mark.parametrize("standing", OTHERS)
async def test_any_district_reads_and_withdraws_what_it_answered(as_, owner, standing):
    opened = await open_round(as_)
    await attested(as_, opened)
    await stand(owner, standing)
    history = await steward(as_).get(f"{at(opened)}/submission/history")
    assert len(told(history, 200)["data"]) == 6
    path, why = f"{at(opened)}/submission/withdraw", {"reason": "We pause."}
    assert told(await steward(as_).post(path, json=why), 200)["state"] == "withdrawn"


async def test_a_paused_district_corrects_nothing_in_review_until_it_is_active_again(as_):
    opened = await open_round(as_)
    await attested(as_, opened)
    await step(as_, opened["id"], "close", "review")
    correction = {"yes": True, "reason": "Asked again."}
    await move(as_, "pause")
    refused(await put(as_, opened, "survey", correction))
    await move(as_, "activate")
    told(await put(as_, opened, "survey", correction), 200)
    told(await steward(as_).post(f"{at(opened)}/submission/attest"), 200)


async def test_the_pause_of_one_district_stops_no_other(as_):
    opened = await open_round(as_)
    await move(as_, "pause")
    assert (await attested(as_, opened, district=SOUTH))["state"] == "attested"
