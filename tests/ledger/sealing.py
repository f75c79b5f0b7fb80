"""A ledger that is sealed, brought out as the auditor does, and examined as whoever kept its end."""

import json
from collections.abc import Callable

import httpx
from conftest import NORTH, account
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.auditing import KINDS
from app.ledger.chain import Checkpoint, Examined, Record
from app.ledger.examination import examine
from app.policy.audit import LedgerEntry
from app.vocabulary import LedgerOutcome, Role


def an_entry(**changes: object) -> LedgerEntry:
    """An entry as a superintendent's change of rights makes it."""
    told = {
        "account_id": account(Role.SUPERINTENDENT, NORTH),
        "action": "key:create",
        "outcome": LedgerOutcome.DONE,
        "district_id": NORTH,
        "subject": "key:1",
        "detail": {"scopes": None, "of": "größer"},
    }
    return LedgerEntry(**(told | changes))


async def listed(caller: httpx.AsyncClient, path: str) -> list[dict]:
    """Every row of a list of the ledger."""
    answer = await caller.get(f"/v1/ledger/{path}", headers={"Accept": "application/jsonl"})
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.content.split(b"\n") if line]


async def brought_out(as_: Callable) -> list[Record]:
    """What `c34 audit export` writes, without the file."""
    auditor = as_(Role.AUDITOR)
    entries = await listed(auditor, "sealed")
    checkpoints = await listed(auditor, "checkpoints")
    made = []
    for batch in await listed(auditor, "batches"):
        made.append(KINDS["batch"].model_validate(batch))
        made += [
            KINDS["entry"].model_validate(row) for row in entries if row["batch"] == batch["number"]
        ]
        made += [
            Checkpoint.model_validate(row) for row in checkpoints if row["batch"] == batch["number"]
        ]
    unsealed = await listed(auditor, "unsealed")
    return made + [KINDS["unsealed"].model_validate(row) for row in unsealed]


async def kept(as_: Callable) -> Checkpoint:
    """The last checkpoint, as a member keeps it."""
    answer = await as_(Role.VIEWER, NORTH).get("/v1/ledger/checkpoints/latest")
    assert answer.status_code == 200, answer.text
    return Checkpoint.model_validate(answer.json())


async def examined(as_: Callable, *checkpoints: Checkpoint) -> Examined:
    """What an examination of the ledger finds now."""
    return examine(await brought_out(as_), checkpoints, {}, with_entries=True)


async def faults(as_: Callable, *checkpoints: Checkpoint) -> list[tuple[str, int | None]]:
    """The faults of the ledger now, each with its batch."""
    return [(each.fault.value, each.batch) for each in (await examined(as_, *checkpoints)).findings]


async def tamper(owner: AsyncEngine, *statements: str) -> None:
    """Do something as a superuser, whom nothing in the database stops."""
    async with owner.begin() as connection:
        await connection.execute(text("set local session_replication_role = replica"))
        for statement in statements:
            await connection.execute(text(statement))
