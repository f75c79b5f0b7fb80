"""What the vault keeps of releases, opened by whoever has the master keys and owns the tables."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.releases.models import CellMembership, ReleaseSums, VaultKey
from app.releases.seals import Dated, Member, VaultSeal
from app.sealing import MasterKeys


async def vault_seal(owner: AsyncEngine, keys: MasterKeys) -> VaultSeal:
    """The seal of the vault."""
    seal = VaultSeal(keys)
    async with AsyncSession(owner) as session:
        rows = await session.scalars(select(VaultKey))
        seal.learn({row.version: row.wrapped for row in rows})
    return seal


async def members_of(owner: AsyncEngine, keys: MasterKeys, cell_id: Any) -> list[Member]:
    """Who stands behind a cell."""
    seal = await vault_seal(owner, keys)
    async with AsyncSession(owner) as session:
        row = await session.get_one(CellMembership, UUID(str(cell_id)))
        return seal.members(row.cell_id, row.key_version, row.sealed)


async def sums_of(owner: AsyncEngine, keys: MasterKeys, release_id: Any) -> list[Dated]:
    """What of a release adds up."""
    seal = await vault_seal(owner, keys)
    async with AsyncSession(owner) as session:
        row = await session.get_one(ReleaseSums, UUID(str(release_id)))
        return seal.sums(row.release_id, row.key_version, row.sealed)


async def put_members(
    owner: AsyncEngine, keys: MasterKeys, cell_id: Any, behind: Sequence[Any], places: int
) -> None:
    """Seal others behind a cell, which no login may."""
    sealed = (await vault_seal(owner, keys)).seal_members(UUID(str(cell_id)), behind, places)
    changed = text("update cell_memberships set sealed = :sealed where cell_id = :cell")
    async with owner.begin() as connection:
        await connection.execute(changed, {"sealed": sealed, "cell": UUID(str(cell_id))})
