"""The first page, as written: from a clone to a released benchmark."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from processes import PATIENCE, READY, TWELVE, running
from slow import slow

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```bash\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.fixture
def environment() -> dict[str, str]:
    """What a newcomer has set, and the port that the README names a variable for."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("C34_", "VIRTUAL_ENV", "PYTHON")) and "DATABASE_URL" not in name
    }
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    return {**kept, "C34_PORT": str(port)}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with what is in this folder now, committed or not."""
    made = tmp_path / "repository"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    for name in listed.decode().split("\0"):
        if name and (ROOT / name).exists():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, made / name)
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "All"],
    ):
        subprocess.run(["git", *words], cwd=made, check=True)
    return made


@pytest.fixture
def cloned(tmp_path: Path, environment: dict[str, str], repository: Path) -> Iterator[Path]:
    """Run the first block in a terminal of its own, until it serves; return the clone."""
    said = tmp_path / "said.txt"
    with said.open("wb") as output:
        terminal = subprocess.Popen(
            ["bash", "-eu", "-c", BLOCKS[0]],
            cwd=tmp_path,
            env={**environment, "REPOSITORY": str(repository)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while READY not in said.read_text():
            assert terminal.poll() is None, said.read_text()
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.1)
        yield tmp_path / "consortium-2034"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(terminal.pid, signal.SIGINT)
        terminal.wait(PATIENCE)


def answers(said: str) -> list[Any]:
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


def walk(folder: Path, environment: dict[str, str]) -> None:
    """Run what follows the first block in a second terminal, and look at where it leads."""
    walked = subprocess.run(
        ["bash", "-eu", "-c", "\n".join(BLOCKS[1:])],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (walked.returncode, walked.stderr) == (0, "")
    *told, whole, of_a_class = answers(walked.stdout)
    (refused,) = [each for each in told if "request_id" in each]
    (summary,) = [each for each in told if "invited" in each]
    planned, compared, attempted, certificate = told[1:5]

    assert (whole["plan"]["title"], len(whole["goals"])) == ("Prairie plan 2.0", 5)
    assert (of_a_class["plan"], of_a_class["cohort"]) == (whole["plan"], 2034)
    assert (refused["status"], refused["rule"]) == (403, "TR-02")
    assert (summary["invited"], summary["attested"]) == (12, 12)
    assert [(cell["group"], cell["status"], cell["n"]) for cell in told[0]["data"]] == [
        (None, "published", 10),
        ("By the sea", "published", 5),
        ("On the plain", "published", 5),
        ("Large", "withheld", None),
        ("Small", "withheld", None),
    ]
    assert [(each["group"], each["rule"], signs(each)) for each in planned["data"]] == [
        (None, None, None),
        ("By the sea", None, None),
        ("On the plain", None, None),
        ("Large", "DR-01", None),
        ("Small", "DR-05", ["1", "-1"]),
    ]
    assert (compared["in_both"], compared["only_here"], compared["only_there"]) == (26, [], [])
    assert [(each["rule"], signs(each)) for each in attempted["data"]] == [("DR-05", ["1", "-1"])]
    assert certificate["certificate"]["audit"] == {
        "figures": 26,
        "outcome": "certified",
        "earlier_releases": 0,
    }
    assert {
        name for name in walked.stdout.split() if name.endswith((".json", ".jsonl", ".pdf"))
    } == {
        "cells.jsonl",
        "certificate.json",
        "checkpoint.json",
        "exposure.pdf",
        "inclusion.json",
        "jwks.json",
        "ledger.jsonl",
    }
    assert [
        (cell["item"], cell["group"], cell["statistic"], cell["n"], cell["value"], cell["unit"])
        for cell in told[-1]["data"]
    ] == [
        ("planning-hours", None, statistic, 12, value, "hours a week")
        for statistic, value in (
            ("mean_of_districts", 2.9),
            ("lower_half", 1.8),
            ("middle_half", 2.8),
            ("upper_half", 4),
        )
    ]


def signs(cell: Any) -> list[str] | None:
    """How often each figure is taken by the recipe of a cell that is kept back."""
    return cell["recipe"] and [each["times"] for each in cell["recipe"]]


@slow
def test_the_first_page_leads_from_a_clone_to_a_released_benchmark(
    cloned: Path, environment: dict[str, str]
) -> None:
    walk(cloned, environment)


@slow
def test_its_walk_leads_from_a_question_to_a_released_benchmark(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    data = tmp_path / "data of the demo"
    with running(data, *TWELVE) as command:
        command.until(READY)
        walk(tmp_path, {**environment, "C34_DATA": str(data)})


def test_what_the_page_says_in_its_first_ten_lines_fits_there() -> None:
    opening, _, _ = README.partition("\n## ")

    assert opening.startswith("# Consortium 2034\n")
    assert len(opening.strip().splitlines()) <= 10


def test_every_link_of_the_page_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)

    assert [link for link in links if not (ROOT / link).exists()] == []
    assert len(links) > 8
