"""What no body may have in it: whatever stands in rows that its reader holds no custody of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from conftest import account
from matrix.world import OBSERVED, ODD, SECRET
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

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
from app.vocabulary import Role

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Who:
    """A caller: a role, where it holds it, and its account."""

    role: Role
    place: UUID | None

    @property
    def account(self) -> UUID:
        """Return the account that calls."""
        return account(self.role, self.place)

    def __str__(self) -> str:
        return f"{self.role} of {self.place}"


def may_see(  # noqa: PLR0911 - one return for each kind
    who: Who, custody: type[Custody], row: Row
) -> bool:
    """Say whether the custody of a row lets a caller see it, whatever its role is allowed to ask."""
    own = who.place is not None and row.get("district_id") == str(who.place)
    mine = row.get("account_id") == str(who.account)
    if custody is Personal:
        return mine
    if custody is Vaulted:
        return False
    if custody is Sealed:
        return own
    if custody is Shared:
        shown = row["recipient_id"] in {str(EVERYBODYS), str(who.place)}
        return own or (shown and who.place is not None)
    if custody is Feed:
        return own or row["district_id"] == str(EVERYBODYS)
    if custody is Ledger and str(row["subject"]).startswith("round:"):
        return True  # all of the matrix's districts took part in its rounds (TR-07)
    if custody in {DistrictOwned, Ledger, ConsortiumOwned}:
        return own or who.role.reaches_all
    if custody in {Roster, Credential}:
        return own or mine or who.role.reaches_all
    return True


@dataclass(frozen=True)
class Markers:
    """Every id that stands in the rows of the database, by the rows."""

    rows: list[tuple[type[Custody], Row, frozenset[str]]]
    known: dict[Who, frozenset[str]] = field(default_factory=dict)

    def foreign(self, who: Who) -> frozenset[str]:
        """List what a caller may see nowhere."""
        if who not in self.known:
            self.known[who] = self._foreign(who)
        return self.known[who]

    def _foreign(self, who: Who) -> frozenset[str]:
        seen: set[str] = set()
        hidden: set[str] = set()
        for custody, row, ids in self.rows:
            (seen if may_see(who, custody, row) else hidden).update(ids)
        return frozenset(hidden - seen)


async def markers_of(owner: AsyncEngine) -> Markers:
    """Read every row there is, past row security, for the ids in it."""
    rows = []
    async with owner.connect() as connection:
        for table in Base.metadata.sorted_tables:
            asked = text(f"select to_jsonb(t), to_jsonb(t)::text from {table} t")
            for row, written in await connection.execute(asked):
                rows.append((table.info["custody"], row, frozenset(ID.findall(written))))
    return Markers(rows)


def others_words(who: Who) -> frozenset[str]:
    """List what the two say and no other district does, of what the caller may not read."""
    sealed = {str(SECRET[place]) for place in SECRET if place != who.place}
    if who.role.reaches_all:
        return frozenset(sealed)
    own = {str(OBSERVED[place]) for place in OBSERVED if place != who.place}
    return frozenset(sealed | own | {ODD[place] for place in ODD if place != who.place})


def foreign_in(body: bytes, foreign: frozenset[str], words: frozenset[str]) -> list[str]:
    """List what a body has in it that it may not have."""
    written = body.decode(errors="replace")
    return sorted({*ID.findall(written)} & foreign | {each for each in words if each in written})
