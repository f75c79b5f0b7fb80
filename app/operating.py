"""``c34 keys``: an operator's work on a service, beside it or while it does not run."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from uuid import UUID

from pydantic import ValidationError

from app import master_keys
from app.data_keys.masters import Standing
from app.master_keys import Made
from app.operations import NewHolder, create_key, revoke_key, rotate_key, set_up
from app.policy.gate import House
from app.problems import Problem
from app.serving import Database, database_of, local_issuer, opened
from app.settings import Settings, faults_of
from app.trouble import Trouble
from app.vocabulary import Role

Done = TypeVar("Done")


class OperatorRefused(Trouble):
    """The service does not do what the operator asks for; says why."""


def operated(settings: Settings, work: Callable[[House], Awaitable[Done]]) -> Done:
    """Do one piece of work on the service's database, or raise ``OperatorRefused``."""

    async def within(database: Database) -> Done:
        async with opened(settings, database, local_issuer(settings)) as house:
            return await work(house)

    try:
        with database_of(settings) as database:
            return asyncio.run(within(database))
    except Problem as problem:
        faults = [f"{each.pointer}: {each.detail}" for each in problem.errors]
        raise OperatorRefused(" ".join([problem.detail, *faults])) from None
    except ValidationError as error:
        raise OperatorRefused(" ".join(faults_of(error))) from None


def create(
    settings: Settings,
    role: Role,
    *,
    subject: str,
    name: str,
    district: dict[str, object],
    key_name: str,
    scopes: str | None,
) -> NewHolder:
    """Let somebody in; the first time, write down what the consortium is as well."""

    async def work(house: House) -> NewHolder:
        await set_up(house)
        return await create_key(
            house,
            role,
            subject=subject,
            name=name,
            district=district,
            key_name=key_name,
            scopes=scopes,
        )

    return operated(settings, work)


def rotate(settings: Settings, key_id: UUID, overlap_hours: int) -> NewHolder:
    """Replace a key."""
    return operated(settings, lambda house: rotate_key(house, key_id, overlap_hours))


def revoke(settings: Settings, key_id: UUID) -> None:
    """End a key."""
    operated(settings, lambda house: revoke_key(house, key_id))


def rotate_master(settings: Settings) -> str:
    """Make a new master key the current one, and return its id."""
    return operated(settings, master_keys.rotate_master)


def rewrap(settings: Settings) -> int:
    """Wrap every data key under the current master key, and say how many were not."""
    return operated(settings, master_keys.rewrap)


def forget_master(settings: Settings, master_id: str) -> None:
    """Drop a previous master key that nothing needs."""
    operated(settings, lambda house: master_keys.forget_master(house, master_id))


def standing(settings: Settings) -> Sequence[Standing]:
    """Say of each master key what needs it."""
    return operated(settings, master_keys.standing)


def shred(settings: Settings, *, final: bool) -> Made:
    """Shred what is due, and with ``final`` drop the master keys that old backups need."""
    return operated(settings, lambda house: master_keys.shred(house, final=final))


def district_named(
    district_id: UUID | None, nces_id: str | None, external_id: str | None
) -> dict[str, object]:
    """Name a district as a row of a roster does; ``external_id`` is ``SCHEME=VALUE``."""
    named: dict[str, object] = {}
    if district_id is not None:
        named["district_id"] = str(district_id)
    if nces_id is not None:
        named["nces_id"] = nces_id
    if external_id is not None:
        scheme, _, value = external_id.partition("=")
        named["external_ids"] = {scheme: value}
    return named
