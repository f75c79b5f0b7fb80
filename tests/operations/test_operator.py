from uuid import UUID

import pytest
from conftest import NORTH, POSTS, key_id
from paths import told
from pydantic import ValidationError
from rosters import NOWHERE, bearing, end, written
from sqlalchemy import insert, text

from app.operations import create_key, revoke_key, rotate_key
from app.policy import Action
from app.policy.actions import OPERATOR_MAY
from app.policy.gate import entered
from app.policy.operator import operator_grant, operator_reach
from app.policy.principal import OPERATOR
from app.policy.reach import Reach
from app.problems import Invalid, NotFound, Refused
from app.releases.models import Release
from app.submissions.models import Answer
from app.vocabulary import CONSORTIUM_ROLES, Role

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PUBLIC}))
async def test_the_operator_lets_in_anyone_with_a_key(as_, app, house, owner, role):
    district = None if role in CONSORTIUM_ROLES else {"district_id": str(NORTH)}
    made = await create_key(house, role, subject="ada", name="Ada Invented", district=district)
    me = told(await bearing(app, made.secret).get("/v1/me"), 200)
    assert (me["account"]["id"], me["account"]["display_name"]) == (
        str(made.account_id),
        "Ada Invented",
    )
    assert me["roles"] == [{"role": role, "district_id": district and str(NORTH)}]
    entries = await written(owner)
    assert {(entry["account_id"], entry["action"], entry["outcome"]) for entry in entries} == {
        (OPERATOR.account, "roster:import", "done")
    }
    assert len(entries) == 3
    async with owner.connect() as connection:
        asked = text("select granted_by from memberships where account_id = :id")
        assert await connection.scalar(asked, {"id": made.account_id}) == OPERATOR.account


async def test_the_operator_makes_another_key_for_who_is_known(as_, app, house):
    first = await create_key(house, Role.ANALYST, subject="ada", name="Ada Invented")
    second = await create_key(
        house, Role.ANALYST, subject="ada", name="Ada Invented", scopes="round:read"
    )
    assert second.account_id == first.account_id
    assert second.key_id != first.key_id
    assert (await bearing(app, first.secret).get("/v1/me")).status_code == 200
    narrow = told(await bearing(app, second.secret).get("/v1/me"), 200)
    assert narrow["scopes"] == ["round:read"]


async def test_what_the_operator_tells_wrong_is_refused(as_, house):
    with pytest.raises(ValidationError):
        await create_key(house, Role.PUBLIC, subject="ada", name="Ada")
    for role, district, fault in (
        (Role.VIEWER, None, ("/items/0/district_id", "required")),
        (Role.VIEWER, {"nces_id": "0609999"}, ("/items/0/nces_id", "unknown_reference")),
        (Role.ANALYST, {"district_id": str(NORTH)}, ("/items/0/district_id", "not_allowed")),
    ):
        with pytest.raises(Invalid) as refused:
            await create_key(house, role, subject="ada", name="Ada", district=district)
        assert [(each.pointer, each.code) for each in refused.value.errors] == [fault]


async def test_the_operator_replaces_and_ends_a_key(as_, app, house, owner):
    made = await create_key(house, Role.ANALYST, subject="ada", name="Ada Invented")
    new = await rotate_key(house, made.key_id)
    assert (await bearing(app, made.secret).get("/v1/me")).status_code == 200
    await end(owner, made.key_id)
    assert (await bearing(app, made.secret).get("/v1/me")).status_code == 401
    assert (await bearing(app, new.secret).get("/v1/me")).status_code == 200
    await revoke_key(house, new.key_id)
    assert (await bearing(app, new.secret).get("/v1/me")).status_code == 401
    for step in (rotate_key(house, UUID(NOWHERE)), revoke_key(house, UUID(NOWHERE))):
        with pytest.raises(NotFound):
            await step
    actions = [entry["action"] for entry in await written(owner) if entry["outcome"] == "done"]
    assert actions == ["roster:import"] * 3 + ["key:rotate", "key:revoke"]


async def test_the_operator_does_what_one_list_says_and_nothing_else(house, owner):
    for action in Action:
        if action in OPERATOR_MAY:
            assert operator_reach(action).whole_consortium
            continue
        with pytest.raises(Refused) as refused:
            async with operator_grant(house, action):
                pytest.fail("The gate opened.")
        assert refused.value.rule == "TR-02"
    entries = await written(owner)
    assert len(entries) == len(Action) - len(OPERATOR_MAY)
    assert {(entry["account_id"], entry["outcome"]) for entry in entries} == {
        (OPERATOR.account, "refused")
    }


async def test_nothing_that_is_sealed_or_read_over_http_is_on_the_operators_list():
    """But for wrapping data keys anew under the newest master key, which opens no answer."""
    sealed = [action for action in OPERATOR_MAY if action.opens_own_seal or action.opens_vault]
    assert sealed == [Action.DATA_KEY_REWRAP]
    assert [action for action in OPERATOR_MAY if not action.writes] == []


async def test_row_security_keeps_sealed_and_published_rows_closed_to_the_operator(
    as_, house, owner
):
    """The second lock alone: the operator asks past the session's narrowing, for more than it has."""
    some = UUID(int=7)
    answer = {
        "district_id": NORTH,
        "submission_id": some,
        "round_id": some,
        "item_id": some,
        "version": 1,
        "revision": 1,
        "key_version": 1,
        "sealed": b"",
        "entered_by": some,
    }
    release = {"round_id": some, "plan_id": some, "number": 1, "charter_version": 1}
    async with owner.begin() as connection:
        await connection.execute(text("set local session_replication_role = replica"))
        await connection.execute(insert(Answer).values(**answer))
        await connection.execute(insert(Release).values(**release))
    reach = Reach((NORTH,), whole_consortium=True, account=OPERATOR.account)
    async with entered(house, OPERATOR, Action.ROSTER_IMPORT, reach) as grant:
        connection = await grant.session.connection()
        counts = [
            (await connection.exec_driver_sql(f"select count(*) from {table}")).scalar_one()
            for table in ("accounts", "answers", "releases")
        ]
    assert counts == [len(POSTS), 0, 0]


async def test_nobody_calls_as_the_operator(as_, app, client, issuer):
    token = issuer.issue(
        subject=str(OPERATOR.account),
        client_id=str(OPERATOR.account),
        key_id=key_id(Role.CONSORTIUM_ADMIN),
        scopes=["roster:import", "me:read"],
    ).token
    assert (await bearing(app, token).get("/v1/me")).status_code == 401


async def test_the_operator_is_no_row_that_could_be_given_more(as_, house, owner):
    await create_key(house, Role.ANALYST, subject="ada", name="Ada Invented")
    async with owner.connect() as connection:
        for table in ("accounts", "memberships", "keys"):
            asked = text(f"select count(*) from {table} where account_id = :id")
            assert await connection.scalar(asked, {"id": OPERATOR.account}) == 0
