"""What the vault keeps of a release is sealed, opens in its place alone, and is never done without."""

import asyncio
from uuid import UUID, uuid4

import pytest
from answers import attested
from conftest import NORTH
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import PLAIN, an_instrument, open_round, step, told
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from ten import TEN, cells_of, drafted, publish, published
from vaulted import members_of, vault_seal

from app.disclosure.figures import Column
from app.releases.families import Added
from app.releases.seals import Member, VaultSeal
from app.sealing import SealBroken
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
MEMBERS = st.lists(
    st.builds(Member, st.uuids(), st.uuids(), st.integers(1, 2**32 - 1), st.uuids()), max_size=9
)
GROUPS = [("county", "Alder", TEN[:5]), ("county", "Cedar", TEN[5:])]


@pytest.fixture(scope="session")
def seal(master_keys):
    made = VaultSeal(master_keys)
    made.make_key()
    return made


@given(MEMBERS, st.integers(0, 9))
@settings(max_examples=100)
def test_who_is_behind_a_cell_is_read_back_in_the_order_of_districts(seal, behind, more):
    cell = uuid4()
    sealed = seal.seal_members(cell, behind, len(behind) + more)
    assert seal.members(cell, 1, sealed) == sorted(behind)
    with pytest.raises(SealBroken):
        seal.members(uuid4(), 1, sealed)
    with pytest.raises(SealBroken):
        seal.members(cell, 2, sealed)


@given(MEMBERS, MEMBERS)
@settings(max_examples=100)
def test_how_long_it_is_depends_on_the_number_that_a_cell_tells_alone(seal, some, others):
    lengths = {len(seal.seal_members(uuid4(), behind, 9)) for behind in (some, others, [])}
    assert len(lengths) == 1


def test_no_more_are_behind_a_cell_than_it_tells_of(seal):
    behind = [Member(uuid4(), uuid4(), 1, uuid4()) for _ in range(2)]
    with pytest.raises(ValueError, match="More stand behind a cell than it tells of"):
        seal.seal_members(uuid4(), behind, 1)


def test_what_adds_up_and_a_secret_are_read_back_in_their_release_alone(seal):
    release, answers = uuid4(), [uuid4() for _ in range(3)]
    sums = [
        ("2026-27", Added(column("spent", answers[0]), tuple(parts(answers[1:])), certain=True)),
        ("2025-26", Added(column("spent", answers[2]), tuple(parts(answers[:1])), certain=False)),
    ]
    sealed, secret = seal.seal_sums(release, sums), seal.seal_secret(release, b"a secret")
    assert seal.sums(release, 1, sealed) == sums
    assert seal.secret(release, 1, secret) == b"a secret"
    for opened in (seal.sums, seal.secret):
        for each in (sealed, secret):
            with pytest.raises(SealBroken):
                opened(uuid4(), 1, each)
    with pytest.raises(SealBroken):
        seal.secret(release, 1, sealed)


def column(code: str, answer: UUID) -> Column:
    return Column(NORTH, code, answer)


def parts(answers):
    return [column(f"part-{place}", answer) for place, answer in enumerate(answers)]


def test_how_many_sums_there_are_shows_in_powers_of_two(seal):
    sums = [("2026-27", Added(column("spent", uuid4()), tuple(parts([uuid4()])), certain=True))]
    lengths = [len(seal.seal_sums(uuid4(), sums * count)) for count in (0, 9, 12, 17)]
    assert lengths[1] == lengths[2]
    assert lengths[0] < lengths[1] < lengths[3]


BREAKAGES = {
    "the members of two cells change places": """
        update cell_memberships m set sealed = o.sealed from cell_memberships o
         where o.cell_id <> m.cell_id and o.cell_id in (select cell_id from cell_memberships
         order by 1 limit 1) and m.cell_id in (select cell_id from cell_memberships
         order by 1 desc limit 1)""",
    "the members of a cell are gone": """
        delete from cell_memberships where cell_id in (select cell_id from cell_memberships
         order by 1 limit 1)""",
    "the sums are gone": "delete from release_sums",
    "a bit is another": """
        update release_sums set sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1)""",
    "the key is another": """
        update vault_keys set wrapped = set_byte(wrapped, 40, get_byte(wrapped, 40) # 1)""",
}


@pytest.mark.parametrize("breakage", BREAKAGES)
async def test_where_it_does_not_open_nothing_is_planned_or_published(
    everyone, locked, owner, breakage
):
    """A release that was made as if there had been none before could complete a difference."""
    round_ = await locked(groups=GROUPS)
    await published(everyone, round_)
    path = f"/v1/rounds/{round_['id']}/reopen"
    told(await everyone(Role.ANALYST).post(path, json={"reason": "Counted again."}), 200)
    round_ = await step(everyone, round_["id"], "lock")
    plan = await drafted(everyone, round_)
    async with owner.begin() as connection:
        await connection.execute(text(BREAKAGES[breakage]))
    plans = f"/v1/rounds/{round_['id']}/release-plans"
    refused = [
        await everyone(Role.ANALYST).post(plans),
        await publish(everyone, round_["id"], plan["id"]),
    ]
    assert [each.status_code for each in refused] == [500, 500]
    said = [(each.json()["code"], each.json()["detail"]) for each in refused]
    internal = "Something of ours failed. The request id finds it in our log."
    assert said == [("internal", internal)] * 2
    async with owner.connect() as connection:
        counted = "select (select count(*) from release_plans), (select count(*) from releases)"
        assert tuple((await connection.execute(text(counted))).one()) == (2, 1)


async def test_of_two_first_releases_at_once_one_makes_the_key_of_the_vault(
    everyone, owner, master_keys
):
    plans = []
    for code in ("one", "two"):
        instrument = await an_instrument(everyone, PLAIN, code=code)
        opened = await open_round(everyone, instrument=instrument, review_days=0)
        for district in TEN:
            await attested(everyone, opened, {"expenditure": {"value": 5000}}, district)
        locked_ = await step(everyone, opened["id"], "close", "review", "lock")
        plans.append((locked_["id"], (await drafted(everyone, locked_))["id"]))
    releases = await asyncio.gather(*[publish(everyone, *plan) for plan in plans])
    for each in releases:
        (cell,) = await cells_of(everyone, told(each, 201))
        behind = await members_of(owner, master_keys, cell["id"])
        assert {member.district_id for member in behind} == set(TEN)
    assert (await vault_seal(owner, master_keys)).key_version == 1


async def test_no_key_of_the_vault_goes_while_something_is_sealed_under_it(released, owner):
    await released()
    async with owner.connect() as connection:
        with pytest.raises(IntegrityError, match="violates foreign key"):
            await connection.execute(text("delete from vault_keys"))
