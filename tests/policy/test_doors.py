"""The doors hold: no grant from elsewhere, no endpoint without one, no statement beyond it."""

import copy
import pickle

import pytest
from conftest import NORTH, SOUTH
from fastapi import APIRouter
from policy.conftest import NORTHERN, STAFF, S, session_of
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Mapped, aliased, mapped_column

from app.db import Base, Sealed
from app.main import create_app, every_endpoint_has_one_gate
from app.policy import Action, Grant
from app.policy.actions import OPERATOR_MAY, WHO_MAY, Opens
from app.policy.grant import _SEAL
from app.policy.logins import LoginTooPowerful, require_narrow
from app.policy.principal import ANYONE
from app.policy.reach import Reach
from app.policy.seal import unsealed
from app.policy.session import ReleaseSession
from app.releases.models import Cell, CellMembership
from app.submissions.models import Answer, Submission
from app.vocabulary import CONSORTIUM_ROLES, Role
from app.wire.route import Route

pytestmark = pytest.mark.anyio


def a_grant(action: Action, session=None, seal: object = _SEAL) -> Grant:
    return Grant(ANYONE, action, Reach(()), session, None, seal)


def test_a_grant_has_no_public_constructor():
    with pytest.raises(TypeError, match="comes from the gate"):
        a_grant(Action.SUBMISSION_ENTER, seal=object())


def test_a_grant_is_not_copied():
    for duplicate in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            duplicate(a_grant(Action.DISTRICT_READ))


def test_a_grant_hands_out_what_its_action_opens_and_nothing_else():
    grant = a_grant(Action.DISTRICT_READ)
    for handle, why in (("session", "no session"), ("reader", "no reader"), ("keys", "no seal")):
        with pytest.raises(TypeError, match=why):
            getattr(grant, handle)


def test_a_table_without_custody_is_refused():
    with pytest.raises(TypeError, match="exactly one kind of custody"):

        class Loose(Base):
            __tablename__ = "loose"
            id: Mapped[int] = mapped_column(primary_key=True)


def test_an_endpoint_without_an_authority_stops_the_start(issuer):
    app = create_app(lambda: None, issuer)
    loose = APIRouter(route_class=Route)

    @loose.get("/loose")
    async def loose_endpoint() -> None: ...

    app.include_router(loose)
    with pytest.raises(TypeError, match="loose_endpoint must take exactly one authority"):
        every_endpoint_has_one_gate(app)


def test_every_action_is_in_the_table_and_allowed_to_someone():
    assert set(WHO_MAY) == set(Action)
    nobodys = {action for action, who in WHO_MAY.items() if not who}
    assert nobodys - OPERATOR_MAY == set()


OF_FIGURES = {Role.SUPERINTENDENT, Role.BOARD_MEMBER, Role.PLANNER, Role.DATA_STEWARD}
OPENS_VAULT = {
    Action.RELEASE_PLAN_DRAFT: {Role.ANALYST},
    Action.RELEASE_PUBLISH: {Role.ANALYST},
    Action.RELEASE_RETRACT: {Role.ANALYST},
    Action.RELEASE_AUDIT: {Role.AUDITOR},
    Action.INCLUSION_READ: OF_FIGURES,
    Action.CONSENT_GIVE: {Role.SUPERINTENDENT},
    Action.SHARED_ANSWER_READ: OF_FIGURES,
    Action.INTRODUCTION_ASK: {Role.SUPERINTENDENT, Role.PLANNER},
    Action.INTRODUCTION_ANSWER: {Role.SUPERINTENDENT},
    Action.PRACTICE_TELL: {Role.SUPERINTENDENT, Role.PLANNER},
}
"""What a computation in the vault is asked for by: each gives out a verdict, an aggregate, a proof
of one's own, or what somebody consented to show."""


def test_the_vault_is_opened_for_what_is_listed_here_and_written_down_each_time():
    at_all = {action for action in Action if action.opens is Opens.VAULT}
    assert at_all & OPERATOR_MAY == {Action.DATA_KEY_REWRAP}
    assert {action: set(WHO_MAY[action]) for action in at_all - OPERATOR_MAY} == OPENS_VAULT
    assert {action.writes for action in at_all} == {True}


def test_no_role_of_the_consortium_opens_a_districts_own_seal():
    for action in Action:
        if action.opens_own_seal:
            assert WHO_MAY[action] & CONSORTIUM_ROLES == frozenset()


async def test_every_statement_of_a_session_is_narrowed(wide):
    """The first lock alone: a superuser's connection. The third turn: a cache keeps no reach."""
    other = aliased(Submission)
    southern = Reach((SOUTH,), account=STAFF.account, held=STAFF.held)
    northern = Reach((NORTH,), account=STAFF.account, held=STAFF.held)
    for reach, place in ((northern, NORTH), (southern, SOUTH), (northern, NORTH)):
        async with session_of(wide.owner, reach) as s:
            for statement in (
                select(Submission.district_id),
                select(other.district_id),
                select(Submission.district_id).where(Submission.id.in_(select(other.id))),
                select(other.district_id).join(Submission, Submission.id == other.id),
            ):
                assert set(await s.scalars(statement)) == {place}
            counted = select(func.count(other.id)).scalar_subquery()
            assert await s.scalar(select(counted)) == (1 if place == NORTH else S)
            count = 1 if place == NORTH else S
            assert (await s.execute(update(Submission).values(revision=2))).rowcount == count
            assert (await s.execute(delete(Submission))).rowcount == count


async def test_a_row_by_its_key_is_narrowed_too(wide):
    async with wide.owner.connect() as connection:
        asked = text("select id from submissions where district_id = :d limit 1")
        theirs = await connection.scalar(asked, {"d": SOUTH})
    async with session_of(wide.owner, NORTHERN) as s:
        assert await s.get(Submission, (SOUTH, theirs)) is None


async def test_a_plain_or_inserting_statement_is_refused(wide):
    async with session_of(wide.owner, NORTHERN) as s:
        for statement in (text("select 1"), select(Submission.__table__)):
            with pytest.raises(TypeError, match="Only ORM statements"):
                await s.execute(statement)
        with pytest.raises(TypeError, match="Rows are added through the session"):
            await s.execute(insert(Submission).values(district_id=NORTH))


async def test_a_row_beyond_the_reach_is_not_written(wide):
    async with session_of(wide.owner, NORTHERN) as s:
        s.add(Submission(district_id=SOUTH))
        with pytest.raises(TypeError, match="Submission is out of reach"):
            await s.flush()


async def test_no_role_of_the_consortium_writes_a_sealed_row(wide):
    async with session_of(wide.owner, STAFF) as s:
        s.add(Answer(district_id=SOUTH))
        with pytest.raises(TypeError, match="Answer is out of reach"):
            await s.flush()


async def test_only_a_session_of_the_release_login_adds_what_is_published(wide):
    """The first lock alone."""
    for row in (Cell(), CellMembership()):
        async with session_of(wide.owner, STAFF) as s:
            s.add(row)
            with pytest.raises(TypeError, match=f"{type(row).__name__} is out of reach"):
                await s.flush()


async def test_the_seal_opens_for_the_vault_alone_and_only_to_read(wide):
    async with session_of(wide.owner, STAFF, ReleaseSession) as s:
        count = select(func.count()).select_from(Answer)
        assert await s.scalar(count) == 0
        async with unsealed(a_grant(Action.RELEASE_PUBLISH, s), "a test"):
            assert await s.scalar(count) == 1 + S
            for change in (update(Answer).values(version=2), delete(Answer), update(Submission)):
                with pytest.raises(TypeError, match="rows are read and not changed"):
                    await s.execute(change)
        assert await s.scalar(count) == 0
        with pytest.raises(TypeError, match="opens no seal"):
            await unsealed(a_grant(Action.RELEASE_READ, s), "a test").__aenter__()


async def test_a_login_that_row_security_does_not_bind_stops_the_start(wide):
    for pair, why in (
        ((wide.owner, wide.release), "is a superuser"),
        ((wide.app, wide.app), "has the login c34_release to itself"),
        ((wide.release, wide.release), "has the login c34_release to itself"),
    ):
        with pytest.raises(LoginTooPowerful, match=why):
            await require_narrow(*pair)


@pytest.mark.parametrize(
    ("rights", "why"),
    [
        ("bypassrls", "has BYPASSRLS"),
        ("in role c34_owner", "owns a table"),
        ("in role pg_read_all_data", "may read all data"),
        ("in role c34_release", "is a member of c34_release"),
        ("noinherit in role c34_release", "is a member of c34_release"),
    ],
)
async def test_a_login_that_may_do_too_much_stops_the_start(wide, rights, why):
    from sqlalchemy.ext.asyncio import create_async_engine

    async with wide.owner.begin() as connection:
        await connection.execute(text(f"create role too_much login password 'x' {rights}"))
        await connection.execute(text("grant connect on database wide to too_much"))
    engine = create_async_engine(wide.app.url.set(username="too_much", password="x"))
    try:
        with pytest.raises(LoginTooPowerful, match=why):
            await require_narrow(engine, wide.release)
    finally:
        await engine.dispose()
        async with wide.owner.begin() as connection:
            await connection.execute(text("revoke connect on database wide from too_much"))
            await connection.execute(text("drop role too_much"))


def test_keys_and_uniques_of_a_districts_table_lead_with_the_district():
    """A global unique or a simple foreign key would tell of rows that cannot be seen."""
    from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

    from app.db import DistrictOwned

    owned = (DistrictOwned, Sealed)
    for table in Base.metadata.sorted_tables:
        for constraint in table.constraints:
            columns = [column.name for column in constraint.columns]
            if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint):
                held = table.info["custody"] in owned
            elif isinstance(constraint, ForeignKeyConstraint):
                held = constraint.referred_table.info["custody"] in owned
            else:
                continue
            if held:
                assert (table.name, columns[0]) == (table.name, "district_id")
