"""The statements about changes."""

import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from pydantic import BaseModel
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    Text,
    Uuid,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from app.changes.schemas import ChangeRow, Changes, ChangeType, ChangeView
from app.db import EVERYBODYS
from app.policy import Grant, Reading
from app.policy.changes import Change
from app.policy.reading import PRIVATE
from app.rendered import Rendered

FEED: Final = "changes"
TYPES: Final = bindparam("types", type_=ARRAY(Text()))
AFTER: Final = tuple_(
    bindparam("after_xid", type_=BigInteger()), bindparam("after_seq", type_=BigInteger())
)
SETTLED: Final = func.settled(type_=BigInteger())
SINCE = Reading(
    select(
        Change.xid,
        Change.seq,
        Change.type,
        Change.op,
        Change.subject_id.label("id"),
        Change.version,
        Change.changed_at,
        func.nullif(Change.district_id, literal(EVERYBODYS, Uuid()), type_=Uuid()).label(
            "district_id"
        ),
    )
    .where(
        Change.xid < SETTLED,
        tuple_(Change.xid, Change.seq) > AFTER,
        or_(TYPES.is_(None), Change.type == TYPES.any_()),
    )
    .order_by(Change.xid, Change.seq)
    .limit(bindparam("most", type_=Integer())),
    ChangeRow,
    never_null=["id"],
)


class Open(BaseModel):
    """The first transaction that is still open."""

    xid: int


OPEN = Reading(select(SETTLED.label("xid")), Open, never_null=["xid"])


class Place(NamedTuple):
    """Where a follower stands: all up to here it has seen."""

    xid: int = 0
    seq: int = 0


class ChangeReadings:
    """Changes within reach, in the order in which nobody misses one.

    A transaction that began early may commit late. Those before the first that is still open have
    all ended, so nothing is ever added before the end of what is shown.
    """

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def since(
        self, cursor: str | None, limit: int, types: Sequence[ChangeType] | None
    ) -> Rendered[Changes]:
        """Read what was written after a cursor, or from the very beginning."""
        only = sorted({each.value for each in types}) if types else None
        after = Place() if cursor is None else self._found(cursor, only)
        told: dict[str, Any] = {"after_xid": after.xid, "after_seq": after.seq, "types": only}
        rows = await self._reader.rows(SINCE, **told, most=limit + 1)
        more = len(rows) > limit
        data = [self._shown(row, only) for row in rows[:limit]]
        following = data[-1].cursor if more else self._mark(await self._end(), only)
        page = Changes(data=data, next_cursor=following, has_more=more)
        headers = dict(PRIVATE)
        if more:
            asked = {"cursor": following, "limit": limit, "types": only or []}
            headers["link"] = f'<?{urlencode(asked, doseq=True)}>; rel="next"'
        return Rendered(page.model_dump_json(), headers=headers)

    def _shown(self, row: ChangeRow, only: list[str] | None) -> ChangeView:
        """Show a change, with the cursor that goes on after it."""
        kept = row.model_dump(exclude={"xid", "seq"})
        return ChangeView(cursor=self._mark(Place(row.xid, row.seq), only), **kept)

    async def _end(self) -> Place:
        """Say up to where all was seen, also what was not of these types or within reach."""
        at = await self._reader.rows(OPEN)
        return Place(at[0].xid, 0)

    def _mark(self, place: Place, only: list[str] | None) -> str:
        """Name a place; it holds for this reach and these types."""
        return self._reader.mark(FEED, json.dumps(place).encode(), types=only)

    def _found(self, cursor: str, only: list[str] | None) -> Place:
        """Find a place again, or raise ``InvalidCursor``."""
        return Place(*json.loads(self._reader.marked(FEED, cursor, types=only)))
