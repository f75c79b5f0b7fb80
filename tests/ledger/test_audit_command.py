"""``c34 audit``: the ledger brought out of a real service over HTTP, and verified from files."""

import json
import os
import signal
import time
from pathlib import Path

import httpx
import pytest
from processes import PATIENCE, Running, c34, running
from slow import slow

ROLES = ("consortium_admin", "auditor", "analyst")


def keys_of(data: Path) -> dict[str, str]:
    """A key for each role, made by the operator."""
    made = {}
    for role in ROLES:
        told = c34(data, "keys", "create", "--role", role, "--subject", role, "--name", role)
        assert told.returncode == 0, told.stderr
        made[role] = told.stdout.strip()
    return made


def address_of(service: Running) -> str:
    service.until("listening")
    line = next(each for each in service.said.splitlines() if "listening" in each)
    return line[line.index("http://") :].split('"')[0].split()[0]


def caller_of(url: str, key: str) -> httpx.Client:
    return httpx.Client(base_url=url, timeout=60, headers={"Authorization": f"Bearer {key}"})


def write_entries(caller: httpx.Client, count: int) -> None:
    """Each district that is admitted is an entry."""
    for number in range(count):
        answer = caller.post("/v1/districts", json={"name": f"Invented {number}", "state": "CA"})
        assert answer.status_code == 201, answer.text


def sealed(auditor: httpx.Client) -> int:
    """Wait until everything is sealed; how many entries that are."""
    deadline = time.monotonic() + PATIENCE
    while auditor.get("/v1/ledger/unsealed").json()["data"]:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    asked = {"limit": "1", "include_total": "true"}
    return int(auditor.get("/v1/ledger/sealed", params=asked).json()["total"])


def verify(data: Path, *options: object) -> tuple[int, list[str]]:
    told = c34(data, "audit", "verify", *map(str, options))
    return told.returncode, told.stdout.splitlines()


def altered(export: Path, into: Path, change) -> Path:
    """A copy of an export of which one record was changed, or left out."""
    lines = [json.loads(line) for line in export.read_text().splitlines()]
    kept = [each for each in (change(line) for line in lines) if each is not None]
    into.write_text("\n".join(json.dumps(each) for each in kept) + "\n")
    return into


def without_last_batch(export: Path, into: Path) -> Path:
    lines = [json.loads(line) for line in export.read_text().splitlines()]
    last = max(line["number"] for line in lines if line["kind"] == "batch")

    def cut(line):
        of = line.get("number") or line.get("batch")
        return None if of == last else line

    return altered(export, into, cut)


@slow
def test_the_ledger_is_brought_out_and_verified_offline(tmp_path: Path) -> None:
    keys = keys_of(tmp_path)
    export, chain, kept = (tmp_path / name for name in ("all.jsonl", "chain.jsonl", "kept.json"))
    jwks = tmp_path / "jwks.json"
    with running(tmp_path, "serve") as service:
        url = address_of(service)
        with (
            caller_of(url, keys["consortium_admin"]) as admin,
            caller_of(url, keys["auditor"]) as auditor,
        ):
            write_entries(admin, 3)
            entries = sealed(auditor)
            jwks.write_text(auditor.get("/.well-known/jwks.json").text)
        assert service.stop() == 0
    with running(tmp_path, "serve") as service:
        url = address_of(service)
        with caller_of(url, keys["analyst"]) as member:
            kept.write_text(member.get("/v1/ledger/checkpoints/latest").text)
        told = c34(tmp_path, "audit", "export", str(export), "--url", url, C34_KEY=keys["auditor"])
        assert told.returncode == 0, told.stderr
        batches = len(
            [line for line in export.read_text().splitlines() if '"kind": "batch"' in line]
        )
        assert told.stdout == f"{batches} batches, entries: {entries}\n"
        told = c34(tmp_path, "audit", "export", str(chain), "--url", url, C34_KEY=keys["analyst"])
        assert told.stdout == f"{batches} batches, entries: no entry: the key may not read any\n"
    sound = "The ledger is as it was sealed."
    code, said = verify(tmp_path, "--export", export, "--checkpoint", kept, "--jwks", jwks)
    assert (code, said[1:]) == (0, [sound])
    code, said = verify(tmp_path, "--export", chain, "--checkpoint", kept)
    unbroken = "The chain is unbroken; its entries were not there to be looked at."
    assert (code, said[1:]) == (0, [unbroken])
    code, said = verify(tmp_path, "--checkpoint", kept)
    alone = "The checkpoints hold, each by itself and beside the others."
    assert (code, said[-1]) == (0, alone)

    def edit(line):
        if line["kind"] == "entry" and line["position"] == 1 and line["batch"] == 1:
            line["text"] = line["text"].replace("done", "refused")
        return line

    code, said = verify(tmp_path, "--export", altered(export, tmp_path / "edited", edit))
    assert (code, [line.split()[0] for line in said[2:]]) == (1, ["EDITED", "NOT"])
    cut = without_last_batch(export, tmp_path / "cut")
    assert verify(tmp_path, "--export", cut)[0] == 0
    code, said = verify(tmp_path, "--export", cut, "--checkpoint", kept)
    assert (code, [line.split()[0] for line in said[1:]]) == (1, ["CUT", "NOT"])


@slow
def test_a_service_killed_while_it_seals_goes_on_where_it_was(tmp_path: Path) -> None:
    """Killed again and again between writes; what was acknowledged is sealed once, in one chain."""
    keys = keys_of(tmp_path)
    export, written = tmp_path / "all.jsonl", 0
    for delay in (0.9, 1.0, 1.1):
        with running(tmp_path, "serve") as service:
            with caller_of(address_of(service), keys["consortium_admin"]) as admin:
                deadline = time.monotonic() + delay
                while time.monotonic() < deadline:
                    write_entries(admin, 1)
                    written += 1
            os.kill(service.process.pid, signal.SIGKILL)
            service.process.wait(PATIENCE)
    with running(tmp_path, "serve") as service:
        url = address_of(service)
        with caller_of(url, keys["auditor"]) as auditor:
            before = sealed(auditor)
        told = c34(tmp_path, "audit", "export", str(export), "--url", url, C34_KEY=keys["auditor"])
        assert told.returncode == 0, told.stderr
    code, said = verify(tmp_path, "--export", export)
    assert (code, said[-1]) == (0, "The ledger is as it was sealed.")
    lines = [json.loads(line) for line in export.read_text().splitlines()]
    admitted = [
        line
        for line in lines
        if line["kind"] == "entry" and json.loads(line["text"])["action"] == "district:admit"
    ]
    assert len(admitted) == written
    assert len([line for line in lines if line["kind"] == "entry"]) == before


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        ("", "is no export of a ledger"),
        ("{", "is not JSON Lines"),
        ('{"kind": "ledger", "format": 2}\n', "is no export of a ledger"),
        ('{"kind": "ledger", "format": 1}\n[]\n', "has a line that is no record"),
        ('{"kind": "ledger", "format": 1}\n{"kind": "x"}\n', "no record of a ledger"),
        ('{"kind": "ledger", "format": 1}\n{"kind": ["x"]}\n', "no record of a ledger"),
        ('{"kind": "ledger", "format": 1}\n{"kind": "batch", "number": "1"}\n', "no record"),
        ("\udcff", "is not JSON Lines"),
    ],
)
def test_what_is_no_export_is_told_so(tmp_path: Path, content, says) -> None:
    from app.auditing import AuditTrouble, verify

    file = tmp_path / "export"
    if content is not None:
        file.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(AuditTrouble, match=says):
        verify(file, [], None)


@pytest.mark.parametrize("content", [None, "{", "7", '{"data": 7}', "[1]", "{}", "\udcff"])
def test_what_is_no_checkpoint_is_told_so(tmp_path: Path, content) -> None:
    from app.auditing import AuditTrouble, verify

    file = tmp_path / "kept"
    if content is not None:
        file.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(AuditTrouble, match=r"cannot be read|not JSON Lines|else than checkpoints"):
        verify(None, [file], None)


def test_the_command_needs_something_to_verify(tmp_path: Path) -> None:
    told = c34(tmp_path, "audit", "verify")
    assert (told.returncode, told.stdout) == (2, "")
    told = c34(tmp_path, "audit", "verify", "--export", str(tmp_path / "none"))
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == f"c34: {tmp_path / 'none'} cannot be read: No such file or directory.\n"
