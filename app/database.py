"""Makes and migrates a database: the roles, the schema, the runtime logins."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from asyncpg import PostgresError
from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.policy.lock import APP, AUDIT, OWNER, RELEASE
from app.settings import with_driver
from app.trouble import Trouble
from app.wire.drivers import sqlstate

ROOT: Final = Path(__file__).parent.parent
ROLES: Final[Mapping[str, str]] = {
    OWNER: "nologin",
    AUDIT: "nologin",
    APP: "login nosuperuser nobypassrls nocreatedb nocreaterole noinherit",
    RELEASE: "login nosuperuser nobypassrls nocreatedb nocreaterole noinherit",
}
ONE_AT_A_TIME: Final = 2034
"""The advisory lock of migrators: a second one waits for the first."""


SURROUNDINGS: Final = ("08", "28", "3D", "53", "57", "42501")
"""SQLSTATEs, or how they begin, of what an operator mends: the connection, the login, the
database's name, room, a server that is stopping or starting, missing rights."""
FULL: Final = "53100"


class SchemaTrouble(Trouble):
    """The database is not as the application needs it; the message says how to mend it."""


@contextmanager
def reaching(what: str) -> Iterator[None]:
    """Raise ``SchemaTrouble`` where a database cannot be used, with the kind of fault alone."""
    try:
        yield
    except (OSError, SQLAlchemyError, PostgresError) as error:
        state = sqlstate(error)
        if state is not None and not state.startswith(SURROUNDINGS):
            raise
        if state == FULL:
            raise SchemaTrouble(
                f"The disk of PostgreSQL at {what} is full: make room and try again."
            ) from None
        said = type(error).__name__ if state is None else f"SQLSTATE {state}"
        raise SchemaTrouble(
            f"PostgreSQL cannot be used at {what} ({said}): look at the address, the login in it,"
            " and whether it runs there."
        ) from None


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, with the connection it runs on."""
    config = Config(ROOT / "alembic.ini")
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """Return the newest revision."""
    newest = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if newest is None:
        raise SchemaTrouble("There are no migrations beside the application.")
    return newest


async def create_database(admin_url: str | URL, name: str) -> bool:
    """Create a database in UTF-8 unless it is there, and say whether it was not."""
    engine = create_async_engine(
        with_driver(admin_url), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    try:
        async with engine.connect() as connection:
            asked = text("select count(*) from pg_database where datname = :name")
            if await connection.scalar(asked, {"name": name}):
                return False
            quoted = engine.dialect.identifier_preparer.quote(name)
            await connection.execute(text(f"create database {quoted} encoding 'UTF8'"))
            return True
    finally:
        await engine.dispose()


async def drop_database(admin_url: str | URL, name: str) -> None:
    """Drop a database with all that is in it, if it is there; who is connected is cut off."""
    engine = create_async_engine(
        with_driver(admin_url), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    try:
        async with engine.connect() as connection:
            quoted = engine.dialect.identifier_preparer.quote(name)
            await connection.execute(text(f"drop database if exists {quoted} with (force)"))
    finally:
        await engine.dispose()


async def upgrade(
    admin_url: str | URL,
    *,
    passwords: Mapping[str, str] | None = None,
    revision: str = "head",
) -> None:
    """Create the roles where they are missing, set the given passwords, migrate as the owner.

    The login of ``admin_url`` may create roles; a second migrator waits until the first is done.
    """
    engine = create_async_engine(with_driver(admin_url), poolclass=NullPool, hide_parameters=True)
    try:
        async with engine.connect() as connection:
            await connection.execute(text("select pg_advisory_lock(:n)"), {"n": ONE_AT_A_TIME})
            await connection.commit()
            for statement in preparing(passwords or {}):
                await connection.exec_driver_sql(statement)
            await connection.commit()
            await connection.run_sync(migrate, revision)
            await connection.commit()
    finally:
        await engine.dispose()


def preparing(passwords: Mapping[str, str]) -> list[str]:
    """Write the statements that make roles and take what PostgreSQL gives to everyone."""
    made = [
        f"do $$ begin create role {role} {rights};"
        " exception when duplicate_object then null; end $$"
        for role, rights in ROLES.items()
    ]
    told = [
        f"alter role {role} password {quoted(password)}" for role, password in passwords.items()
    ]
    return [
        *made,
        *told,
        f"grant {OWNER}, {AUDIT} to current_user",
        on_this_database("revoke all on database %I from public"),
        on_this_database(f"grant connect on database %I to {APP}, {RELEASE}"),
        "revoke all on schema public from public",
        f"grant usage, create on schema public to {OWNER}, {AUDIT}",
        f"grant usage on schema public to {APP}, {RELEASE}",
    ]


def on_this_database(statement: str) -> str:
    """Write a statement about the database one is connected to, whatever its name."""
    return f"do $$ begin execute format('{statement}', current_database()); end $$"


def quoted(text_: str) -> str:
    """Write a literal of SQL."""
    doubled = text_.replace("'", "''")
    return f"'{doubled}'"


def migrate(connection: Connection, revision: str) -> None:
    """Migrate on this connection, up or down; every object belongs to the owner."""
    config = alembic_config(connection)
    connection.exec_driver_sql(f"set role {OWNER}")
    connection.commit()
    try:
        here = MigrationContext.configure(connection).get_current_revision()
        connection.commit()
        script = ScriptDirectory.from_config(config)
        down = revision == "base" or (
            revision != "head"
            and here is not None
            and revision in {each.revision for each in script.iterate_revisions(here, "base")}
        )
        (command.downgrade if down else command.upgrade)(config, revision)
    finally:
        if not connection.invalidated:
            connection.rollback()
            connection.exec_driver_sql("reset role")


async def standing(url: str | URL) -> dict[str, Any]:
    """Say how far a database is migrated: ``{"at": …, "head": …}``; a login of any kind will do."""
    engine = create_async_engine(with_driver(url), poolclass=NullPool, hide_parameters=True)
    try:
        async with engine.connect() as connection:
            there = await connection.scalar(text("select to_regclass('alembic_version')::text"))
            at = there and await connection.scalar(text("select version_num from alembic_version"))
        return {"at": at, "head": head()}
    finally:
        await engine.dispose()
