"""A real PostgreSQL, one app, and callers by role."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from hypothesis import settings
from scenes import Scenes
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from app.database import create_database, upgrade
from app.districts.models import District
from app.embedded.server import EmbeddedServer
from app.identity.issuer import LocalIssuer
from app.identity.keys import NewKey, new_key
from app.identity.signing import SigningKeys
from app.identity.verifier import Verifier
from app.main import create_app
from app.policy.gate import House
from app.policy.holdings import Account, Key, Membership
from app.policy.house import house as open_house
from app.policy.lock import APP, RELEASE
from app.sealing import MasterKeys
from app.settings import with_driver
from app.tables import Base
from app.vocabulary import AccountKind, DistrictState, Role

settings.register_profile("at once", deadline=None)  # time tells of the other tests that run
settings.load_profile("at once")
NORTH, SOUTH = UUID(int=1), UUID(int=2)
PLACES = {NORTH: "North Invented Unified", SOUTH: "South Invented Unified"}
BASE_URL = "https://c34.example"
PASSWORDS = {APP: "for tests", RELEASE: "for tests too"}
KEPT = {"charters": " where version > 1"}
"""What a migration puts into a table."""
EMPTY = "; ".join(
    f"delete from {table.name}{KEPT.get(table.name, '')}" for table in Base.metadata.sorted_tables
)
"""Deleting a few rows is far quicker than to truncate tables, which makes new files for each."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Say which tests go together when all are run at once."""
    from scheduling import ByModule

    return ByModule(config, log)


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Say which tests go first."""
    from scheduling import longest_first

    longest_first(items)


@dataclass(frozen=True)
class Addresses:
    """One database as its owner, the application and the vault reach it."""

    owner: URL
    app: URL
    release: URL


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A PostgreSQL of our own launcher; what it loses in a crash is no loss here."""
    with EmbeddedServer(tmp_path_factory.mktemp("pg") / "data", durable=False) as server:
        yield server


async def prepared(server: EmbeddedServer, name: str) -> Addresses:
    """Create and migrate a database."""
    admin = with_driver(server.admin_url(name))
    await create_database(server.admin_url(), name)
    await upgrade(admin, passwords=PASSWORDS)
    logins = {login: admin.set(username=login, password=PASSWORDS[login]) for login in PASSWORDS}
    return Addresses(admin, logins[APP], logins[RELEASE])


@pytest.fixture(scope="session")
async def addresses(server: EmbeddedServer) -> Addresses:
    return await prepared(server, "tests")


@pytest.fixture(scope="session")
async def owner_engine(addresses: Addresses) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(addresses.owner)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
def scenes(owner_engine: AsyncEngine) -> Scenes:
    """Keep what takes many requests, for the tests that begin with it."""
    return Scenes(owner_engine)


@pytest.fixture(scope="session")
def master_keys(tmp_path_factory: pytest.TempPathFactory) -> MasterKeys:
    return MasterKeys.from_file(tmp_path_factory.mktemp("keys") / "master.json", create=True)


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> LocalIssuer:
    keys = SigningKeys.from_file(tmp_path_factory.mktemp("keys") / "signing.json", utc)
    return LocalIssuer(BASE_URL, BASE_URL, keys, utc)


def utc() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="session")
async def house(
    addresses: Addresses, master_keys: MasterKeys, issuer: LocalIssuer
) -> AsyncIterator[House]:
    async with open_house(
        url=addresses.app,
        release_url=addresses.release,
        keys=master_keys,
        issuer=issuer,
        verifier=Verifier([issuer.trusted()], utc),
    ) as house:
        yield house


@pytest.fixture(scope="session")
def app(house: House, issuer: LocalIssuer) -> FastAPI:
    app = create_app(lambda: None, issuer)
    app.state.house = house
    return app


async def emptied(engine: AsyncEngine) -> None:
    """Delete every row but what a migration put in place."""
    async with engine.begin() as connection:
        await connection.execute(text("set local session_replication_role = replica"))
        await connection.execute(text(f"do $$ begin {EMPTY}; end $$"))


@pytest.fixture
async def owner(owner_engine: AsyncEngine) -> AsyncEngine:
    """Own the tables, empty at the start; row security does not bind the superuser."""
    await emptied(owner_engine)
    return owner_engine


async def put(engine: AsyncEngine, *rows: Base) -> None:
    """Put rows in place, past the policy, in the order told."""
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        for row in rows:
            session.add(row)
            await session.flush()


@pytest.fixture
def given(owner: AsyncEngine) -> Callable:
    """Put rows in place, past the policy, in the order told."""
    return partial(put, owner)


def account(role: Role, place: UUID | None = None) -> UUID:
    """The account that holds a role in a place, and nothing else."""
    return uuid5(NAMESPACE_OID, f"{role} of {place}")


def key_id(role: Role, place: UUID | None = None) -> UUID:
    return uuid5(NAMESPACE_OID, f"key of {role} of {place}")


POSTS = [
    (role, place)
    for role in Role
    if role is not Role.PUBLIC
    for place in ([None] if role.of_consortium else [NORTH, SOUTH])
]
SECRETS: dict[tuple[Role, UUID | None], NewKey] = {
    (role, place): new_key(key_id(role, place)) for role, place in POSTS
}


def a_district(district_id: UUID, name: str, **changes: object) -> District:
    told = {
        "standing": DistrictState.ACTIVE,
        "joined_on": date(2018, 4, 25),
        "state": "CA",
        "time_zone": "America/Los_Angeles",
    }
    return District(id=district_id, name=name, **(told | changes))


async def enrolled(engine: AsyncEngine) -> None:
    """Put two districts in place, and an account with a key for each role, in each or neither."""
    async with AsyncSession(engine) as session, session.begin():
        session.add_all([a_district(place, name) for place, name in PLACES.items()])
        await session.flush()
        for role, place in POSTS:
            session.add(
                Account(
                    account_id=account(role, place),
                    district_id=place,
                    kind=AccountKind.USER,
                    issuer=BASE_URL,
                    subject=f"{role}-{place}",
                    display_name=f"The {role}",
                )
            )
        await session.flush()
        for role, place in POSTS:
            who = {"account_id": account(role, place), "district_id": place}
            session.add(Membership(role=role, **who))
            digest = SECRETS[role, place].digest
            session.add(Key(id=key_id(role, place), name="test", digest=digest, **who))


@pytest.fixture
async def roster(owner: AsyncEngine) -> None:
    """Two districts, and for every role an account with a key: in each district, or the consortium."""
    await enrolled(owner)


@pytest.fixture
def secret_of(roster: None) -> Callable[..., str]:
    """Give the key of who holds a role in a place."""
    return lambda role, place=None: SECRETS[role, place].shown


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """A client that is nobody."""
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url=BASE_URL) as client:
        yield client


@pytest.fixture
def as_(app: FastAPI, roster: None, issuer: LocalIssuer) -> Callable[..., AsyncClient]:
    """Give a client that calls as a role, of a district where the role has one."""
    app.state.house.recorder._windows.clear()  # of earlier tests, whose callers have the same ids

    def caller(role: Role, place: UUID | None = None, *, scopes: str | None = None) -> AsyncClient:
        bearer = SECRETS[role, place].shown
        if scopes is not None:
            who = account(role, place)
            bearer = issuer.issue(
                subject=str(who),
                client_id=str(who),
                key_id=key_id(role, place),
                scopes=scopes.split(),
            ).token
        return AsyncClient(
            transport=ASGITransport(app, raise_app_exceptions=False),
            base_url=BASE_URL,
            headers={"Authorization": f"Bearer {bearer}"},
        )

    return caller
