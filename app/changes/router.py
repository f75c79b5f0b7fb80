"""The endpoint of changes."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.changes.access import ReadChanges
from app.changes.schemas import Changes, ChangeType
from app.paging import Limit
from app.rendered import Rendered
from app.wire.route import Route

router = APIRouter(prefix="/v1/changes", tags=["changes"], route_class=Route)


@router.get("")
async def list_changes(
    changes: ReadChanges,
    limit: Limit = 50,
    cursor: Annotated[
        str | None,
        Query(
            max_length=2000,
            description="Where to go on: the `next_cursor` of the last answer, with the same"
            " `types`; the very beginning if left out.",
        ),
    ] = None,
    types: Annotated[
        list[ChangeType] | None,
        Query(max_length=len(ChangeType), description="Only changes of these; all if left out."),
    ] = None,
) -> Rendered[Changes]:
    """Follow what is written: every write of a thing, once, in an order that misses none.

    Ask without a cursor for all there ever was, then again and again with the `next_cursor` of the
    last answer, which is there on the last page too: what was written meanwhile follows. A change
    says that a thing was made or corrected (`upsert`) or taken away (`delete`), not what it says
    now: read the thing. It may have changed again since; its own version tells.

    You follow what is your own district's and what all districts have in common; the staff of the
    consortium the latter alone. A write is shown once no transaction that began before it is still
    open, which is at once in general. A cursor stands for a caller, its reach and its `types`:
    with others it is refused as `invalid_cursor`, and you begin anew without one.
    """
    return await changes.since(cursor, limit, types)
