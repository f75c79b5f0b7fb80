"""A PostgreSQL cluster: made once, started as often as need be."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

from app.embedded.account import OPENED, Account
from app.embedded.binaries import BUILTIN_LOCALES, Binaries, answer_of
from app.embedded.child import opened_for, start
from app.embedded.folder import DataFolder
from app.embedded.socket_folder import PORT, stands
from app.embedded.trouble import ServerTrouble, explain

ADMIN: Final = "c34_admin"
"""The superuser's login, for migrations and backups; requests never use it."""

_SETTINGS: Final = (
    "listen_addresses=",
    f"port={PORT}",
    "unix_socket_permissions=0700",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "logging_collector=off",
    "log_destination=stderr",
    # A confidential value must not reach the log: no parameters, no rows, no statements.
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
)
_FORGETFUL: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_SOCKET_LINE: Final = 4
_STATUS_LINE: Final = 7


class Cluster:
    """One cluster, the programs that run it and the account they run under."""

    def __init__(
        self, folder: DataFolder, binaries: Binaries, account: Account | None, *, durable: bool
    ) -> None:
        self.folder: Final = folder
        self._binaries = binaries
        self._account = account
        self._durable = durable

    def make(self) -> None:
        """Make the cluster where there is none; half of one, left by a kill, is made anew.

        :raises ServerTrouble: ``initdb`` fails, the data are of another major version, or the
            password that opens them is lost.
        """
        folder = self.folder
        password = folder.password()
        if folder.cluster.exists():
            self._check_version()
            return
        if folder.unfinished.exists():
            shutil.rmtree(folder.unfinished)
        folder.unfinished.mkdir(mode=0o700)
        self._hand_over(folder.unfinished)
        self._initdb(password)
        folder.unfinished.rename(folder.cluster)
        folder.settle()

    def _check_version(self) -> None:
        made_by = (self.folder.cluster / "PG_VERSION").read_text().strip()
        if made_by != str(self._binaries.major):
            raise ServerTrouble(
                f"The data in {self.folder.home} were made by PostgreSQL {made_by} and the programs"
                f" in {self._binaries.folder} are of version {self._binaries.major}: name the"
                f" programs of PostgreSQL {made_by} in the settings."
            )

    def _hand_over(self, made: Path | int) -> None:
        if self._account is not None:
            os.chown(made, self._account.uid, self._account.gid)

    def _initdb(self, password: str) -> None:
        with ExitStack() as opened:
            secret = opened.enter_context(tempfile.TemporaryFile())
            secret.write(password.encode())
            secret.seek(0)
            self._hand_over(secret.fileno())
            where, inherit = opened.enter_context(opened_for(self._account, self.folder.unfinished))
            child = start(
                self._account,
                [
                    *(self._binaries.initdb, f"--pgdata={where}", *self._ways()),
                    f"--pwfile=/dev/fd/{secret.fileno()}",
                ],
                inherit=(*inherit, secret.fileno()),
                output=subprocess.PIPE,
                environment={},
            )
            said = child.communicate()[0].decode(errors="replace")
        if child.returncode:
            raise ServerTrouble(explain(said, child.returncode, self.folder.home))

    def _ways(self) -> list[str]:
        ways = ["--encoding=UTF8", "--locale=C.UTF-8", f"--username={ADMIN}"]
        ways += ["--auth=scram-sha-256", "--no-instructions"]
        if self._binaries.major >= BUILTIN_LOCALES:
            ways.append("--locale-provider=builtin")
        if not self._durable:
            ways.append("--no-sync")
        return ways

    def start(self, socket: Path) -> subprocess.Popen[bytes]:
        """Start the server as a child of this thread, whose end it does not outlive."""
        if not stands(socket, self._account):
            raise ServerTrouble(f"The folder of the socket, {socket}, was taken by another.")
        settings = [*_SETTINGS, f"unix_socket_directories={socket}"]
        settings += ["fsync=on"] if self._durable else _FORGETFUL
        options = [part for setting in settings for part in ("-c", setting)]
        with opened_for(self._account, self.folder.cluster) as (where, inherit):
            log = self.folder.log_opened()
            try:
                return start(
                    self._account,
                    [self._binaries.postgres, "-D", where, *options],
                    inherit=inherit,
                    output=log,
                    environment=self._disowned(),
                )
            finally:
                os.close(log)

    def becomes_ready(self, server: subprocess.Popen[bytes]) -> bool:
        """Wait until the server takes connections, however long it recovers; false if it ends."""
        while server.poll() is None:
            lines = self._process_file()
            if lines[:1] == [str(server.pid)] and lines[_STATUS_LINE:] == ["ready"]:
                return True
            time.sleep(0.005)
        return False

    def stop_stray(self, socket: Path) -> None:
        """Ask a server that outlived the process that had the claim before us to leave.

        Linux ends it with its parent, other systems do not. Its socket tells that it is ours.
        """
        recorded = self._recorded()
        ours = self._process_file()[_SOCKET_LINE:][:1] == [str(socket)]
        if ours and recorded is not None and self._is_server(recorded):
            with suppress(OSError):  # it left meanwhile
                os.kill(recorded, signal.SIGINT)

    def _process_file(self) -> list[str]:
        try:
            text = (self.folder.cluster / "postmaster.pid").read_text()
        except OSError:
            return []
        return [line.strip() for line in text.splitlines()]

    def _recorded(self) -> int | None:
        lines = self._process_file()
        return int(lines[0]) if lines and lines[0].isdigit() else None

    def _is_server(self, process: int) -> bool:
        """Say whether the process is this cluster's server: that works in the cluster's folder."""
        if OPENED.is_dir():
            try:
                return Path(f"/proc/{process}/cwd").samefile(self.folder.cluster)
            except OSError:
                return False
        return "postgres" in answer_of("/bin/ps", "-o", "comm=", "-p", str(process))

    def _disowned(self) -> dict[str, str]:
        """Tell the server that a process number it finds recorded is someone else's by now.

        After a hard stop of the machine or container the number in ``postmaster.pid`` may belong
        to any program, and PostgreSQL would refuse to start. It ignores the number given here
        (meant for the caller of ``pg_ctl``), and still refuses while shared memory is in use.
        """
        recorded = self._recorded()
        if recorded is None or self._is_server(recorded):
            return {}
        return {"PG_GRANDPARENT_PID": str(recorded)}
