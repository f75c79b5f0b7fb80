"""Jobs of real processes: killed in the middle, and taken by one of several workers."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jobs.conftest import BATCH, LATER, districts
from processes import PATIENCE, Running, c34, running
from slow import slow

ROWS = 1500
SHORT = {"C34_JOB_LEASE": "2"}


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def calling(service: Running, key: str) -> httpx.Client:
    """A caller of a service that has said where it listens."""
    service.until("listening")
    line = next(each for each in service.said.splitlines() if "listening" in each)
    address = line[line.index("http://") :].split('"')[0].split()[0]
    return httpx.Client(base_url=address, timeout=60, headers={"Authorization": f"Bearer {key}"})


@pytest.fixture
def key(tmp_path: Path) -> str:
    """The key of the first administrator of a service of its own."""
    made = c34(
        tmp_path, "keys", "create", "--role", "consortium_admin", "--subject", "a", "--name", "A"
    )
    assert made.returncode == 0, made.stderr
    return next(word for word in made.stdout.split() if word.startswith("c34_"))


def asked(caller: httpx.Client, number: int, rows: int = ROWS) -> dict[str, Any]:
    """A job that takes a while: a savepoint for each row."""
    names = [f"Invented {number}-{row}" for row in range(rows)]
    body = districts(*names, mode="best_effort")
    headers = LATER | {"Idempotency-Key": f"job-{number}"}
    answer = caller.post(BATCH, json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def told_of(caller: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    return dict(caller.get(f"/v1/jobs/{job['id']}").json())


def admitted(caller: httpx.Client) -> int:
    """How many districts there are."""
    answer = caller.get("/v1/districts", params={"limit": 1, "include_total": "true"})
    return int(answer.json()["total"])


def test_a_job_survives_the_death_of_its_process_and_is_done_once(tmp_path: Path, key: str) -> None:
    with running(tmp_path, "serve", **SHORT) as service:
        with calling(service, key) as caller:
            job = asked(caller, 1)
            until(lambda: told_of(caller, job)["done"] > 0)
            seen = told_of(caller, job)
            before = admitted(caller)
        os.kill(service.process.pid, signal.SIGKILL)
        service.process.wait(PATIENCE)
    with running(tmp_path, "serve", **SHORT) as service, calling(service, key) as caller:
        until(lambda: told_of(caller, job)["finished_at"] is not None)
        ended, after = told_of(caller, job), admitted(caller)
        changes = sum(len(page["data"]) for page in pages(caller, "/v1/changes?types=district"))
    assert (seen["state"], seen["total"], before) == ("running", ROWS, 0)
    assert (ended["state"], ended["attempts"], ended["answer"]["created"]) == (
        "succeeded",
        2,
        ROWS,
    )
    assert (after, changes) == (ROWS, ROWS)


def pages(caller: httpx.Client, path: str) -> Iterator[dict[str, Any]]:
    """Every page of a feed, from its beginning."""
    page = caller.get(path, params={"limit": 200}).json()
    yield page
    while page["has_more"]:
        page = caller.get(path, params={"limit": 200, "cursor": page["next_cursor"]}).json()
        yield page


@slow
def test_several_processes_share_the_jobs_and_do_each_once(tmp_path: Path, key: str) -> None:
    with (
        running(tmp_path, "serve", C34_WORKERS="2", **SHORT) as service,
        calling(service, key) as caller,
    ):
        jobs = [asked(caller, number, 100) for number in range(6)]
        until(lambda: all(told_of(caller, job)["finished_at"] for job in jobs))
        ended = [told_of(caller, job) for job in jobs]
        assert {(job["state"], job["attempts"], job["answer"]["created"]) for job in ended} == {
            ("succeeded", 1, 100)
        }
        assert admitted(caller) == 600


@slow
def test_a_service_that_is_stopped_puts_its_job_back(tmp_path: Path, key: str) -> None:
    with running(tmp_path, "serve") as service, calling(service, key) as caller:
        job = asked(caller, 1, 500)
        until(lambda: told_of(caller, job)["state"] == "running")
        assert service.stop() == 0
    with running(tmp_path, "serve") as service, calling(service, key) as caller:
        until(lambda: told_of(caller, job)["finished_at"] is not None)
        ended = told_of(caller, job)
        assert (ended["state"], ended["attempts"], admitted(caller)) == ("succeeded", 1, 500)
