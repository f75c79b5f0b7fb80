"""The schema that migrations make is the schema that the models and the locks say."""

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from conftest import prepared
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.database import alembic_config, create_database, standing, upgrade
from app.db import Base
from app.policy.lock import APP, AUDIT, FUNCTIONS, OWNER, RELEASE, RIGHTS, locks
from app.settings import with_driver
from app.trouble import Trouble

pytestmark = pytest.mark.anyio
REVISIONS = [
    each.revision for each in ScriptDirectory.from_config(alembic_config()).walk_revisions()
]


@pytest.fixture
async def fresh(server):
    """A database of its own, migrated, as its superuser."""
    addresses = await prepared(server, "migrations")
    engine = create_async_engine(addresses.owner)
    yield engine
    await engine.dispose()
    admin = create_async_engine(with_driver(server.admin_url()), isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text("drop database migrations"))
    await admin.dispose()


async def schema(connection) -> dict[str, list]:
    """Everything that matters of a schema, as PostgreSQL tells it."""
    asked = {
        "columns": "select table_name, column_name, data_type, is_nullable, column_default"
        " from information_schema.columns where table_schema = 'public' order by 1, 2",
        "constraints": "select conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
        " from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2",
        "policies": "select tablename, policyname, roles::text, cmd, qual, with_check"
        " from pg_policies order by 1, 2",
        "rights": "select table_name, grantee, privilege_type"
        " from information_schema.role_table_grants where table_schema = 'public' order by 1, 2, 3",
        "security": "select relname, relrowsecurity, relforcerowsecurity,"
        " pg_get_userbyid(relowner) from pg_class where relnamespace = 'public'::regnamespace"
        " and relkind = 'r' order by 1",
        "functions": "select proname, regexp_replace(prosrc, '\\s+', ' ', 'g'), prosecdef, proacl::text, pg_get_userbyid(proowner)"
        " from pg_proc where pronamespace = 'public'::regnamespace order by 1",
    }
    return {name: list(await connection.execute(text(sql))) for name, sql in asked.items()}


@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")
async def test_the_models_say_what_the_migrations_make(fresh):
    async with fresh.connect() as connection:
        drift = await connection.run_sync(
            lambda c: compare_metadata(
                MigrationContext.configure(c, opts={"compare_type": True}), Base.metadata
            )
        )
    assert drift == []


async def test_the_locks_say_what_the_migrations_make(fresh):
    """Row security, rights and functions made anew from the custodies are those that stand."""
    async with fresh.begin() as connection:
        stands = await schema(connection)
        for table, policy in await connection.execute(
            text("select tablename, policyname from pg_policies")
        ):
            await connection.execute(text(f"drop policy {policy} on {table}"))
        for name in FUNCTIONS:
            await connection.execute(text(f"drop function {name}"))
        for login in (APP, RELEASE):
            for table in Base.metadata.tables:
                await connection.execute(text(f"revoke all on {table} from {login}"))
        await connection.execute(text(f"set local role {OWNER}"))
        later = []
        for statement in locks():
            if "ledger" in statement:
                later.append(statement)
            else:
                await connection.exec_driver_sql(statement)
        await connection.execute(text(f"set local role {AUDIT}"))
        for statement in later:
            await connection.exec_driver_sql(statement)
        await connection.execute(text("reset role"))
        made = await schema(connection)
        await connection.rollback()
    assert made == stands


@pytest.mark.parametrize("revision", REVISIONS)
async def test_each_migration_goes_down_and_up_again(fresh, server, revision):
    """The stairway: up to a revision, one down, and up again makes the same schema."""
    admin = server.admin_url("migrations")
    script = ScriptDirectory.from_config(alembic_config())
    below = script.get_revision(revision).down_revision or "base"
    await upgrade(admin, revision=revision)
    async with fresh.connect() as connection:
        before = await schema(connection)
    await upgrade(admin, revision=below)
    await upgrade(admin, revision=revision)
    async with fresh.connect() as connection:
        assert await schema(connection) == before


PUBLISHED_IN_CLEAR = {
    "cell_contributors": "gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1,"
    " gen_random_uuid()",
    "release_secrets": "gen_random_uuid(), ''",
    "release_sums": "gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), '2026-27',"
    " gen_random_uuid(), gen_random_uuid(), '{}', true",
}
SEALED = dict.fromkeys(
    ("cell_memberships", "release_secrets", "release_sums"), "gen_random_uuid(), 1, ''"
)


@pytest.mark.parametrize(
    ("at", "to", "table", "row"),
    [
        *[("0009", "0010", table, row) for table, row in PUBLISHED_IN_CLEAR.items()],
        *[("0010", "0009", table, row) for table, row in SEALED.items()],
    ],
)
async def test_no_migration_loses_who_stands_behind_a_release(fresh, server, at, to, table, row):
    """It has no key to seal it with, or to open it."""
    admin = server.admin_url("migrations")
    await upgrade(admin, revision=at)
    async with fresh.begin() as connection:
        await connection.execute(text("set local session_replication_role = replica"))
        await connection.exec_driver_sql(f"insert into {table} values ({row})")
    with pytest.raises(Trouble) as trouble:
        await upgrade(admin, revision=to)
    assert str(trouble.value) == (
        f"{table} says who stands behind what was released, and a migration has no key to seal or"
        " to open it with. Nothing was changed."
    )
    assert (await standing(admin))["at"] == at
    async with fresh.connect() as connection:
        assert await connection.scalar(text(f"select count(*) from {table}")) == 1


async def test_the_base_is_empty(fresh, server):
    await upgrade(server.admin_url("migrations"), revision="base")
    async with fresh.connect() as connection:
        left = await schema(connection)
    assert {
        name: [row for row in rows if row[0] != "alembic_version"] for name, rows in left.items()
    } == dict.fromkeys(left, [])


async def test_a_second_upgrade_changes_nothing(fresh, server):
    async with fresh.connect() as connection:
        before = await schema(connection)
    await upgrade(server.admin_url("migrations"))
    async with fresh.connect() as connection:
        assert await schema(connection) == before


async def test_two_migrators_at_once_make_one_schema(server):
    import asyncio

    await create_database(server.admin_url(), "raced")
    admin = server.admin_url("raced")
    await asyncio.gather(*[upgrade(admin) for _ in range(3)])
    told = await standing(admin)
    assert told["at"] == told["head"]


async def test_everything_belongs_to_the_owner_and_the_ledger_to_the_audit_owner(fresh):
    async with fresh.connect() as connection:
        owners = {row[0]: row[3] for row in (await schema(connection))["security"]}
    assert owners == {
        name: AUDIT if name.startswith("ledger") else OWNER
        for name in {*Base.metadata.tables, "alembic_version"}
    }


async def test_the_logins_may_do_what_the_custody_says_and_no_more(fresh):
    async with fresh.connect() as connection:
        rights = (await schema(connection))["rights"]
    stands: dict[tuple[str, str], set[str]] = {}
    for table, login, verb in rights:
        if login in {APP, RELEASE} and table != "alembic_version":
            stands.setdefault((table, login), set()).add(verb.lower())
    told = {
        (table.name, login): set(verbs.split(", "))
        for table in Base.metadata.sorted_tables
        for login, verbs in (RIGHTS[table.info["custody"]] | table.info.get("rights", {})).items()
    }
    assert stands == told
    assert {table for (table, _), verbs in stands.items() if "delete" in verbs} == {
        "agenda_items",
        "goals",
        "idempotency_records",
        "indicator_measures",
        "indicators",
        "jobs",
        "links",
        "plans",
        "targets",
    }


async def test_nobody_else_may_connect_or_make_anything(fresh):
    asked = text(
        "select has_database_privilege(:r, current_database(), 'temp'),"
        " has_schema_privilege(:r, 'public', 'create')"
    )
    async with fresh.connect() as connection:
        for login in (APP, RELEASE):
            assert tuple((await connection.execute(asked, {"r": login})).one()) == (False, False)
        acl = await connection.scalar(
            text("select datacl::text from pg_database where datname = current_database()")
        )
    assert not re.search(r"[{,]=", acl)
