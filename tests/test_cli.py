"""``c34``, each command a process of its own."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
from conftest import Addresses
from processes import c34, running
from slow import slow

from app.embedded.server import EmbeddedServer

SHEET = "name,state,external_ids.invented,enrollment\n"
TWO = SHEET + "Nowhere,ZZ,1,40\nElsewhere,ZZ,2,\n"
FAULTY = SHEET + "Nowhere,ZZ,1,40\nElsewhere,Zed,2,1.5\n,ZZ,3,\n"


class Service:
    """A service that runs, its data folder, and its administrator's key."""

    def __init__(self, data: Path, url: str, key: str, key_id: str) -> None:
        self.data, self.url, self.key, self.key_id = data, url, key, key_id

    def asked(self, key: str) -> int:
        """Ask who one is, and return the status."""
        headers = {"Authorization": f"Bearer {key}"}
        return httpx.get(f"{self.url}/v1/me", headers=headers).status_code

    def names(self) -> list[str]:
        headers = {"Authorization": f"Bearer {self.key}"}
        listed = httpx.get(f"{self.url}/v1/districts", headers=headers).json()["data"]
        return [each["name"] for each in listed]


def key_made(said: str) -> str:
    """Find the id of a key in what was told beside it."""
    found = re.search(r"key ([0-9a-f-]{36});", said)
    assert found, said
    return found[1]


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """Serve on a free port, and say where."""
    with running(data, "serve") as command:
        command.until('"event": "listening"')
        (line,) = [each for each in command.said.splitlines() if '"listening"' in each]
        yield json.loads(line)["url"]
        assert command.stop() == 0


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("service")
    made = c34(data, *CREATE, "--role", "consortium_admin")
    assert made.returncode == 0, made.stderr
    with serving(data) as url:
        yield Service(data, url, made.stdout.strip(), key_made(made.stderr))


CREATE = ("keys", "create", "--subject", "ada", "--name", "Ada Invented")


# keys


def test_the_first_key_is_made_without_a_service_and_opens_it(service: Service) -> None:
    consortium = httpx.get(
        f"{service.url}/v1/consortium", headers={"Authorization": f"Bearer {service.key}"}
    ).json()

    assert service.asked(service.key) == 200
    assert consortium["name"] == "Consortium 2034"


def test_a_key_that_is_replaced_or_revoked_beside_the_service_is_refused(service: Service) -> None:
    made = c34(service.data, *CREATE, "--role", "analyst")
    first = made.stdout.strip()
    before = service.asked(first)
    rotated = c34(service.data, "keys", "rotate", key_made(made.stderr), "--overlap-hours", "0")
    second = rotated.stdout.strip()
    between = (service.asked(first), service.asked(second))
    revoked = c34(service.data, "keys", "revoke", key_made(rotated.stderr))
    after = (service.asked(first), service.asked(second))

    assert (before, between, after) == (200, (401, 200), (401, 401))
    assert (revoked.returncode, revoked.stdout) == (0, "")
    assert revoked.stderr == f"The key {key_made(rotated.stderr)} is revoked.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("keys", "create", "--role", "viewer", "--subject", "a", "--name", "A"),
            "One fault in the request. /items/0/district_id: The role is held in a district.",
        ),
        (
            ("keys", "create", "--role", "viewer", "--subject", "a b", "--name", "A"),
            "SUBJECT: A subject is 1 to 255 printable ASCII characters without a blank.",
        ),
        (
            ("keys", "revoke", "00000000-0000-7000-8000-00000000abcd"),
            "There is nothing here, or nothing within your reach.",
        ),
    ],
)
def test_what_the_operator_may_not_have_is_told_in_a_sentence(
    service: Service, words: tuple[str, ...], said: str
) -> None:
    refused = c34(service.data, *words)

    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", f"c34: {said}\n")


# import


def imported(service: Service, text: str, *more: str, key: str | None = None) -> tuple[int, str]:
    """Import a file, and return the exit code and what was said."""
    file = service.data / "districts.csv"
    file.write_text(text)
    done = c34(
        service.data,
        "import",
        "districts",
        str(file),
        *more,
        C34_KEY=service.key if key is None else key,
        C34_PUBLIC_URL=service.url,
    )
    return done.returncode, done.stdout + done.stderr


def test_an_import_is_tried_then_done_then_changes_nothing(service: Service) -> None:
    tried = imported(service, TWO, "--dry-run")
    before = service.names()
    done = imported(service, TWO)
    again = imported(service, TWO)

    assert tried == (0, "created 2, corrected 0, failed 0 (only tried)\n")
    assert before == []
    assert done == (0, "created 2, corrected 0, failed 0\n")
    assert again == (0, "created 0, corrected 2, failed 0\n")
    assert service.names() == ["Elsewhere", "Nowhere"]


def test_every_fault_of_a_file_is_in_the_table_and_nothing_is_stored(service: Service) -> None:
    code, said = imported(service, FAULTY.replace("Nowhere", "Somewhere"))

    assert code == 1
    assert [line.strip().split(maxsplit=2) for line in said.splitlines()] == [
        ["row", "column", "what is wrong"],
        ["3", "state", "A state or territory is its two-letter postal code."],
        ["3", "enrollment", "Not a whole number."],
        ["4", "name", "Required."],
        ["created", "0,", "corrected 0, failed 0"],
    ]
    assert "Somewhere" not in service.names()


def test_the_sound_rows_of_a_file_are_taken_where_that_is_asked(service: Service) -> None:
    code, said = imported(service, FAULTY.replace("ZZ,1", "ZZ,9"), "--best-effort")

    assert code == 1
    assert said.splitlines()[-1] == "created 1, corrected 0, failed 2"


def test_an_import_that_reaches_nobody_is_told_in_a_sentence(service: Service) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = f"http://127.0.0.1:{probe.getsockname()[1]}"

    assert imported(service, TWO, "--url", free) == (
        1,
        f"c34: No service answers at {free} (ConnectError): is `c34 serve` running there?\n",
    )
    assert imported(service, TWO, key="c34_nobody") == (
        1,
        "c34: The service takes nothing (401): Send a bearer token that holds.\n",
    )
    assert c34(service.data, "import", "districts", "absent.csv", C34_KEY=service.key).stderr == (
        "c34: absent.csv cannot be read: No such file or directory.\n"
    )


# doctor


def findings(data: Path, **more: str) -> tuple[int, dict[str, str], list[str]]:
    """What the doctor says: exit code, what it found well, what it found wrong."""
    done = c34(data, "doctor", **{"C34_PORT": "0", **more})
    assert done.stderr == ""
    lines = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    told = [re.fullmatch(r"(ok   |WRONG) ([a-z ]+): (.*)", line) for line in lines]
    well = {each[2]: each[3] for each in told if each and each[1] == "ok   "}
    wrong = [each[2] for each in told if each and each[1] == "WRONG"]
    assert len(well) + len(wrong) == len(lines)
    return done.returncode, well, wrong


def test_the_doctor_finds_a_fresh_folder_well_twice(tmp_path: Path) -> None:
    first = findings(tmp_path)
    second = findings(tmp_path)

    assert first[1].keys() == second[1].keys()
    assert (second[0], second[2]) == (0, [])
    assert (first[0], first[2]) == (0, [])
    assert list(first[1]) == [
        "python",
        "settings",
        "data folder",
        "master keys",
        "signing keys",
        "passwords",
        "port",
        "database",
        "schema",
    ]
    assert first[1]["schema"] == "there is none yet; the first start makes it"


def test_the_doctor_finds_a_running_service_well(service: Service) -> None:
    port = service.url.rpartition(":")[2]
    code, well, wrong = findings(service.data, C34_PORT=port)

    assert (code, wrong) == (0, [])
    assert well["port"] == f"{port} of 127.0.0.1 has this service, which is running"
    assert well["schema"] == "at revision 0010"
    assert well["logins"] == "both see no more than they must"
    assert well["master keys"] == str(service.data / "keys" / "master.json")


def test_the_doctor_finds_what_is_wrong_and_how_to_mend_it(service: Service) -> None:
    keys = service.data / "keys"
    (keys / "signing.json").chmod(0o644)
    (keys / "master.json").rename(keys / "elsewhere.json")
    try:
        with stranger() as port:
            done = c34(service.data, "doctor", C34_PORT=str(port))
    finally:
        (keys / "elsewhere.json").rename(keys / "master.json")
        (keys / "signing.json").chmod(0o600)
    lines = done.stdout.splitlines()
    wrong = [lines[at : at + 2] for at, line in enumerate(lines) if line.startswith("WRONG")]

    assert done.returncode == 1
    assert wrong == [
        [
            f"WRONG master keys: there is no {keys}/master.json",
            "      Put it back from where you keep it apart; without it no answer can be opened.",
        ],
        [
            f"WRONG signing keys: Others can read the key file {keys}/signing.json: chmod 600 it.",
            f"      chmod 600 {keys}/signing.json, or put back what was in it.",
        ],
        [
            f"WRONG port: {port} of 127.0.0.1 cannot be had: Address already in use",
            "      Stop what uses it, or set C34_PORT and C34_HOST.",
        ],
    ]


class Strange(BaseHTTPRequestHandler):
    """Another program that speaks HTTP too."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def stranger() -> Iterator[int]:
    """Have another program on a port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Strange) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        yield other.server_address[1]
        other.shutdown()


@pytest.mark.parametrize(
    ("wrong", "settings"),
    [
        ("settings", {"C34_WORKERS": "none"}),
        ("settings", {"DATABASE_URL": "mysql://nowhere/none"}),
        ("data folder", {"C34_DATA": "/dev/null/var"}),
        ("database", {"C34_POSTGRES_BINARIES": "/nowhere"}),
        ("database", {"DATABASE_URL": "postgresql://c34_app@127.0.0.1:1/none"}),
    ],
)
def test_the_doctor_names_what_is_wrong(
    tmp_path: Path, wrong: str, settings: dict[str, str]
) -> None:
    code, _, found = findings(tmp_path, **settings)

    assert code == 1
    assert wrong in found


@pytest.mark.anyio
async def test_the_doctor_refuses_a_login_that_sees_too_much(
    tmp_path: Path, server: EmbeddedServer, addresses: Addresses
) -> None:
    made = c34(tmp_path, "keys", "make-master")
    admin = server.admin_url(addresses.owner.database or "")
    code, well, wrong = findings(tmp_path, DATABASE_URL=admin, RELEASE_DATABASE_URL=admin)

    assert made.returncode == 0
    assert (code, wrong) == (1, ["logins"])
    assert well["schema"] == "at revision 0010"


# settings and addresses


def test_a_setting_that_cannot_be_used_is_named_without_its_value(tmp_path: Path) -> None:
    refused = c34(tmp_path, "serve", C34_PORT="eighty", C34_WORKERS="900")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert [line.partition(":")[0] for line in refused.stderr.splitlines()] == [
        "C34_PORT",
        "C34_WORKERS",
    ]
    assert "eighty" not in refused.stderr


@slow
def test_a_postgresql_that_does_not_answer_is_told_in_a_sentence(tmp_path: Path) -> None:
    nowhere = "postgresql://c34_app:odd-secret@127.0.0.1:1/none"
    served = c34(tmp_path, "serve", DATABASE_URL=nowhere, RELEASE_DATABASE_URL=nowhere)
    upgraded = c34(tmp_path, "db", "upgrade", "--admin-url", nowhere)
    half = c34(tmp_path, "serve", DATABASE_URL=nowhere)

    assert [served.returncode, upgraded.returncode, half.returncode] == [1, 1, 1]
    assert served.stderr.splitlines()[-1] == (
        "c34: PostgreSQL cannot be used at DATABASE_URL (ConnectionRefusedError): look at the"
        " address, the login in it, and whether it runs there."
    )
    assert upgraded.stderr == (
        "c34: PostgreSQL cannot be used at --admin-url (ConnectionRefusedError): look at the"
        " address, the login in it, and whether it runs there.\n"
    )
    assert half.stderr.splitlines()[-1] == (
        "c34: Set DATABASE_URL and RELEASE_DATABASE_URL, or neither of them."
    )


@slow
def test_several_workers_serve_on_one_port(tmp_path: Path) -> None:
    with running(tmp_path, "serve", C34_WORKERS="2") as command:
        command.until('"event": "listening"')
        (line,) = [each for each in command.said.splitlines() if '"listening"' in each]
        ready = httpx.get(json.loads(line)["url"] + "/ready", timeout=60)
        code = command.stop()

    assert (ready.status_code, code) == (200, 0)


# master keys


@slow
def test_a_master_key_is_replaced_beside_the_service(tmp_path: Path) -> None:
    made = c34(tmp_path, *CREATE, "--role", "consortium_admin")
    with serving(tmp_path) as url:
        (old, *_) = c34(tmp_path, "keys", "masters").stdout.split()
        new = c34(tmp_path, "keys", "rotate-master").stdout.strip()
        wrapped = c34(tmp_path, "keys", "rewrap").stdout
        listed = c34(tmp_path, "keys", "masters").stdout.splitlines()
        current = c34(tmp_path, "keys", "forget-master", new)
        forgotten = c34(tmp_path, "keys", "forget-master", old)
        shredded = c34(tmp_path, "keys", "shred", "--final")
        served = Service(tmp_path, url, made.stdout.strip(), "").names()

    assert wrapped == "0 data keys are wrapped anew.\n"
    assert listed == [f"{new} (current): needed by nothing", f"{old}: needed by nothing"]
    assert (current.returncode, current.stderr) == (
        1,
        f"c34: {new} is not a previous master key.\n",
    )
    assert (forgotten.returncode, forgotten.stderr) == (
        0,
        f"The master key {old} is forgotten.\n",
    )
    assert (shredded.returncode, shredded.stdout) == (
        0,
        f"0 districts shredded.\n{new} (current): needed by nothing\n",
    )
    assert served == []
