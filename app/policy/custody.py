"""The first lock's condition for each custody, used by sessions and readings alike."""

from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    false,
    func,
    literal,
    or_,
    select,
)

from app.db import (
    EVERYBODYS,
    Base,
    ConsortiumOwned,
    Credential,
    Custody,
    DistrictOwned,
    Feed,
    Ledger,
    Personal,
    Roster,
    Sealed,
    Shared,
    Vaulted,
)

DISTRICTS: Final = bindparam("reach_districts", type_=ARRAY(Uuid()))
ACCOUNT: Final = bindparam("reach_account", type_=Uuid())


def within(  # noqa: PLR0911 - one return for each kind
    custody: type[Custody], row: Any, *, whole: bool, districts: Any, account: Any
) -> ColumnElement[bool] | None:
    """Say which rows of a custody are within reach, or ``None`` where all of them are.

    ``row`` is a table's columns or a mapped class; ``districts`` and ``account`` are values or
    bound parameters. What only the vault reads is never within reach.
    """
    if custody is Vaulted:
        return false()
    if custody is Personal:
        mine: ColumnElement[bool] = row.account_id == account
        return mine
    if custody is Sealed:
        own: ColumnElement[bool] = row.district_id == any_(districts)
        return own
    if custody is Shared:
        named = row.recipient_id == any_(districts)
        member = and_(row.recipient_id == EVERYBODYS, func.cardinality(districts) > 0)
        return or_(row.district_id == any_(districts), named, member)
    if custody is Feed:
        return or_(row.district_id == EVERYBODYS, row.district_id == any_(districts))
    if whole or custody not in NARROWED:
        return None
    if custody is ConsortiumOwned:
        return false()
    if custody in {Roster, Credential}:
        return or_(row.account_id == account, row.district_id == any_(districts))
    near: ColumnElement[bool] = row.district_id == any_(districts)
    if custody is Ledger:
        answered = Base.metadata.tables["submissions"].c
        return or_(near, took_part(row, answered, districts))
    return near


def took_part(entry: Any, answered: Any, districts: Any) -> ColumnElement[bool]:
    """Say which entries of the ledger are about a round that some districts answered (TR-07).

    What was done to all answers of a round names no district, and concerns each of them; what one
    district did there names it, and is its own matter. ``answered`` are the columns of submissions.
    The rounds are one array, which an index takes.
    """
    named = literal("round:", Text()) + cast(answered.round_id, Text())
    rounds = select(func.array_agg(named)).where(answered.district_id == any_(districts))
    array = func.coalesce(rounds.scalar_subquery(), type_=ARRAY(Text()))
    like = entry.subject.like(literal("round:%", Text(), literal_execute=True))
    return and_(entry.district_id.is_(None), like, entry.subject == any_(array))


NARROWED: Final = frozenset({DistrictOwned, ConsortiumOwned, Roster, Credential, Ledger})
"""What a reach over the whole consortium widens."""
