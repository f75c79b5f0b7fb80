"""What the ledger costs a write: `python -m bench.ledger [--quick]`.

One PostgreSQL, which syncs each commit, has a database for each side: without a ledger, with the
ledger sealed every second, and with a single serial chain as the peer. Each is served by a worker
of its own; they take turns in being driven by as many clients as are asked for, and each figure is
that of a side over that without a ledger in the same turn. Needs Linux and the extra `bench`.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import asyncpg
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from app.database import create_database, upgrade
from app.embedded.server import EmbeddedServer
from app.operations import create_key, set_up
from app.policy.house import LIMITS
from app.policy.lock import APP, RELEASE
from app.policy.session import NarrowedSession
from app.policy.witness import Witness
from app.serving import Database, local_issuer, make_master_keys, opened
from app.settings import Settings, with_driver
from app.vocabulary import Role
from bench import cpu
from bench.ledgers import SERIAL
from bench.served import Request, Served, serving

PASSWORD: Final = "of this run alone"
SIDES: Final = ("without", "sealed", "serial")
APPLICATIONS: Final = {"without": "without", "sealed": "sealed", "serial": "unsealed"}
AT_ONCE: Final = 10_000
KEY: Final = json.dumps({"name": "Nightly"}).encode()
ENTRY: Final = (
    "insert into ledger (id, at, account_id, action, outcome, subject, detail)"
    " select gen_random_uuid(), now(), gen_random_uuid(), 'key:create', 'done', 'key:1', '{}'"
)
ROW: Final = "insert into written (id, told) values (gen_random_uuid(), repeat('x', 200))"


@dataclass(frozen=True)
class Came:
    """What came of one turn of one side: writes, and seconds of processor time for each."""

    per_second: float
    application: float
    database: float


Turns = dict[str, list[Came]]


@dataclass(frozen=True)
class Run:
    """How much is measured."""

    turns: int
    seconds: float
    clients: int


def told() -> Run:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.ledger", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--clients", type=int, default=16)
    options = parser.parse_args()
    return Run(options.turns, options.seconds or (1 if options.quick else 4), options.clients)


async def make(server: EmbeddedServer, settings: Settings) -> dict[str, str]:
    """Make the databases, and in each a key of an administrator."""
    keys = {}
    for side in SIDES:
        await create_database(server.admin_url(), side)
        await upgrade(server.admin_url(side), passwords={APP: PASSWORD, RELEASE: PASSWORD})
        urls = (with_driver(server.url(login, PASSWORD, side)) for login in (APP, RELEASE))
        async with opened(settings, Database(*urls), local_issuer(settings)) as house:
            await set_up(house)
            made = await create_key(
                house,
                Role.CONSORTIUM_ADMIN,
                subject="bench",
                name="Bench",
                district={},
                key_name="bench",
                scopes=None,
            )
            keys[side] = made.secret
        admin = await asyncpg.connect(server.admin_url(side))
        await admin.execute("create table written (id uuid primary key, told text)")
        await admin.execute(f"grant insert on written to {APP}")
        for statement in SERIAL if side == "serial" else ():
            await admin.execute(statement)
        await admin.execute("checkpoint")
        await admin.close()
    return keys


@contextmanager
def served(server: EmbeddedServer, folder: Path, clients: int) -> Iterator[Mapping[str, Served]]:
    """Serve each side meanwhile."""
    running: dict[str, Served] = {}

    def environment(side: str) -> dict[str, str]:
        return {
            "C34_DATA": str(folder),
            "C34_QUOTA": "0",
            "C34_POOL_SIZE": str(clients),
            "DATABASE_URL": server.url(APP, PASSWORD, side),
            "RELEASE_DATABASE_URL": server.url(RELEASE, PASSWORD, side),
        }

    def start(sides: tuple[str, ...]) -> Iterator[None]:
        side, *rest = sides
        target = f"bench.ledgers:{APPLICATIONS[side]}"
        with serving(target, environment(side), folder / f"{side}.log", "--factory") as one:
            running[side] = one
            yield from start(tuple(rest)) if rest else iter([None])

    for _ in start(SIDES):
        yield running


def over_http(run: Run, server: EmbeddedServer, folder: Path, keys: Mapping[str, str]) -> Turns:
    """Make keys over HTTP, each an entry of the ledger and followed by nobody."""
    assert server.process is not None
    found: Turns = {side: [] for side in SIDES}
    with served(server, folder, run.clients) as running:
        for turn in range(-1, run.turns):
            for side in SIDES if turn % 2 else reversed(SIDES):
                request = Request("POST", "/v1/me/keys", keys[side], body=KEY)
                one = running[side]
                before = one.cpu(), cpu.of_server(server.process)
                seconds = run.seconds if turn >= 0 else 1.0
                came = one.drive([request] * run.clients, 201, run.clients, seconds)
                used = one.cpu() - before[0], cpu.of_server(server.process) - before[1]
                if turn >= 0:
                    each = [part / came.requests for part in used]
                    found[side].append(Came(came.requests / came.seconds, *each))
            say(f"over HTTP: turn {turn + 1} of {run.turns}")
    return found


async def beside(run: Run, server: EmbeddedServer, settings: Settings) -> Turns:
    """Do the same in the database alone: a row and its entry in a transaction."""
    assert server.process is not None
    found: Turns = {side: [] for side in SIDES}
    for turn in range(-1, run.turns):
        for side in SIDES if turn % 2 else reversed(SIDES):
            sql = ROW if side == "without" else f"{ROW}; {ENTRY}"
            url = server.url(APP, PASSWORD, side)
            before = time.process_time(), cpu.of_server(server.process)
            engine = create_async_engine(with_driver(url))
            sessions = async_sessionmaker(engine, sync_session_class=NarrowedSession)
            witness = Witness(sessions, local_issuer(settings))
            count, seconds = await driven(url, sql, run, witness.seal if side == "sealed" else None)
            await engine.dispose()
            used = time.process_time() - before[0], cpu.of_server(server.process) - before[1]
            if turn >= 0:
                found[side].append(Came(count / seconds, *(part / count for part in used)))
        say(f"the database alone: turn {turn + 1} of {run.turns}")
    return found


async def driven(
    url: str, sql: str, run: Run, seal: Callable[[], Awaitable[int]] | None
) -> tuple[int, float]:
    """Run transactions on as many connections as there are clients; seal every second."""
    connections = [await asyncpg.connect(url) for _ in range(run.clients)]
    began = time.monotonic()
    until = began + run.seconds

    async def client(connection: asyncpg.Connection) -> int:
        count = 0
        while time.monotonic() < until:
            await connection.execute(f"begin; {sql}; commit")
            count += 1
        return count

    async def sealer() -> None:
        while seal is not None:
            await asyncio.sleep(1)
            await seal()

    sealing = asyncio.create_task(sealer())
    counts = await asyncio.gather(*map(client, connections))
    seconds = time.monotonic() - began
    sealing.cancel()
    await asyncio.gather(sealing, return_exceptions=True)
    if seal is not None:
        await seal()
    for connection in connections:
        await connection.close()
    return sum(counts), seconds


async def sealing_alone(server: EmbeddedServer, settings: Settings) -> list[tuple[float, ...]]:
    """Seal many entries at once: seconds, and those of the processor here and in PostgreSQL."""
    assert server.process is not None
    found = []
    url = with_driver(server.url(APP, PASSWORD, "sealed"))
    engine = create_async_engine(url, connect_args={"server_settings": LIMITS})
    sessions = async_sessionmaker(engine, sync_session_class=NarrowedSession)
    witness = Witness(sessions, local_issuer(settings))
    admin = await asyncpg.connect(server.admin_url("sealed"))
    for _ in range(5):
        await witness.seal()
        await admin.execute(f"{ENTRY} from generate_series(1, {AT_ONCE})")
        before = time.monotonic(), time.process_time(), cpu.of_server(server.process)
        sealed = await witness.seal()
        if sealed != AT_ONCE:
            raise RuntimeError(f"Sealed {sealed} entries, not {AT_ONCE}.")
        after = time.monotonic(), time.process_time(), cpu.of_server(server.process)
        found.append(tuple(end - begin for begin, end in zip(before, after, strict=True)))
    await admin.close()
    await engine.dispose()
    return found


def table(title: str, turns: Turns) -> Iterator[str]:
    """Write what came of the sides, and what each costs beside none."""
    yield f"| {title} | writes/s | slower | least..most | application µs | PostgreSQL µs |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for side in SIDES:
        slower = sorted(
            1 - own.per_second / none.per_second
            for own, none in zip(turns[side], turns["without"], strict=True)
        )
        rate, *used = (
            median(getattr(each, what) for each in turns[side])
            for what in ("per_second", "application", "database")
        )
        spread = f"{slower[0]:.1%}..{slower[-1]:.1%}"
        yield (
            f"| {side} | {rate:,.0f} | {median(slower):.1%} | {spread} |"
            f" {used[0] * 1e6:,.0f} | {used[1] * 1e6:,.0f} |"
        )


def say(sentence: str) -> None:
    """Say how far it has come, beside what is measured."""
    print(sentence, file=sys.stderr, flush=True)


def main() -> None:
    """Make the databases, measure, and print the tables."""
    run = told()
    with TemporaryDirectory(prefix="bench") as name:
        settings = Settings(c34_data=Path(name))
        make_master_keys(settings)
        with EmbeddedServer(settings.c34_data / "pg") as server:
            keys = asyncio.run(make(server, settings))
            http = over_http(run, server, settings.c34_data, keys)
            alone = asyncio.run(beside(run, server, settings))
            sealing = asyncio.run(sealing_alone(server, settings))
    print(f"{run.turns} turns of {run.seconds:g} s for each side, {run.clients} clients.\n")
    print("\n".join(table("over HTTP", http)), "\n")
    print("\n".join(table("the database alone", alone)), "\n")
    wall, own, database = (median(part) / AT_ONCE * 1e6 for part in zip(*sealing, strict=True))
    print(
        f"Sealing {AT_ONCE:,} entries at once takes, for each: {wall:.1f} µs, of the processor"
        f" {own:.2f} µs in the service and {database:.1f} µs in PostgreSQL."
    )


if __name__ == "__main__":
    main()
