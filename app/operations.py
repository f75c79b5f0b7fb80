"""What an operator does to a service from its command line, through the same gate as a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from app.consortium.access import setting_up_as_operator
from app.consortium.founding import ADOPTED_ON, NAME
from app.keys.access import revoking_as_operator, rotating_as_operator
from app.keys.schemas import KeyRotation
from app.memberships.access import importing_as_operator
from app.memberships.schemas import MembershipRow
from app.policy.gate import House
from app.vocabulary import Role
from app.wire.batch import Batch, BatchMode, Row

USUAL: Final = "personal"


@dataclass(frozen=True, slots=True)
class NewHolder:
    """Who was let in, and the key to show, once."""

    account_id: UUID
    key_id: UUID
    secret: str = field(repr=False)


async def set_up(house: House, name: str = NAME, adopted_on: date | None = ADOPTED_ON) -> bool:
    """Write down what the consortium is, unless that was done before; say whether it was not."""
    async with setting_up_as_operator(house) as consortium:
        return await consortium.set_up(name, adopted_on)


async def create_key(
    house: House,
    role: Role,
    *,
    subject: str,
    name: str,
    district: Mapping[str, object] | None = None,
    key_name: str = USUAL,
    scopes: str | None = None,
) -> NewHolder:
    """Register a person unless known, give it the role unless held, and make it a key.

    ``district`` names the district of a district's role: one of ``district_id``, ``nces_id`` and
    ``external_ids``. ``scopes`` narrow the key, with a blank between each two. Raises
    ``ValidationError`` for what is not of its form, and ``Invalid``.
    """
    person = {"subject": subject, "display_name": name, "role": role, **(district or {})}
    key = {"with_key": True, "key_name": key_name, "key_scope": scopes}
    row = MembershipRow.model_validate(person | key)
    async with importing_as_operator(house) as memberships:
        done = await memberships.bring_in(
            Batch(BatchMode.ATOMIC, dry_run=False, rows=[Row(0, row)])
        )
    (result,) = done.results
    assert result.account_id is not None  # noqa: S101 - an atomic batch has stored its rows
    assert result.key_id is not None  # noqa: S101 - the row asked for a key
    assert result.secret is not None  # noqa: S101 - which is shown here
    return NewHolder(result.account_id, result.key_id, result.secret)


async def rotate_key(house: House, key_id: UUID, overlap_hours: int = 24) -> NewHolder:
    """Replace a key, which holds for the overlap more; raise ``NotFound`` for one that is not."""
    rotation = KeyRotation(overlap_hours=overlap_hours)
    async with rotating_as_operator(house) as keys:
        made = await keys.rotate(key_id, rotation)
    return NewHolder(made.key.account_id, made.key.id, made.secret)


async def revoke_key(house: House, key_id: UUID) -> None:
    """End a key with the next request it is used for; raise ``NotFound`` for one that is not."""
    async with revoking_as_operator(house) as keys:
        await keys.revoke(key_id)
