"""A reader: runs readings in one READ ONLY transaction that knows who asks."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, Generic
from urllib.parse import urlencode

from asyncpg import Pool
from asyncpg.pool import PoolConnectionProxy
from pydantic_core import to_jsonable_python

from app.paging import Marks, Page, Wanted
from app.policy.listing import Listing, Made
from app.policy.lock import Stale, telling
from app.policy.pool import acquired
from app.policy.reach import Reach
from app.policy.reading import PRIVATE, Reading, View, cut_to, tagged
from app.problems import Fault, Invalid
from app.rendered import Rendered
from app.wire.headers import Match
from app.wire.sheets import SHEETS, Format, Sheet

BEGIN: Final = "begin isolation level repeatable read read only"
NOT_MODIFIED: Final = 304
AT_ONCE: Final = 1000
"""Rows of a sheet that are read and written in one go."""
NO_PLACE: Final = Fault("?include_total", "no_place", "Only JSON has a place for the total.")


@dataclass(frozen=True, slots=True)
class Part(Generic[View]):
    """The rows of one page, and where the next one begins."""

    rows: list[View]
    following: str | None
    total: int | None = None

    def written(self, data: bytes) -> bytes:
        """Write the page, with its rows already in JSON."""
        told: dict[str, Any] = {
            "next_cursor": self.following,
            "has_more": self.following is not None,
        }
        if self.total is not None:
            told["total"] = self.total
        return b'{"data":' + data + b"," + json.dumps(told).encode()[1:]


class Reader:
    """Runs readings within a reach; ``known`` are the ETags the caller already has."""

    def __init__(
        self, connection: PoolConnectionProxy, reach: Reach, marks: Marks, known: Match | None
    ) -> None:
        self._connection = connection
        self._reach = reach
        self._marks = marks
        self._known = known

    async def one(
        self, reading: Reading[View], fields: str | None = None, **values: Any
    ) -> Rendered[View] | None:
        """Read one row, or nothing; a row the caller already has is a 304, and is not written."""
        sql, arguments = reading.within(self._reach, values)
        row = await self._connection.fetchrow(sql, *arguments)
        if row is None:
            return None
        etag = reading.etag(row, fields)
        if etag is not None and self.has(etag):
            return Rendered(status_code=NOT_MODIFIED, headers=tagged(etag))
        return reading.written(row, fields)

    def has(self, etag: str) -> bool:
        """Say whether the caller already has a representation."""
        return self._known is not None and self._known.matches(etag)

    async def row(self, reading: Reading[View], **values: Any) -> View | None:
        """Read one row as its view, for a repository that has more to do with it."""
        sql, arguments = reading.within(self._reach, values)
        found = await self._connection.fetchrow(sql, *arguments)
        return None if found is None else reading.row.validate_python(dict(found))

    async def rows(self, reading: Reading[View], **values: Any) -> list[View]:
        """Read every row as its view, for a repository that has more to do with them."""
        found = await self.records(reading, **values)
        return reading.rows.validate_python([dict(row) for row in found])

    async def records(self, reading: Reading[Any], **values: Any) -> list[Mapping[str, Any]]:
        """Read every row as the driver has it, for a hot read that makes something else of it."""
        sql, arguments = reading.within(self._reach, values)
        found: list[Mapping[str, Any]] = await self._connection.fetch(sql, *arguments)
        return found

    async def page(
        self,
        listing: Listing[View],
        wanted: Wanted,
        *,
        sort: str | None = None,
        only: Mapping[str, Any] | None = None,
        made: Made[View, Any] | None = None,
        **values: Any,
    ) -> Rendered[Page[Any]]:
        """Read a page in the form that is wanted; a Link (RFC 8288) names the next, if any."""
        reading = listing.first
        made = made or Made(reading.rows, reading.view, list)
        shown = cut_to(wanted.fields, made.view)
        asked = to_jsonable_python({name: value for name, value in (only or {}).items() if value})
        if sort is not None:
            asked["sort"] = sort

        async def read(each: Wanted) -> Part[View]:
            return await self.part(listing, each, sort=sort, only=only, **values)

        if wanted.format is Format.JSON:
            part = await read(wanted)
            include: Any = None if shown is None else {"__all__": shown}
            body = part.written(made.rows.dump_json(made.of(part.rows), include=include))
            return listed(body, part.following, wanted, asked)
        sheet = SHEETS[wanted.format](made.view, shown)
        following = await filled(sheet, read, wanted, made)
        return listed(sheet.written(), following, wanted, asked)

    async def part(
        self,
        listing: Listing[View],
        wanted: Wanted,
        *,
        sort: str | None = None,
        only: Mapping[str, Any] | None = None,
        **values: Any,
    ) -> Part[View]:
        """Read a page as its views, and where the next one begins."""
        fixed = values | listing.narrowed(only or {})
        bound_to = listing.bound_to(self._reach, sort, fixed)
        order = listing.orders[sort]
        reading, marks = order.first, {}
        if wanted.cursor is not None:
            place = self._marks.read(bound_to, wanted.cursor)
            reading, marks = order.following, order.marked(place)
        found = await self.records(reading, **fixed, **marks, page_limit=wanted.limit + 1)
        total = (await self.records(listing.count, **fixed))[0]["total"] if wanted.total else None
        more = len(found) > wanted.limit
        rows = [dict(row) for row in found[: wanted.limit]]
        following = self._marks.write(bound_to, order.mark(rows[-1])) if more else None
        return Part(reading.rows.validate_python(rows), following, total)

    def mark(self, feed: str, place: bytes, **only: Any) -> str:
        """Name a place in what a caller follows, for this reach and what it is narrowed to."""
        return self._marks.write(self._bound_to(feed, only), place)

    def marked(self, feed: str, cursor: str, **only: Any) -> bytes:
        """Find a place again, or raise ``InvalidCursor`` where it is another's or of before."""
        return self._marks.read(self._bound_to(feed, only), cursor)

    def _bound_to(self, feed: str, only: Mapping[str, Any]) -> bytes:
        """Say who follows what; a reach that has grown since would have seen more."""
        reach = self._reach
        told = {"feed": feed, "account": reach.account, "districts": reach.districts, **only}
        return json.dumps(told, sort_keys=True, default=str).encode()


async def filled(
    sheet: Sheet,
    read: Callable[[Wanted], Awaitable[Part[View]]],
    wanted: Wanted,
    made: Made[View, Any],
) -> str | None:
    """Fill a sheet by parts, so that others have their turn in between; say what follows it."""
    if wanted.total:
        raise Invalid(errors=[NO_PLACE])
    cursor = wanted.cursor
    for begun in range(0, wanted.limit, AT_ONCE):
        limit = min(AT_ONCE, wanted.limit - begun)
        part = await read(replace(wanted, limit=limit, cursor=cursor))
        sheet.add(made.of(part.rows))
        cursor = part.following
        if cursor is None:
            break
    return cursor


def listed(
    body: bytes, following: str | None, wanted: Wanted, asked: Mapping[str, Any]
) -> Rendered[Page[Any]]:
    """Answer with a list; a Link names what follows it."""
    headers = PRIVATE | {"vary": "Accept"}
    if following is not None:
        link = urlencode({"cursor": following, **wanted.told(), **asked}, doseq=True)
        headers["link"] = f'<?{link}>; rel="next"'
    if wanted.format is Format.CSV:
        headers["content-disposition"] = f'attachment; filename="{wanted.name}.csv"'
    return Rendered(body, headers=headers, media_type=wanted.format.media_type)


@asynccontextmanager
async def reading_within(
    pool: Pool, reach: Reach, marks: Marks, known: Match | None
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
