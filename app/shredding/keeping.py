"""What the service does about departures by itself: at its start, and once an hour."""

from asyncio import CancelledError, create_task, sleep
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Final

import structlog

from app.policy.gate import House
from app.shredding.access import shredding_as_operator
from app.shredding.done import Shredded
from app.wire.drivers import kinds_of

EVERY: Final = timedelta(hours=1)
log = structlog.get_logger("c34.departures")


async def brought_in_line(house: House) -> list[Shredded]:
    """Shred what is due, and again what a restored backup brought back; say what was done.

    Raises ``KeyFileRefused`` where a tombstone cannot be written: nothing is deleted then.
    """
    async with shredding_as_operator(house) as shredding:
        waiting = await shredding.waiting()
    done = []
    for district_id in waiting:
        async with shredding_as_operator(house) as shredding:
            shredded = await shredding.bring_in_line(district_id)
        if shredded is not None:
            done.append(shredded)
            told = {"data_keys": shredded.data_keys, "restored": shredded.restored}
            log.info("shredded", district=str(district_id), **told)
    return done


async def tried(house: House) -> None:
    """Do it, or leave it for the next time; what has a tombstone opens by no key meanwhile."""
    try:
        await brought_in_line(house)
    except Exception as error:  # noqa: BLE001 - the doctor says what waits
        log.warning("shredding_waits", errors=list(kinds_of(error)))


@asynccontextmanager
async def departures_kept(house: House, every: timedelta = EVERY) -> AsyncIterator[None]:
    """Bring departures in line before anything is served, and see to them meanwhile."""
    await tried(house)

    async def again() -> None:
        while True:
            await sleep(every.total_seconds())
            await tried(house)

    task = create_task(again())
    try:
        yield
    finally:
        task.cancel()
        with suppress(CancelledError):
            await task
