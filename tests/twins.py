"""Two services side by side: one history, one count of ids, one clock of refusals in each."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from functools import partial
from secrets import token_hex
from typing import Any
from uuid import UUID

import pytest
from answers import attested
from conftest import (
    BASE_URL,
    EMPTY,
    KEPT,
    NORTH,
    SECRETS,
    Addresses,
    emptied,
    enrolled,
    prepared,
    put,
    utc,
)
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from members import join, secret
from paths import EVERY_KIND, PLAIN, adopted_topic, an_instrument, open_round
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from ten import GROUPS, TEN, answers_of

from app.clock import now
from app.embedded.server import EmbeddedServer
from app.identity.issuer import LocalIssuer
from app.identity.verifier import Verifier
from app.main import create_app
from app.policy.house import house as open_house
from app.sealing import MasterKeys
from app.settings import with_driver
from app.tables import Base
from app.vocabulary import Role

Who = tuple[Role, UUID | None] | None
"""A role in a place, or nobody whom the service knows."""
FIRST = 0x0198C0DE00007000800000000000000
PUT_BACK = "; ".join(
    "insert into {name} ({columns}) overriding system value select {columns} from begun.{name}{of}".format(
        name=table.name,
        columns=", ".join(f'"{each.name}"' for each in table.columns if each.computed is None),
        of=KEPT.get(table.name, ""),
    )
    for table in Base.metadata.sorted_tables
)
BLANK = re.compile(
    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)"
    rb'|(?<="cursor":")[^"]*|(?<="next_cursor": ")[^"]*|(?<="signature":")[^"]*|(?<=cursor=)[^&">]*'
    rb'|[0-9a-f]{64}|(?<=xid)[\\"]*: \d+'
)
"""Times, places in a feed, and what is hashed, drawn or signed with a time in it."""
UNTOLD = {"content-length"}
"""What says no more than the body, and counts the digits of its times."""
PERIODS = ("2025-26", "2026-27")
TOPIC = "adults"
FAMILY = ("spent", "teaching", "support")
"""A total and its parts."""
SPENDING = [
    PLAIN | {"code": code, "prompt": "What is spent?", "lowest": 0, "part_of": total}
    for code, total in zip(FAMILY, (None, "spent", "spent"), strict=True)
]
ASKED: ContextVar["Twin | None"] = ContextVar("ASKED", default=None)


class Twin:
    """One of the two services."""

    def __init__(self, app: FastAPI, owner: AsyncEngine) -> None:
        self.app, self.owner = app, owner
        self.ids = self.begun_with = FIRST
        self.asked_for = self.days = 0
        self.callers: dict[Who, AsyncClient] = {}
        self.rounds: list[dict[str, Any]] = []
        app.state.house.recorder._clock = self.time

    def time(self) -> datetime:
        """Count how long ago a refusal was in requests, of which there are 600 in a minute."""
        return datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=self.asked_for / 10)

    def id(self) -> UUID:
        self.ids += 1
        return UUID(int=self.ids)

    def caller(self, role: Role, place: UUID | None = None) -> AsyncClient:
        return self.called((role, place))

    def called(self, who: Who) -> AsyncClient:
        """Give the client of somebody; it is opened once."""
        if who not in self.callers:
            bearer = {} if who is None else {"Authorization": f"Bearer {key_of(*who)}"}
            transport = ASGITransport(self.app, raise_app_exceptions=False)
            self.callers[who] = AsyncClient(transport=transport, base_url=BASE_URL, headers=bearer)
        return self.callers[who]

    async def founded(self) -> None:
        """Make two rounds that nine of ten have answered, and the north has not; copy all."""
        ASKED.set(self)
        await emptied(self.owner)
        await enrolled(self.owner)
        for number in range(1, 9):
            await join(partial(put, self.owner), number)
        topic = await adopted_topic(self.caller, code=TOPIC)
        instrument = await an_instrument(
            self.caller, *EVERY_KIND, *SPENDING, topic_id=topic["id"], code="resources"
        )
        for period in PERIODS:
            of_period = await open_round(
                self.caller, instrument=instrument, groups=GROUPS, review_days=0, period=period
            )
            self.rounds.append(of_period)
            for place, district in enumerate(TEN):
                if district != NORTH:
                    await attested(self.caller, of_period, said(place), district)
        self.begun_with = self.ids
        async with self.owner.begin() as connection:
            await connection.execute(text("create schema begun"))
            for table in Base.metadata.sorted_tables:
                name = table.name
                await connection.execute(text(f"create table begun.{name} as table public.{name}"))

    async def begun(self) -> None:
        """Put everything back to where the round had just been made."""
        self.ids, self.asked_for, self.days = self.begun_with, 0, 0
        recorder = self.app.state.house.recorder
        recorder._windows.clear()
        recorder._owed.clear()
        async with self.owner.begin() as connection:
            await connection.execute(text("set local session_replication_role = replica"))
            await connection.execute(text(f"do $$ begin {EMPTY}; {PUT_BACK}; end $$"))

    async def asked(self, who: Who, method: str, path: str, how: dict[str, Any]) -> Response:
        """Ask, as somebody."""
        ASKED.set(self)
        self.asked_for += 1
        return await self.called(who).request(method, path, **how)


def spent(place: int) -> dict[str, dict[str, Any]]:
    """Break down what is spent; another place is another total, and so are its parts."""
    amounts = (4500 + 3 * place, 3000 + 2 * place, 1500 + place)
    return {code: {"value": each} for code, each in zip(FAMILY, amounts, strict=True)}


def said(place: int) -> dict[str, dict[str, Any]]:
    """What one of the ten answers; the last two do what no other but the north may do."""
    coached = {"who-coaches": {"option": "a colleague"}} if place > 7 else {}
    return answers_of(place) | spent(37 * place) | coached


def key_of(role: Role, place: UUID | None) -> str:
    """The key of who holds a role in a place."""
    further = place is not None and place.int > 100
    return (secret(role, place) if further else SECRETS[role, place]).shown


def blanked(answer: Response) -> tuple[int, dict[str, str], bytes]:
    """Give an answer, whole, without what differs whatever is answered."""
    headers = {
        name: BLANK.sub(b"", value.encode()).decode()
        for name, value in answer.headers.items()
        if name not in UNTOLD
    }
    return answer.status_code, headers, BLANK.sub(b"", answer.content)


def new_id() -> UUID:
    """Count ids, in the service that is asked."""
    twin = ASKED.get()
    assert twin is not None
    return twin.id()


def new_seed() -> int:
    """Take a seed that the other service takes too."""
    return new_id().int % 2**32


def new_secret() -> bytes:
    """Draw a secret that the other service draws too."""
    return new_id().bytes * 2


def later() -> datetime:
    """Give the time of the service that is asked, where days may have been let pass."""
    twin = ASKED.get()
    return now() + timedelta(days=twin.days if twin else 0)


class Drawn:
    """Draws who is asked to meet somebody: the first, and the north where there is room for it.

    So the north takes nobody's place, and the ids of later requests are the same if it has none.
    """

    def sample(self, answering: Sequence[UUID], count: int) -> list[UUID]:
        """Draw so many; the north uses up an id, drawn or not."""
        drawn = sorted(answering, key=lambda each: (each == NORTH, each))[:count]
        if NORTH not in drawn:
            new_id()
        return sorted(drawn)


@asynccontextmanager
async def unsettled(_recorder: object) -> AsyncIterator[None]:
    """Count refusals by the clock of requests alone."""
    yield


def same_in_both(patch: pytest.MonkeyPatch) -> None:
    """Have both hand out the same ids, draw the same, and live through the same days."""
    patch.setattr("app.db.uuid7", new_id)
    patch.setattr("app.wire.answers.uuid7", new_id)
    patch.setattr("app.releases.service.new_seed", new_seed)
    patch.setattr("app.releases.vouching.new_seed", new_seed)
    patch.setattr("app.releases.vouching.new_secret", new_secret)
    patch.setattr("app.policy.house.settling", unsettled)
    patch.setattr("app.introductions.service.CHANCE", Drawn())
    for module in ("consents.service", "introductions.service", "introductions.repository"):
        patch.setattr(f"app.{module}.now", later)


async def two_databases(server: EmbeddedServer) -> tuple[Addresses, Addresses]:
    """Prepare a database, and a copy of it, which has the same first charter."""
    name = f"twin_{token_hex(4)}"
    one = await prepared(server, name)
    engine = create_async_engine(with_driver(server.admin_url()), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"create database {name}_two template {name}"))
    await engine.dispose()
    two = [url.set(database=f"{name}_two") for url in (one.owner, one.app, one.release)]
    return one, Addresses(*two)


@asynccontextmanager
async def two_services(
    server: EmbeddedServer, keys: MasterKeys, issuer: LocalIssuer
) -> AsyncIterator[tuple[Twin, Twin]]:
    """Open both, each over a database of its own."""
    async with AsyncExitStack() as stack:
        made = []
        for each in await two_databases(server):
            house = open_house(
                url=each.app,
                release_url=each.release,
                keys=keys,
                issuer=issuer,
                verifier=Verifier([issuer.trusted()], utc),
                pool_size=2,
            )
            app = create_app(lambda: None, issuer)
            app.state.house = await stack.enter_async_context(house)
            owner = create_async_engine(each.owner)
            stack.push_async_callback(owner.dispose)
            made.append(Twin(app, owner))
            await made[-1].founded()
        yield made[0], made[1]
