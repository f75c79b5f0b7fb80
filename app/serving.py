"""From settings to a running service: the database, the keys, the application."""

import asyncio
import os
import secrets
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

import uvicorn
from fastapi import FastAPI
from sqlalchemy import URL

from app.clock import now
from app.database import SchemaTrouble, create_database, head, standing, upgrade
from app.embedded.server import EmbeddedServer
from app.identity.issuer import LocalIssuer
from app.identity.signing import SigningKeys
from app.identity.verifier import Verifier
from app.keyfile import KeyFile
from app.main import create_app
from app.policy.gate import House
from app.policy.house import house
from app.policy.lock import APP, RELEASE
from app.sealing import MasterKeys
from app.settings import Settings, plain, with_driver
from app.wire.body import Limits

DATABASE: Final = "c34"


@dataclass(frozen=True, slots=True)
class Database:
    """One database as the requests' login and the vault's login reach it."""

    url: URL
    release_url: URL


@contextmanager
def database_of(settings: Settings, name: str = DATABASE) -> Iterator[Database]:
    """Give the database that is set, or that of the embedded server, migrated to the newest.

    Raises ``ServerTrouble`` or ``SchemaTrouble`` with a sentence that says how to mend it.
    """
    if settings.database_url is not None:
        if settings.release_database_url is None:
            raise SchemaTrouble("DATABASE_URL is set and RELEASE_DATABASE_URL is not: set both.")
        given = Database(
            with_driver(settings.database_url.get_secret_value()),
            with_driver(settings.release_database_url.get_secret_value()),
        )
        asyncio.run(require_newest(given.url))
        yield given
        return
    with embedded(settings) as server:
        yield asyncio.run(prepare(settings, server, name))


def embedded(settings: Settings) -> EmbeddedServer:
    """Return the embedded server of these settings, not yet started."""
    return EmbeddedServer(settings.c34_data / "pg", binaries=settings.c34_postgres_binaries)


async def prepare(settings: Settings, server: EmbeddedServer, name: str) -> Database:
    """Create the database where it is missing, migrate it, and keep the logins' passwords."""
    file = KeyFile(settings.c34_data / "keys" / "logins.json")
    file.create({login: secrets.token_urlsafe(32) for login in (APP, RELEASE)})
    passwords = {login: str(password) for login, password in file.read()[0].items()}
    await create_database(server.admin_url(), name)
    await upgrade(server.admin_url(name), passwords=passwords)
    urls = {login: with_driver(server.url(login, passwords[login], name)) for login in passwords}
    return Database(urls[APP], urls[RELEASE])


async def require_newest(url: URL) -> None:
    """Refuse a database that is not migrated to where this version of the service is."""
    at = (await standing(url))["at"]
    if at != head():
        raise SchemaTrouble(
            f"The database is at revision {at} and the service needs {head()}:"
            " run c34 db upgrade --admin-url … first."
        )


def master_keys(settings: Settings) -> MasterKeys:
    """Read the master keys; beside the embedded server they are made where there are none."""
    if settings.c34_master_keys is not None:
        return MasterKeys.from_text(settings.c34_master_keys.get_secret_value())
    alone = settings.database_url is None
    return MasterKeys.from_file(settings.master_key_file, create=alone)


def local_issuer(settings: Settings) -> LocalIssuer:
    """Return the issuer of the service's own tokens."""
    if settings.c34_signing_keys is not None:
        keys = SigningKeys.from_text(settings.c34_signing_keys.get_secret_value(), now)
    else:
        keys = SigningKeys.from_file(settings.signing_key_file, now)
    base = str(settings.c34_public_url).rstrip("/")
    return LocalIssuer(base, base, keys, now)


def opened(
    settings: Settings, database: Database, issuer: LocalIssuer
) -> AbstractAsyncContextManager[House]:
    """Open what the gate works with."""
    return house(
        url=database.url,
        release_url=database.release_url,
        keys=master_keys(settings),
        issuer=issuer,
        verifier=Verifier([issuer.trusted()], now),
        pool_size=settings.c34_pool_size,
        statement_cache=settings.c34_statement_cache,
    )


def application(settings: Settings, database: Database) -> FastAPI:
    """Assemble the application on a database."""
    issuer = local_issuer(settings)
    limits = Limits(settings.c34_body_limit, settings.c34_batch_limit)
    return create_app(lambda: opened(settings, database, issuer), issuer, limits)


def application_of_environment() -> FastAPI:
    """Assemble the application of a worker, whose parent has told it the database."""
    settings = Settings()
    with ExitStack() as stack:
        return application(settings, stack.enter_context(database_of(settings)))


def serve(settings: Settings, database: Database) -> None:
    """Serve until told to stop; several workers are told the database by their environment."""
    options = {
        "host": settings.c34_host,
        "port": settings.c34_port,
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "date_header": True,
        "timeout_keep_alive": 30,
        "h11_max_incomplete_event_size": 65_536,
    }
    if settings.c34_workers == 1:
        uvicorn.run(application(settings, database), **options)  # type: ignore[arg-type] # a table of options
        return
    os.environ["DATABASE_URL"] = plain(database.url)
    os.environ["RELEASE_DATABASE_URL"] = plain(database.release_url)
    master_keys(settings)  # made before the workers look for them
    uvicorn.run(
        "app.serving:application_of_environment",
        factory=True,
        workers=settings.c34_workers,
        **options,  # type: ignore[arg-type] # a table of options
    )
