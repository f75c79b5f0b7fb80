"""``c34 doctor``: looks at everything the service needs, and says how to mend what is wrong."""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.clock import now
from app.database import SchemaTrouble, head, reaching, standing
from app.embedded.server import EmbeddedServer
from app.embedded.trouble import ServerTrouble
from app.keyfile import KeyFile, KeyFileRefused
from app.policy.logins import LoginTooPowerful, require_narrow
from app.serving import (
    DATABASE,
    Database,
    database_set,
    embedded,
    local_issuer,
    master_keys,
    reached,
)
from app.settings import Settings, faults_of, with_driver

LEAST_ROOM: Final = 500_000_000
"""Free bytes under which a busy day may fill the disk."""
OLDEST_PYTHON: Final = (3, 11)
NEWEST_KNOWN: Final = datetime(2025, 1, 1, tzinfo=UTC)
"""This version was not there before: a clock that says so is wrong."""
DRIFT: Final = 5.0
"""Seconds by which two clocks may differ; tokens live for minutes."""
SECONDS: Final = 2.0
DUE: Final = text("select count(*) from departures where state = 'held' and held_until <= now()")
KEYS: Final = text("select district_id, version from district_keys")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at and found; ``mend`` says what to do, and is absent where all is well."""

    about: str
    says: str
    mend: str | None = None


def examine() -> Iterator[Finding]:
    """Look at one thing after the other; what rests on something broken is not looked at."""
    yield python()
    try:
        settings = Settings()
    except ValidationError as error:
        for fault in faults_of(error):
            yield Finding("settings", fault, "Set it as docs/settings.md says, or unset it.")
        return
    yield Finding("settings", "every one can be used")
    yield data_folder(settings.c34_data)
    yield from keys(settings)
    yield port(settings)
    yield from database(settings)


def python() -> Finding:
    """Look at the interpreter."""
    says = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST_PYTHON:
        return Finding("python", says)
    return Finding("python", says, "Install Python 3.11 or newer and set the project up with it.")


def data_folder(folder: Path) -> Finding:
    """Look whether the data folder, or where it will be made, takes what is written."""
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        mend = "Let this account write there, or set C34_DATA to a folder where it can."
        return Finding("data folder", f"{there} cannot be written to", mend)
    free = shutil.disk_usage(there).free
    says = f"{folder.absolute()}, {free / 1e9:.1f} GB free"
    if free < LEAST_ROOM:
        return Finding("data folder", says, "Make room on that disk: it will be full soon.")
    return Finding("data folder", says)


def keys(settings: Settings) -> Iterator[Finding]:
    """Look at the master keys, the signing keys and the passwords of the embedded server."""
    embedded_ = settings.database_url is None
    file = None if settings.c34_master_keys else settings.master_key_file
    fresh = embedded_ and not settings.login_file.exists()
    yield key("master keys", file, lambda: master_keys(settings), made=fresh)
    ring = None if settings.c34_signing_keys else settings.signing_key_file
    yield key("signing keys", ring, lambda: local_issuer(settings), made=True)
    if embedded_:
        logins = settings.login_file
        yield key("passwords", logins, lambda: KeyFile(logins).read(), made=True)


def key(
    about: str, file: Path | None, read: Callable[[], object], *, made: bool = False
) -> Finding:
    """Look at keys; ``made`` says that the service makes the file where there is none."""
    if file is not None and not file.exists():
        says = f"there is no {file}"
        if made:
            return Finding(about, f"{says}; the first start makes it")
        mend = "Put it back from where you keep it apart; without it no answer can be opened."
        return Finding(about, says, mend)
    try:
        read()
    except KeyFileRefused as refused:
        mend = f"chmod 600 {file}, or put back what was in it." if file else "Set it anew."
        return Finding(about, str(refused), mend)
    return Finding(about, "the setting can be read" if file is None else f"{file}")


def port(settings: Settings) -> Finding:
    """Look whether the port is free, or has this service on it."""
    place = settings.c34_host, settings.c34_port
    says = f"{place[1]} of {place[0]}"
    with socket.socket(socket.AF_INET6 if ":" in place[0] else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as error:
            why = error.strerror
        else:
            return Finding("port", f"{says} is free")
    with suppress(httpx.HTTPError, ValueError):
        shown = f"[{place[0]}]" if ":" in place[0] else place[0]
        live = httpx.get(f"http://{shown}:{place[1]}/live", timeout=SECONDS)
        if live.json() == {"status": "alive"}:
            return Finding("port", f"{says} has this service, which is running")
    mend = "Stop what uses it, or set C34_PORT and C34_HOST."
    return Finding("port", f"{says} cannot be had: {why}", mend)


def database(settings: Settings) -> Iterator[Finding]:
    """Look at PostgreSQL: whether it runs, how far it is migrated, what its logins may."""
    if settings.database_url is not None:
        try:
            given = database_set(settings)
        except SchemaTrouble as trouble:
            yield Finding("database", str(trouble), "docs/operators.md says how.")
            return
        yield from asyncio.run(stand_of(settings, given))
        return
    try:
        with embedded(settings) as server:
            yield Finding("database", f"the embedded server runs in {settings.c34_data / 'pg'}")
            yield from asyncio.run(within(settings, server))
    except ServerTrouble as trouble:
        mend = "Mend that, or set DATABASE_URL to a PostgreSQL of yours."
        yield Finding("database", str(trouble), mend)


async def within(settings: Settings, server: EmbeddedServer) -> list[Finding]:
    """Look at the service's database in the embedded server."""
    engine = create_async_engine(with_driver(server.admin_url()), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            asked = text("select count(*) from pg_database where datname = :name")
            there = await connection.scalar(asked, {"name": DATABASE})
    finally:
        await engine.dispose()
    if not there or not settings.login_file.exists():
        return [Finding("schema", "there is none yet; the first start makes it")]
    return await stand_of(settings, reached(settings, server))


async def stand_of(settings: Settings, given: Database) -> list[Finding]:
    """Look at a database as both logins of the service reach it."""
    engines = [
        create_async_engine(url, poolclass=NullPool, hide_parameters=True)
        for url in (given.url, given.release_url)
    ]
    found = []
    try:
        with reaching("one of its addresses"):
            async with engines[0].connect() as connection:
                theirs = await connection.scalar(text("select clock_timestamp()"))
            found = [clock(theirs), revision((await standing(given.url))["at"])]
            await require_narrow(*engines)
            if found[-1].mend is None:
                found += await departures(engines[1], settings)
    except LoginTooPowerful as trouble:
        return [*found, Finding("logins", str(trouble), "Set the addresses of those two.")]
    except SchemaTrouble as trouble:
        return [*found, Finding("database", str(trouble), "docs/operators.md says how.")]
    finally:
        for engine in engines:
            await engine.dispose()
    return [*found, Finding("logins", "both see no more than they must")]


async def departures(release: AsyncEngine, settings: Settings) -> list[Finding]:
    """Look for answers that should be shredded, as the vault's login sees them (TR-28)."""
    with suppress(KeyFileRefused):
        buried = {each.district_id: each.through for each in master_keys(settings).tombstones}
        async with release.connect() as connection:
            await connection.execute(text("select set_config('app.consortium', 'on', true)"))
            due = await connection.scalar(DUE) or 0
            keys = list(await connection.execute(KEYS))
        back = sum(version <= buried.get(district, 0) for district, version in keys)
        mend = "Start the service, or run c34 keys shred."
        waits = Finding(
            "departures", f"{due} districts wait to be shredded: their hold is over", mend
        )
        again = Finding("departures", f"{back} shredded data keys are back, of a backup", mend)
        return [*([waits] if due else []), *([again] if back else [])]
    return []


def revision(at: str | None) -> Finding:
    """Compare where the schema is with where this version needs it."""
    says = f"at revision {at}"
    if at == head():
        return Finding("schema", says)
    mend = "c34 db upgrade --admin-url …; the embedded server's is migrated by the next start."
    return Finding("schema", f"{says}, and this version needs {head()}", mend)


def clock(theirs: datetime) -> Finding:
    """Compare this machine's clock with the database's, and with when this version was made."""
    ours = now()
    off = abs((ours - theirs).total_seconds())
    if ours < NEWEST_KNOWN or off > DRIFT:
        says = f"{ours:%Y-%m-%d %H:%M:%S} UTC, {off:.0f} s away from the database's"
        return Finding("clock", says, "Set it right (NTP): tokens and deadlines depend on it.")
    return Finding("clock", f"{ours:%Y-%m-%d %H:%M:%S} UTC, as the database's")
