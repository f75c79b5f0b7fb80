"""Batches of a real service that is killed in the middle: all or nothing, and done once."""

import os
import signal
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from processes import PATIENCE, Running, c34, running
from slow import slow

ROWS = 10_000
DEFINITION = {
    "code": "reading",
    "name": "Reading",
    "definition": "Students who reach the level, of those assessed.",
    "kind": "rate",
    "direction": "increase",
    "unit": "%",
    "numerator": "students who reach it",
    "denominator": "students assessed",
    "factor": 100,
    "frequency": "school_year",
    "dimensions": ["group"],
    "counts_students": True,
}


def calling(service: Running, key: str) -> httpx.Client:
    """A caller of a service that has said where it listens."""
    service.until("listening")
    line = next(each for each in service.said.splitlines() if "listening" in each)
    address = line[line.index("http://") :].split('"')[0].split()[0]
    return httpx.Client(base_url=address, timeout=60, headers={"Authorization": f"Bearer {key}"})


def made(answer: httpx.Response) -> Any:
    assert answer.status_code == 201, answer.text
    return answer.json()


def steward_of(admin: httpx.Client) -> tuple[str, str]:
    """Admit an invented district with a measure; return its id and the key of its steward."""
    district = made(admin.post("/v1/districts", json={"name": "Invented", "state": "CA"}))["id"]
    account = made(
        admin.post(
            "/v1/service-accounts", json={"display_name": "Nightly", "district_id": district}
        )
    )["id"]
    held = {"account_id": account, "role": "data_steward", "district_id": district}
    made(admin.post("/v1/memberships", json=held))
    key = made(admin.post("/v1/keys", json={"account_id": account, "name": "Nightly"}))["secret"]
    return district, key


def body(turn: int) -> dict[str, Any]:
    """The rows of a school year."""
    rows = [
        {
            "measure": "reading",
            "period": f"{2010 + turn}-{11 + turn}",
            "breakdown": {"group": f"g{n}"},
            "numerator": n % 80,
            "denominator": 80,
        }
        for n in range(ROWS)
    ]
    return {"items": rows}


def counted(caller: httpx.Client, district: str, turn: int) -> int:
    """How many observations of a school year there are."""
    asked = {"limit": "1", "include_total": "true", "period": f"{2010 + turn}-{11 + turn}"}
    return int(caller.get(f"/v1/districts/{district}/observations", params=asked).json()["total"])


@slow
@pytest.mark.parametrize("delays", [(0.2, 0.6, 1.1)])
def test_a_batch_that_is_cut_off_is_there_or_not_and_is_done_once(tmp_path: Path, delays) -> None:
    told = c34(
        tmp_path, "keys", "create", "--role", "consortium_admin", "--subject", "a", "--name", "A"
    )
    admin_key = next(word for word in told.stdout.split() if word.startswith("c34_"))
    with running(tmp_path, "serve") as service, calling(service, admin_key) as admin:
        district, key = steward_of(admin)
        with calling(service, key) as caller:
            made(caller.post("/v1/measures", json=DEFINITION | {"district_id": district}))
    path = f"/v1/districts/{district}/observations/batch"
    answered = []
    for turn, delay in enumerate(delays):
        headers = {"Idempotency-Key": f"batch-{turn}"}
        with running(tmp_path, "serve") as service:
            with calling(service, key) as caller:
                kill = threading.Timer(delay, os.kill, (service.process.pid, signal.SIGKILL))
                kill.start()
                try:
                    answered.append(caller.post(path, json=body(turn), headers=headers).status_code)
                except httpx.TransportError:
                    answered.append(0)
                kill.join()
            service.process.wait(PATIENCE)
        with running(tmp_path, "serve") as service, calling(service, key) as caller:
            found = counted(caller, district, turn)
            again = caller.post(path, json=body(turn), headers=headers)
            assert found in {0, ROWS}
            assert (again.status_code, again.json()["created"]) == (200, ROWS)
            assert again.headers.get("idempotent-replayed") == ("true" if found else None)
            assert counted(caller, district, turn) == ROWS
    assert 0 in answered
