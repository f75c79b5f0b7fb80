"""``c34 demo``: makes the demo's database, serves it, loads it, and keeps serving."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage
from typing import Final

from pydantic import HttpUrl
from rich.console import Console

from app.database import drop_database, reaching
from app.embedded.server import EmbeddedServer
from app.operations import create_key, set_up
from app.policy.gate import House
from app.serving import (
    THE_EMBEDDED,
    Database,
    address_of,
    application,
    database_of,
    embedded,
    listening,
    prepare,
    run_until_stopped,
    served,
)
from app.settings import Settings
from app.vocabulary import Role
from demo.california import california
from demo.caller import Caller, DemoTrouble
from demo.invented import invented
from demo.keyring import FOLDER, Keyring
from demo.office import ADMIN
from demo.place import alone
from demo.play import Played, play, steps_of
from demo.progress import Steps
from demo.proofs import Proofs
from demo.scenario import Scenario
from demo.welcome import Told, welcome

SCENARIOS: Final = {420: california, 12: invented}
"""The demos there are, by the number of their members."""
STOPPING: Final = 3.0
"""Seconds in which a service that was told to stop is over."""


SEGMENT: Final = 16 * 1024**2
"""Bytes that PostgreSQL asks for at once, for its log of changes."""


def run(settings: Settings, members: int, *, reset: bool) -> None:
    """Serve a demo until told to stop, loading before what is not loaded yet.

    Raises ``DemoTrouble``, ``PortTrouble``, ``ServerTrouble``, ``SchemaTrouble`` or
    ``KeyFileRefused``: each says in a sentence what is wrong.
    """
    scenario = SCENARIOS[members]()
    console = Console(highlight=False, soft_wrap=True)
    with (
        alone(settings.c34_data / FOLDER, scenario.database),
        listening(settings.c34_host, settings.c34_port) as taken,
    ):
        url = address_of(taken)
        if "c34_public_url" not in settings.model_fields_set:
            settings = settings.model_copy(update={"c34_public_url": HttpUrl(url)})
        keyring = Keyring(settings.c34_data, scenario.database)
        with database_for(settings, scenario, keyring, reset=reset) as database:
            show = Show(settings, scenario, keyring, console, url)
            run_until_stopped(show.go_on(database, taken))
            if not show.loaded:
                raise DemoTrouble("Stopped while loading: the same command goes on from here.")


@contextmanager
def database_for(
    settings: Settings, scenario: Scenario, keyring: Keyring, *, reset: bool
) -> Iterator[Database]:
    """Give the demo a database of its own in the embedded server, or the one that is set."""
    if settings.database_url is not None:
        if reset:
            raise DemoTrouble(
                "--reset drops the database of the embedded server alone: with DATABASE_URL set,"
                " drop that database yourself, make an empty one and run c34 db upgrade."
            )
        with database_of(settings) as database:
            yield database
        return
    with embedded(settings) as server:
        with reaching(THE_EMBEDDED):
            if reset:
                asyncio.run(drop_database(server.admin_url(), scenario.database))
                keyring.forget()
            database = asyncio.run(prepare(settings, server, scenario.database))
        try:
            yield database
        except DemoTrouble as trouble:
            raise DemoTrouble(reason(server, settings.c34_data) or str(trouble)) from None


async def interrupted(loading: asyncio.Task[Played], serving: asyncio.Task[None]) -> bool:
    """Tell whether the load failed because the service is being stopped, which ends after it."""
    if loading.exception() is None:
        return False
    await asyncio.wait({serving}, timeout=STOPPING)
    return serving.done()


def reason(server: EmbeddedServer, data: Path) -> str | None:
    """Say what is behind an answer of the service that only asks to come back later."""
    if server.trouble is None and disk_usage(data).free < SEGMENT:
        return f"The disk that holds {data} is full: make room and try again."
    return server.trouble


class Show:
    """One run of a demo: the service and its load, in one loop."""

    def __init__(
        self, settings: Settings, scenario: Scenario, keyring: Keyring, console: Console, url: str
    ) -> None:
        self._settings = settings
        self._scenario = scenario
        self._keyring = keyring
        self._console = console
        self._url = url
        self._proofs = Proofs(keyring.proofs)
        self.loaded = False

    async def go_on(self, database: Database, taken: socket.socket) -> None:
        """Serve, load what is missing, say how to use it, and serve until told to stop."""
        unlimited = self._settings.model_copy(update={"c34_quota": 0})
        app = application(unlimited, database)
        async with served(app, taken) as serving:
            loading = asyncio.create_task(self._load(app.state.house))
            try:
                await asyncio.wait({serving, loading}, return_when=asyncio.FIRST_COMPLETED)
                if loading.done() and not await interrupted(loading, serving):
                    played = loading.result()
                    self.loaded = True
                    checked = await asyncio.to_thread(list, self._proofs.checked())
                    told = Told(self._scenario, self._keyring, played, checked)
                    welcome(self._console, self._url, told)
                    await serving
            finally:
                loading.cancel()
                await asyncio.wait([loading])

    async def _load(self, house: House) -> Played:
        """Load what is missing, as a client of the service."""
        caller = Caller(self._url)
        steps = Steps(self._console, steps_of(self._scenario))
        try:
            await self._let_in(house, caller)
            with steps.shown():
                played = await play(caller, self._keyring, self._scenario, steps)
                await self._proofs.keep(caller, self._keyring, self._scenario, played)
                return played
        finally:
            await caller.close()

    async def _let_in(self, house: House, caller: Caller) -> None:
        """Make the administrator's key, which nobody can ask for over HTTP, unless it is there."""
        if ADMIN in self._keyring and await caller.knows(self._keyring[ADMIN]):
            return
        self._keyring.forget()
        scenario = self._scenario
        fresh = await set_up(house, scenario.consortium, scenario.adopted_on)
        if not fresh and self._settings.database_url is not None:
            raise DemoTrouble(
                "The database of DATABASE_URL belongs to a consortium already, and the demo has"
                " no key for it: give the demo an empty database."
            )
        name = "Administrator of the demo"
        made = await create_key(
            house, Role.CONSORTIUM_ADMIN, subject=f"consortium.{ADMIN}", name=name, key_name="demo"
        )
        self._keyring.keep({ADMIN: made.secret})
