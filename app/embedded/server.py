"""The embedded server as the program sees it: enter it, use its address, leave it."""

import logging
import shutil
import signal
import subprocess
import threading
import time
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

from app.embedded.account import account_for
from app.embedded.binaries import find_binaries, within_reach
from app.embedded.cluster import ADMIN, Cluster
from app.embedded.folder import Claim, DataFolder, Note
from app.embedded.socket_folder import socket_folder
from app.embedded.trouble import ServerTrouble, explain, passes_by_itself, trouble_with

PATIENCE: Final = 30.0
"""Seconds a first start waits for the last processes of a killed server to leave."""

LONGEST_PAUSE: Final = 5.0
"""Seconds between two attempts to restart a server that keeps dying."""

STEADY: Final = 60.0
"""Seconds of service after which a death counts as the first again."""

WORRYING: Final = 5
"""Deaths in a row after which the log says that restarting does not help."""

_STOPS: Final = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
_log = logging.getLogger(__name__)


class EmbeddedServer:
    """A PostgreSQL server that lives as long as the ``with`` block that holds it.

    It listens on a Unix socket alone and is restarted when it dies. A second process that enters
    the same data folder uses the first one's server, and runs it itself once the first one leaves.
    """

    def __init__(
        self,
        data: Path,
        *,
        binaries: Path | None = None,
        durable: bool = True,
        account: str | None = None,
    ) -> None:
        """Name the data folder; ``durable=False`` trades it for speed in tests.

        ``binaries`` is a folder with ``postgres`` and ``initdb``; ``account`` is who runs the
        server when root starts it and there are no data yet.
        """
        self._folder = DataFolder(data.absolute())
        self._wanted = binaries
        self._durable = durable
        self._account = account
        self._socket: Path | None = None
        self._seen: Note | None = None
        self._trouble: str | None = None
        self._failure: Exception | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._mutex = threading.Lock()
        self._stopping = threading.Event()
        self._settled = threading.Event()
        # The server gets a signal when the thread that started it ends: this one never does
        # before its time, whatever thread the program enters from.
        self._keeper = threading.Thread(target=self._keep, name="embedded-postgres", daemon=True)

    @property
    def trouble(self) -> str | None:
        """Say why the server is down at this moment, in a sentence; none while it is up."""
        return self._trouble

    @property
    def process(self) -> int | None:
        """Return the server's process number; none where another process runs the server."""
        return self._server.pid if self._server else None

    def __enter__(self) -> Self:
        """Start the server, or join the one that runs, and wait until it takes connections.

        :raises ServerTrouble: it cannot be started; the message says why in one sentence.
        """
        self._keeper.start()
        try:
            self._settled.wait()
        except BaseException:
            self._stop()
            raise
        if self._failure is not None:
            self._stop()
            raise self._failure
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Shut the server down cleanly if it is ours."""
        self._stop()

    def url(self, login: str, password: str, database: str) -> str:
        """Return the address of a database for a login."""
        if self._socket is None:
            raise ServerTrouble("The embedded PostgreSQL is not running.")
        who = f"{quote(login, safe='')}:{quote(password, safe='')}"
        return f"postgresql://{who}@/{quote(database, safe='')}?host={self._socket}"

    def admin_url(self, database: str = "postgres") -> str:
        """Return the address of a database for the superuser: never for requests."""
        return self.url(ADMIN, self._folder.password(), database)

    def _stop(self) -> None:
        self._stopping.set()
        for number, patience in _STOPS:
            with self._mutex:
                if self._server is not None and self._server.poll() is None:
                    self._server.send_signal(number)
            self._keeper.join(patience)
            if not self._keeper.is_alive():
                break
        self._socket = None

    def _keep(self) -> None:
        """Run the server while this process has the claim, and follow the one that has it."""
        try:
            while not self._stopping.is_set():
                self._turn()
        except Exception as error:  # noqa: BLE001 - the entering thread raises it
            self._failure = error
            self._trouble = str(error)
        finally:
            self._settled.set()

    def _turn(self) -> None:
        """Take one turn; trouble ends a start that never was, and later is outlasted."""
        try:
            self._folder.make()
            with closing(Claim(self._folder)) as claim:
                if claim.take():
                    self._run(claim)
                else:
                    self._follow(claim)
        except OSError as error:
            self._bear(trouble_with(error, self._folder.home))
        except ServerTrouble as trouble:
            self._bear(trouble)

    def _bear(self, trouble: ServerTrouble) -> None:
        if not self._settled.is_set():
            raise trouble
        self._trouble = str(trouble)
        _log.error("The embedded PostgreSQL is down. %s", trouble)
        self._stopping.wait(LONGEST_PAUSE)

    def _follow(self, claim: Claim) -> None:
        """Use the server of the process that has the claim, and look again a little later."""
        note = claim.told()
        if note is not None and note.holds:
            # Seen twice: a process being killed has its claim for some milliseconds more.
            if note == self._seen:
                self._socket = Path(note.socket)
                self._trouble = None
                self._settled.set()
        elif self._settled.is_set():
            self._trouble = "The process that runs the embedded PostgreSQL has no server just now."
        self._seen = note
        self._stopping.wait(0.5 if self._settled.is_set() else 0.05)

    def _run(self, claim: Claim) -> None:
        """Start the server, and start it again whenever it dies, until told to stop."""
        account = account_for(self._folder.cluster, self._account)
        binaries = within_reach(find_binaries(self._wanted), account)
        earlier = claim.told()
        socket = socket_folder(account, Path(earlier.socket) if earlier else None)
        try:
            claim.tell(socket, ready=False)
            cluster = Cluster(self._folder, binaries, account, durable=self._durable)
            cluster.make()
            self._serve(cluster, claim, socket)
        finally:
            shutil.rmtree(socket, ignore_errors=True)

    def _serve(self, cluster: Cluster, claim: Claim, socket: Path) -> None:
        began = time.monotonic()
        deaths = 0
        while True:
            log_begun = self._folder.log_begun()
            steady, code = self._one_life(cluster, claim, socket)
            if self._stopping.is_set():
                return
            claim.tell(socket, ready=False)
            said = self._folder.log_since(log_begun)
            patient = passes_by_itself(said) and time.monotonic() - began < PATIENCE
            if not self._settled.is_set() and not patient:
                raise ServerTrouble(explain(said, code, self._folder.home))
            deaths = 1 if steady else deaths + 1
            self._mourn(explain(said, code, self._folder.home), deaths)
            cluster.stop_stray(socket)
            self._stopping.wait(min(LONGEST_PAUSE, 0.05 * 2**deaths))

    def _one_life(self, cluster: Cluster, claim: Claim, socket: Path) -> tuple[bool, int]:
        """Run the server until it ends; say whether it had been up for a good while, and its code.

        :raises OSError: it cannot be run, or the claim cannot be written; then no server is left.
        """
        with self._mutex:
            if self._stopping.is_set():
                return False, 0
            server = self._server = cluster.start(socket)
        began = time.monotonic()
        try:
            if cluster.becomes_ready(server):
                self._welcome(claim, socket)
        except BaseException:
            server.send_signal(signal.SIGINT)
            raise
        finally:
            code = server.wait()
        return time.monotonic() - began > STEADY, code

    def _welcome(self, claim: Claim, socket: Path) -> None:
        claim.tell(socket, ready=True)
        if self._trouble is not None:
            _log.warning("The embedded PostgreSQL is up again.")
        self._socket = socket
        self._trouble = None
        self._settled.set()

    def _mourn(self, sentence: str, deaths: int) -> None:
        """Keep a sentence on why the server is down; log the first death, and that it goes on."""
        again = f" It has died {deaths} times in a row." if deaths > 1 else ""
        self._trouble = sentence + again
        if deaths in (1, WORRYING):
            _log.error("The embedded PostgreSQL is down and being restarted. %s", self._trouble)
