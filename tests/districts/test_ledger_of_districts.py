"""What the ledger tells of admissions, and of who counts with whom in a released figure."""

from typing import Any

import pytest
from paths import ledger_of, told

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
EAST = {"name": "East", "state": "CA", "nces_id": "0600001", "administration": "first-office"}
WEST = {"name": "West", "state": "CA", "nces_id": "0600002"}
ADMITTED = ("district:admit", "done", None, {"step": "admit"})
CHANGED = ("district:admit", "done", "DR-01", {"administration": "changed"})


async def admitted(as_, draft: dict[str, Any], status: int) -> str:
    """The subject of a district in the ledger."""
    answer = await as_(Role.CONSORTIUM_ADMIN).post("/v1/districts", json=draft)
    return f"district:{told(answer, status)['id']}"


async def batch(as_, key: str, *rows: dict[str, Any], status: int = 200, **how: Any) -> Any:
    headers = {"Idempotency-Key": key}
    body = {"items": rows, **how}
    admin = as_(Role.CONSORTIUM_ADMIN)
    return told(await admin.post("/v1/districts/batch", json=body, headers=headers), status)


async def test_an_admission_is_in_the_ledger_and_a_change_of_context_is_not(as_, owner):
    subject = await admitted(as_, EAST, 201)
    assert await admitted(as_, EAST | {"name": "East Unified", "enrollment": 700}, 200) == subject
    assert await ledger_of(owner, subject) == [ADMITTED]


@pytest.mark.parametrize("administration", ["second-office", None])
async def test_a_change_of_administration_is_in_the_ledger_without_its_name(
    as_, owner, administration
):
    subject = await admitted(as_, EAST, 201)
    for _ in range(2):  # the second time it changes nothing
        await admitted(as_, EAST | {"administration": administration}, 200)
    assert await ledger_of(owner, subject) == [ADMITTED, CHANGED]


async def test_an_administration_that_a_draft_does_not_name_stays_untold(as_, owner):
    subject = await admitted(as_, EAST, 201)
    unsaid = {name: value for name, value in EAST.items() if name != "administration"}
    await admitted(as_, unsaid, 200)
    assert await ledger_of(owner, subject) == [ADMITTED]


@pytest.mark.parametrize("mode", ["atomic", "best_effort"])
async def test_a_batch_tells_how_many_it_admitted_and_each_change_of_administration(
    as_, owner, mode
):
    first = await batch(as_, "first", EAST, WEST, mode=mode)
    east, west = [f"district:{row['id']}" for row in first["results"]]
    assert await ledger_of(owner, "districts") == [
        ("district:admit", "done", None, {"step": "admit", "admitted": 2})
    ]
    await batch(as_, "again", EAST, WEST | {"administration": "first-office"}, mode=mode)
    assert [await ledger_of(owner, each) for each in (east, west)] == [[], [CHANGED]]
    assert len(await ledger_of(owner, "districts")) == 1


@pytest.mark.parametrize("mode", ["atomic", "best_effort"])
async def test_a_dry_run_leaves_no_trace(as_, owner, mode):
    subject = await admitted(as_, EAST, 201)
    moved = EAST | {"administration": "second-office"}
    await batch(as_, "tried", moved, WEST, mode=mode, dry_run=True)
    assert await ledger_of(owner, subject) == [ADMITTED]
    assert await ledger_of(owner, "districts") == []


async def test_a_row_that_fails_changes_no_administration_and_says_so_nowhere(as_, owner):
    """Alone, or because the whole batch is taken back."""
    subject = await admitted(as_, EAST | {"external_ids": {"state": "E-1"}}, 201)
    moved = EAST | {"administration": "second-office"}
    wrong = moved | {"external_ids": {"state": "E-2"}}
    done = await batch(as_, "wrong", wrong, WEST, mode="best_effort")
    assert [row["status"] for row in done["results"]] == ["failed", "created"]
    assert await ledger_of(owner, subject) == [ADMITTED]
    await batch(as_, "all", moved, WEST | {"name": ""}, status=422)
    assert await ledger_of(owner, subject) == [ADMITTED]
