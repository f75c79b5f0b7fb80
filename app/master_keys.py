"""What an operator does to the master keys of a service, through the same gate as a request."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from app.data_keys.access import (
    forgetting_masters_as_operator,
    rewrapping_as_operator,
    rotating_masters_as_operator,
)
from app.data_keys.masters import Standing
from app.policy.gate import House
from app.problems import Conflict
from app.shredding.done import Shredded
from app.shredding.keeping import brought_in_line

PATIENCE: Final = 60.0
"""Seconds in which every transaction that was open has ended; the database ends idle ones."""
BEAT: Final = 0.1


@dataclass(frozen=True, slots=True)
class Made:
    """What came of making shreddings final: who was shredded, and what became of older keys."""

    shredded: Sequence[Shredded]
    rewrapped: int
    forgotten: Sequence[str]
    standing: Sequence[Standing]


async def rotate_master(house: House) -> str:
    """Make a new master key the current one, and return its id; the older ones still open."""
    async with rotating_masters_as_operator(house) as masters:
        return await masters.rotate()


async def rewrap(house: House) -> int:
    """Wrap every data key under the current master key, and say how many were not.

    Each batch is a transaction of its own, beside a service that runs: stopped half way, it goes
    on with what is left when it is begun again.
    """
    place, total = None, 0
    while True:
        async with rewrapping_as_operator(house) as masters:
            place, done = await masters.rewrap(place)
        total += done
        if place is None:
            return total


async def standing(house: House) -> Sequence[Standing]:
    """Say of each master key what needs it."""
    async with forgetting_masters_as_operator(house) as masters:
        return await masters.standing()


async def forget_master(house: House, master_id: str) -> None:
    """Drop a previous master key, once whatever may still write under it has ended.

    Raises ``Conflict`` where something needs it, or a transaction does not end, and
    ``KeyFileRefused`` for the current key and for one that is not there.
    """
    await past_transactions(house)
    async with forgetting_masters_as_operator(house) as masters:
        await masters.forget(master_id)


async def past_transactions(house: House) -> None:
    """Wait until every transaction that is open now has ended, or raise ``Conflict``.

    One that began before a rotation may have sealed under the older key, and not written it yet.
    """
    waited: frozenset[str] | None = None
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while waited is None or waited:
                async with forgetting_masters_as_operator(house) as masters:
                    open_ = await masters.under_way()
                waited = open_ if waited is None else waited & open_
                await asyncio.sleep(BEAT if waited else 0)
    if waited:
        raise Conflict("A transaction that may still write under it does not end: try again later.")


async def shred(house: House, *, final: bool = False) -> Made:
    """Shred what is due; ``final`` also drops the master keys that old backups need.

    It rotates only where a shredded district's key was wrapped by the current one, so that it may
    be begun again until nothing needs the older keys any more.
    """
    shredded = await brought_in_line(house)
    rewrapped, forgotten = 0, []
    if final:
        current = house.keys.ids[0]
        if any(current in each.master_keys for each in house.keys.tombstones):
            await rotate_master(house)
        rewrapped = await rewrap(house)
        for each in house.keys.ids[1:]:
            try:
                await forget_master(house, each)
            except Conflict:
                continue
            forgotten.append(each)
    return Made(shredded, rewrapped, forgotten, await standing(house))
