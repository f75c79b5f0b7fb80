"""The charter's versions as they are kept: each is added by an adopted motion, none is changed."""

from dataclasses import asdict
from uuid import UUID

import asyncpg
import pytest
from paths import adopted_motion, put_motion
from sqlalchemy import exc, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.charter.models import CharterVersion
from app.charter.versions import charter_in_force, charter_numbered
from app.clock import now
from app.operations import set_up
from app.policy.charter import RANGES, Charter
from app.settings import plain
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
STAFF = "select set_config('app.consortium', 'on', false)"
COPY = """
insert into charters select 2, current_date, $1, now(), fewest_districts, share_cap, nearness,
coalition, fewest_students, neighbours, changed_together, prevalence_bands, prevalence_tenths,
cost_days, trial_plans, review_days, late_months, introduction_days, hold_days from charters
"""


def another(motion: dict, **changes: int) -> CharterVersion:
    parameters = asdict(Charter(version=2)) | changes
    of = {"adopted_on": now().date(), "motion_id": UUID(motion["id"]), "in_force_since": now()}
    return CharterVersion(**parameters, **of)


@pytest.fixture
async def app_login(addresses):
    """A connection of the login of requests, that says of itself to be the consortium's staff."""
    connection = await asyncpg.connect(plain(addresses.app))
    await connection.execute(STAFF)
    yield connection
    await connection.close()


async def test_every_database_begins_with_the_first_version_which_no_meeting_adopted(owner):
    async with AsyncSession(owner) as session:
        (row,) = (await session.scalars(select(CharterVersion))).all()
    assert row.charter() == Charter(version=1)
    assert (row.adopted_on, row.motion_id) == (None, None)


def test_every_parameter_has_a_range_and_begins_in_it():
    first = asdict(Charter(version=1))
    del first["version"]
    assert list(first) == list(RANGES)
    assert [name for name, value in first.items() if not RANGES[name].takes(value)] == []


async def test_a_version_is_read_as_it_was_and_the_newest_is_in_force(as_, given, owner):
    motion = await adopted_motion(as_, kind="set_review_days", review_days=7)
    await given(another(motion, fewest_districts=7))
    async with AsyncSession(owner) as session:
        assert await charter_in_force(session) == Charter(version=2, fewest_districts=7)
        assert await charter_numbered(session, 1) == Charter(version=1)


@pytest.mark.parametrize("name", RANGES)
async def test_the_database_takes_no_value_out_of_range(as_, given, name):
    motion = await adopted_motion(as_, kind="set_review_days", review_days=7)
    wide = {"prevalence_bands": 5, "prevalence_tenths": 100}
    for value in (RANGES[name].least - 1, RANGES[name].most + 1):
        with pytest.raises(exc.IntegrityError, match=f"ck_charters_{name}"):
            await given(another(motion, **wide | {name: value}))


async def test_tenths_are_not_given_from_fewer_districts_than_bands(as_, given):
    motion = await adopted_motion(as_, kind="set_review_days", review_days=7)
    with pytest.raises(exc.IntegrityError, match='"ck_charters_prevalence"'):
        await given(another(motion, prevalence_bands=11, prevalence_tenths=10))


@pytest.mark.parametrize(
    "change", ["update charters set fewest_districts = 6", "delete from charters"]
)
async def test_the_login_of_requests_changes_no_version(owner, app_login, change):
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
        await app_login.execute(change)


async def test_row_security_adds_a_version_for_an_adopted_motion_on_parameters_alone(
    as_, app_login
):
    waiting = await put_motion(as_, kind="set_review_days", review_days=7)
    other = await adopted_motion(as_, kind="set_review_days", review_days=7)
    for motion in (waiting["id"], other["id"], UUID(int=7)):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security policy"):
            await app_login.execute(COPY, motion)


async def test_the_login_of_the_vault_adds_no_version(owner, addresses):
    connection = await asyncpg.connect(plain(addresses.release))
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
        await connection.execute(COPY, UUID(int=7))
    await connection.close()


async def test_the_consortium_names_the_version_in_force_and_its_tag_changes_with_it(
    as_, given, house
):
    await set_up(house)
    viewer = as_(Role.CONSORTIUM_ADMIN)
    before = await viewer.get("/v1/consortium")
    assert (before.json()["charter_version"], before.json()["version"]) == (1, 1)
    motion = await adopted_motion(as_, kind="set_review_days", review_days=7)
    await given(another(motion))
    known = {"If-None-Match": before.headers["etag"]}
    after = await viewer.get("/v1/consortium", headers=known)
    assert (after.status_code, after.json()["charter_version"]) == (200, 2)
