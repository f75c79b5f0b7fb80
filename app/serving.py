"""From settings to a running service: the database, the keys, the application."""

import asyncio
import errno
import gc
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog
import uvicorn
from fastapi import FastAPI
from sqlalchemy import URL
from uvicorn.supervisors import Multiprocess

from app.clock import now
from app.database import SchemaTrouble, create_database, head, reaching, standing, upgrade
from app.embedded.server import EmbeddedServer
from app.identity.issuer import LocalIssuer
from app.identity.signing import SigningKeys
from app.identity.verifier import Verifier
from app.keyfile import KeyFile, KeyFileRefused
from app.logs import configure
from app.main import create_app
from app.policy.gate import House
from app.policy.house import house
from app.policy.lock import APP, RELEASE
from app.policy.quotas import Quota, Quotas
from app.sealing import MasterKeys
from app.settings import Settings, plain, with_driver
from app.trouble import Trouble
from app.wire.body import Limits

DATABASE: Final = "c34"
THE_EMBEDDED: Final = "the embedded server"
BACKLOG: Final = 2048
ANYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - is translated, not listened on
log: Final = structlog.stdlib.get_logger(__name__)


class PortTrouble(Trouble):
    """The port cannot be had; the message says why."""


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
        given = database_set(settings)
        with reaching("DATABASE_URL"):
            asyncio.run(require_newest(given.url))
        yield given
        return
    with embedded(settings) as server:
        with reaching(THE_EMBEDDED):
            database = asyncio.run(prepare(settings, server, name))
        yield database


def database_set(settings: Settings) -> Database:
    """Return the database that is set, or raise ``SchemaTrouble`` unless it is set for both."""
    urls = settings.database_url, settings.release_database_url
    if urls[0] is None or urls[1] is None:
        raise SchemaTrouble("Set DATABASE_URL and RELEASE_DATABASE_URL, or neither of them.")
    return Database(*(with_driver(url.get_secret_value()) for url in urls if url is not None))


def embedded(settings: Settings) -> EmbeddedServer:
    """Return the embedded server of these settings, not yet started."""
    return EmbeddedServer(settings.c34_data / "pg", binaries=settings.c34_postgres_binaries)


async def prepare(settings: Settings, server: EmbeddedServer, name: str) -> Database:
    """Create the database where it is missing, migrate it, and keep the logins' passwords."""
    file = KeyFile(settings.login_file)
    file.create({login: secrets.token_urlsafe(32) for login in (APP, RELEASE)})
    passwords = {login: str(password) for login, password in file.read()[0].items()}
    await create_database(server.admin_url(), name)
    await upgrade(server.admin_url(name), passwords=passwords)
    return reached(settings, server, name)


def reached(settings: Settings, server: EmbeddedServer, name: str = DATABASE) -> Database:
    """Say how both logins reach a database of the embedded server, which is there already."""
    passwords, _ = KeyFile(settings.login_file).read()
    urls = {
        login: with_driver(server.url(login, str(password), name))
        for login, password in passwords.items()
    }
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
    file = settings.master_key_file
    alone = settings.database_url is None
    if not alone and not file.exists():
        raise KeyFileRefused(
            f"There is no {file}: put it back from where you keep it apart, or make the first one"
            " with c34 keys make-master."
        )
    return MasterKeys.from_file(file, create=alone)


def make_master_keys(settings: Settings) -> bool:
    """Make the file of master keys where there is none, and say whether there was none."""
    fresh = not settings.master_key_file.exists()
    MasterKeys.from_file(settings.master_key_file, create=True)
    return fresh


def local_issuer(settings: Settings) -> LocalIssuer:
    """Return the issuer of the service's own tokens."""
    if settings.c34_signing_keys is not None:
        keys = SigningKeys.from_text(settings.c34_signing_keys.get_secret_value(), now)
    else:
        keys = SigningKeys.from_file(settings.signing_key_file, now)
    base = str(settings.c34_public_url).rstrip("/")
    return LocalIssuer(base, base, keys, now)


@asynccontextmanager
async def opened(
    settings: Settings, database: Database, issuer: LocalIssuer
) -> AsyncIterator[House]:
    """Open what the gate works with.

    All that is there to stay is there now: the collector of garbage need not walk it again, which
    took as long as half of a large batch. Nor does it look after each few hundred objects more,
    of which a batch makes a hundred thousand.
    """
    async with house(
        url=database.url,
        release_url=database.release_url,
        keys=master_keys(settings),
        issuer=issuer,
        verifier=Verifier([issuer.trusted()], now),
        pool_size=settings.c34_pool_size,
        statement_cache=settings.c34_statement_cache,
        quotas=quotas(settings),
        job_lease=timedelta(seconds=settings.c34_job_lease),
    ) as opened:
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECTED_AFTER)
        yield opened


def quotas(settings: Settings) -> Quotas:
    """Count callers from nothing on, as these settings say."""
    seconds = settings.c34_quota_window
    return Quotas(
        account=Quota(settings.c34_quota, seconds),
        address=Quota(settings.c34_address_quota, seconds),
    )


def application(settings: Settings, database: Database) -> FastAPI:
    """Assemble the application on a database."""
    issuer = local_issuer(settings)
    limits = Limits(settings.c34_body_limit, settings.c34_batch_limit)
    origins = settings.c34_origins
    return create_app(lambda: opened(settings, database, issuer), issuer, limits, origins)


def application_of_environment() -> FastAPI:
    """Assemble the application of a worker, whose parent has told it the database."""
    configure()
    settings = Settings()
    return application(settings, database_set(settings))


COLLECTED_AFTER: Final = (20_000, 20, 20)
"""Objects, and collections, after which the collector of garbage looks at the newer ones."""
APPLICATION: Final = "app.serving:application_of_environment"
OPTIONS: Final[Mapping[str, Any]] = {
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "date_header": True,
    "timeout_keep_alive": 30,
    "h11_max_incomplete_event_size": 65_536,
}
"""How the server of the service speaks HTTP, wherever it listens."""


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Take a port before anything else is done, or raise ``PortTrouble``; 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((host, port))
            taken.listen(BACKLOG)
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or "it is not an address"
            if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
                why = "another program uses it, perhaps this one in another window"
            raise PortTrouble(
                f"Cannot listen on port {port} of {host}: {why}. Stop what uses it, or choose"
                " another port with --port or C34_PORT."
            ) from None
        yield taken


def address_of(taken: socket.socket) -> str:
    """Return the address at which this machine reaches what listens on a socket."""
    host, port = taken.getsockname()[:2]
    host = "127.0.0.1" if host in ANYWHERE else host
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@asynccontextmanager
async def served(app: FastAPI, taken: socket.socket) -> AsyncIterator[asyncio.Task[None]]:
    """Serve an application meanwhile; the task ends when the process is told to stop.

    What keeps the application from starting is raised here, for the server would only log it.
    """
    async with app.router.lifespan_context(app):
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", **OPTIONS))
        serving = asyncio.create_task(server.serve(sockets=[taken]))
        try:
            yield serving
        finally:
            server.should_exit = True
            await asyncio.wait([serving])


def run_until_stopped(main: Coroutine[Any, Any, None]) -> None:
    """Run a service in the loop of its server; SIGTERM ends it as Ctrl-C does, in good order."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    loop = uvicorn.Config(APPLICATION, **OPTIONS).get_loop_factory()
    with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=loop) as runner:
        runner.run(main)


def serve(settings: Settings, database: Database, taken: socket.socket) -> None:
    """Serve on a port until told to stop; several workers learn the database from their parent."""
    log.info("listening", url=address_of(taken))
    if settings.c34_workers == 1:

        async def alone() -> None:
            async with served(application(settings, database), taken) as serving:
                await serving

        run_until_stopped(alone())
        return
    os.environ["DATABASE_URL"] = plain(database.url)
    os.environ["RELEASE_DATABASE_URL"] = plain(database.release_url)
    master_keys(settings)  # made before the workers look for them
    workers = settings.c34_workers
    config = uvicorn.Config(APPLICATION, factory=True, workers=workers, **OPTIONS)
    Multiprocess(config, sockets=[taken]).run()
