"""The service with a ledger, without one, and with the one it is measured against."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import FastAPI

import app.main
from app.policy.grant import Grant
from bench.ours import application as assembled

SERIAL: Final = (
    "create table serial_chain (n bigint primary key, hash bytea not null)",
    "insert into serial_chain values (0, '')",
    """
    create function follow_serially() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$ begin
        perform pg_advisory_xact_lock(7);
        insert into serial_chain
        select n + 1, sha256(hash || convert_to(new::text, 'UTF8'))
          from serial_chain order by n desc limit 1;
        return null;
    end $$
    """,
    """
    create trigger follow_serially after insert on ledger
    for each row execute function follow_serially()
    """,
)
"""A single chain, as it is usually built: who writes an entry waits for whoever wrote the last."""


@asynccontextmanager
async def unwitnessed(_witness: object) -> AsyncIterator[None]:
    """Seal nothing meanwhile."""
    yield


def forget(*_told: Any, **_more: Any) -> None:
    """Write no entry."""


def without() -> FastAPI:
    """Assemble the application without a ledger."""
    Grant.record = forget  # type: ignore[method-assign]
    return unsealed()


def unsealed() -> FastAPI:
    """Assemble the application with entries that nothing seals."""
    app.main.witnessing = unwitnessed  # type: ignore[assignment]
    return assembled()


def sealed() -> FastAPI:
    """Assemble the application as it is."""
    return assembled()
