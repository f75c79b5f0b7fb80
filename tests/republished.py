"""A release that is published again as if for the first time, with the same ids and times."""

from collections.abc import Iterator
from itertools import count
from typing import Any
from uuid import UUID

from answers import once
from paths import Caller, told
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.vocabulary import Role


def numbered() -> Iterator[UUID]:
    """Ids that are the same in each run."""
    return (UUID(int=0x0198C0DE00007000800000000000000 + each) for each in count())


async def publish(everyone: Caller, locked: dict[str, Any], plan: str, patch: Any) -> None:
    """Publish with ids that are the same in each run."""
    ids = numbered()
    patch.setattr("app.releases.service.new_id", lambda: next(ids))
    patch.setattr("app.releases.cells.new_id", lambda: next(ids))
    path = f"/v1/rounds/{locked['id']}/releases"
    told(await everyone(Role.ANALYST).post(path, json={"plan_id": plan}, headers=once()), 201)


async def take_back(owner: AsyncEngine, locked: dict[str, Any]) -> None:
    """Make it as if nothing had been published; no login of the application could."""
    async with owner.begin() as connection:
        for table in (
            *("cell_memberships", "cells", "release_sums", "release_secrets"),
            *("release_certificates", "releases"),
        ):
            await connection.execute(text(f"delete from {table}"))
        await connection.execute(
            text("update rounds set stage = 'locked', published_at = null, version = :version"),
            {"version": locked["version"]},
        )
        await connection.execute(
            text(
                "delete from changes where type = 'release' or type = 'round' and version > :version"
            ),
            {"version": locked["version"]},
        )
        await connection.execute(text("update release_plans set state = 'drafted', version = 1"))


async def same_times(owner: AsyncEngine) -> None:
    """Make the times of a release the same in each run."""
    async with owner.begin() as connection:
        times = ("releases set released_at", "rounds set published_at", "changes set changed_at")
        for change in times:
            await connection.execute(text(f"update {change} = '2026-06-01T00:00:00Z'"))
