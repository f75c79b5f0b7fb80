"""The data key of the vault follows the master keys, and what was released stays known."""

import pytest
from answers import attested, put, steward
from conftest import NORTH
from members import among, join
from paths import ledger_of, open_round, step, told
from sqlalchemy import text
from ten import TEN, answers_of, drafted, publish, published

from app.master_keys import forget_master, rewrap, rotate_master, shred, standing
from app.problems import Conflict
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
GROUPS = [("county", "Alder", TEN[:5]), ("county", "Cedar", TEN[5:])]
NEEDED = "1 data keys of the vault, which c34 keys rewrap wraps anew"


@pytest.fixture
async def everyone(app, as_, given):
    """Callers of ten districts, and of the consortium."""
    for number in range(1, 9):
        await join(given, number)
    return among(app, as_)


@pytest.fixture
async def corrected(everyone):
    """A round that was released, and is locked again with one correction."""
    round_ = await open_round(everyone, review_days=0, groups=GROUPS)
    for place, district in enumerate(TEN):
        await attested(everyone, round_, answers_of(place), district)
    await published(everyone, await step(everyone, round_["id"], "close", "review", "lock"))
    path = f"/v1/rounds/{round_['id']}"
    reason = {"reason": "Counted again."}
    told(await everyone(Role.ANALYST).post(f"{path}/reopen", json=reason), 200)
    told(await put(everyone, round_, "expenditure", {"value": 6386} | reason, NORTH), 200)
    attest = f"{path}/districts/{NORTH}/submission/attest"
    told(await steward(everyone, NORTH).post(attest), 200)
    return await step(everyone, round_["id"], "lock")


async def nothing_kept_of_requests(owner):
    async with owner.begin() as connection:
        await connection.execute(text("delete from idempotency_records"))


async def wrapper(owner):
    async with owner.connect() as connection:
        asked = "select version, encode(substr(wrapped, 2, 8), 'hex') from vault_keys"
        return [tuple(row) for row in await connection.execute(text(asked))]


async def waits(everyone, round_):
    """What a plan says of the one correction, and what becomes of the plan."""
    plan = await drafted(everyone, round_)
    path = f"/v1/release-plans/{plan['id']}/cells"
    page = await everyone(Role.ANALYST).get(path, params={"item": "expenditure"})
    verdicts = [(cell["group"], cell["reason"]) for cell in told(page, 200)["data"]]
    return verdicts, (await publish(everyone, round_["id"], plan["id"])).json()["code"]


async def test_it_is_wrapped_anew_and_a_later_plan_knows_what_was_released(
    everyone, owner, house, corrected
):
    expected = [(None, "pending_batch"), ("Alder", "pending_batch"), ("Cedar", None)]
    assert await waits(everyone, corrected) == (expected, "pending_batch")
    (old,) = house.keys.ids
    new = await rotate_master(house)
    await nothing_kept_of_requests(owner)
    assert await wrapper(owner) == [(1, old)]
    assert [each.needed_by for each in await standing(house)] == [
        [],
        ["10 data keys of districts, which c34 keys rewrap wraps anew", NEEDED],
    ]
    assert await rewrap(house) == 11
    assert await wrapper(owner) == [(1, new)]
    await forget_master(house, old)
    assert house.keys.ids == (new,)
    assert await waits(everyone, corrected) == (expected, "pending_batch")
    assert (await ledger_of(owner, "master_keys"))[1][3]["data_keys"] == 11


async def test_no_master_key_is_forgotten_that_the_vault_alone_needs(
    everyone, owner, house, corrected
):
    (old,) = house.keys.ids
    await rotate_master(house)
    await nothing_kept_of_requests(owner)
    async with owner.begin() as connection:
        await connection.execute(text("update district_keys set wrapped = substr(wrapped, 1, 1)"))
    with pytest.raises(Conflict) as conflict:
        await forget_master(house, old)
    assert conflict.value.detail == f"The master key {old} is needed by {NEEDED}."


async def test_making_shreddings_final_keeps_it(everyone, owner, house, corrected):
    (old,) = house.keys.ids
    new = await rotate_master(house)
    await nothing_kept_of_requests(owner)
    done = await shred(house, final=True)
    assert (done.rewrapped, done.forgotten) == (11, [old])
    assert await wrapper(owner) == [(1, new)]
    verdicts, code = await waits(everyone, corrected)
    assert (verdicts[0], code) == ((None, "pending_batch"), "pending_batch")
