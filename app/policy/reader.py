"""A reader: runs readings in one READ ONLY transaction that knows who asks."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Generic
from urllib.parse import urlencode

from asyncpg import Pool
from asyncpg.pool import PoolConnectionProxy

from app.paging import Marks, Page
from app.policy.listing import Listing
from app.policy.lock import Stale, telling
from app.policy.pool import acquired
from app.policy.reach import Reach
from app.policy.reading import Reading, View
from app.rendered import Rendered

BEGIN: Final = "begin isolation level repeatable read read only"
PRIVATE: Final = {"cache-control": "private, no-cache"}


@dataclass(frozen=True, slots=True)
class Part(Generic[View]):
    """The rows of one page, and where the next one begins; ``asked`` is what both were asked by."""

    rows: list[View]
    following: str | None
    asked: Mapping[str, Any]

    def written(self, data: bytes) -> Rendered[Page[Any]]:
        """Write the page, with its rows already in JSON; a Link (RFC 8288) names the next."""
        more = self.following is not None
        tail = json.dumps({"next_cursor": self.following, "has_more": more}).encode()
        headers = dict(PRIVATE)
        if more:
            told = urlencode({"cursor": self.following, **self.asked}, doseq=True)
            headers["link"] = f'<?{told}>; rel="next"'
        return Rendered(b'{"data":' + data + b"," + tail[1:], headers=headers)


class Reader:
    """Runs readings within a reach; ``known`` is the ETag the caller already has."""

    def __init__(
        self, connection: PoolConnectionProxy, reach: Reach, marks: Marks, known: str | None
    ) -> None:
        self._connection = connection
        self._reach = reach
        self._marks = marks
        self._known = known

    async def one(self, reading: Reading[View], **values: Any) -> Rendered[View] | None:
        """Read one row, or nothing; a row the caller already has is a 304, and is not written."""
        sql, arguments = reading.within(self._reach, values)
        row = await self._connection.fetchrow(sql, *arguments)
        if row is None:
            return None
        headers = dict(PRIVATE)
        if reading.version is not None:
            headers["etag"] = f'"{row[reading.version]}-{reading.edition}-json"'
            headers["vary"] = "Accept"
            if self._known == headers["etag"]:
                return Rendered(status_code=304, headers=headers)
        body = reading.row.dump_json(reading.row.validate_python(dict(row)))
        return Rendered(body, headers=headers)

    async def row(self, reading: Reading[View], **values: Any) -> View | None:
        """Read one row as its view, for a repository that has more to do with it."""
        sql, arguments = reading.within(self._reach, values)
        found = await self._connection.fetchrow(sql, *arguments)
        return None if found is None else reading.row.validate_python(dict(found))

    async def rows(self, reading: Reading[View], **values: Any) -> list[View]:
        """Read every row as its view, for a repository that has more to do with them."""
        sql, arguments = reading.within(self._reach, values)
        found = await self._connection.fetch(sql, *arguments)
        return reading.rows.validate_python([dict(row) for row in found])

    async def page(
        self,
        listing: Listing[View],
        *,
        limit: int,
        cursor: str | None = None,
        only: Mapping[str, Sequence[Any] | None] | None = None,
        **values: Any,
    ) -> Rendered[Page[View]]:
        """Read a page; the body and a Link (RFC 8288) name the next, where there is one."""
        part = await self.part(listing, limit=limit, cursor=cursor, only=only, **values)
        return part.written(listing.first.rows.dump_json(part.rows))

    async def part(
        self,
        listing: Listing[View],
        *,
        limit: int,
        cursor: str | None = None,
        only: Mapping[str, Sequence[Any] | None] | None = None,
        **values: Any,
    ) -> Part[View]:
        """Read a page as its views, for a repository that has more to do with them."""
        fixed = values | listing.narrowed(only or {})
        bound_to = listing.bound_to(self._reach, fixed)
        reading, marks = listing.first, {}
        if cursor is not None:
            reading, marks = listing.following, listing.marked(self._marks.read(bound_to, cursor))
        sql, arguments = reading.within(self._reach, fixed | marks | {"page_limit": limit + 1})
        rows = await self._connection.fetch(sql, *arguments)
        more = len(rows) > limit
        rows = rows[:limit]
        following = self._marks.write(bound_to, listing.mark(rows[-1])) if more else None
        narrowed = {name: values for name, values in (only or {}).items() if values}
        views = reading.rows.validate_python([dict(row) for row in rows])
        return Part(views, following, {"limit": limit, **narrowed})


@asynccontextmanager
async def reading_within(
    pool: Pool, reach: Reach, marks: Marks, known: str | None
) -> AsyncIterator[Reader]:
    """Begin the one transaction of a read, telling it who asks in the same round trip."""
    async with acquired(pool) as connection:
        begun = await connection.execute(f"{BEGIN}; {telling(reach)}")
        try:
            if begun != "SELECT 1":
                raise Stale
            yield Reader(connection, reach, marks, known)
        finally:
            await connection.execute("COMMIT")
