"""A listing: a reading by pages, in the order of keys that no two rows share (keyset paging)."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter, create_model
from sqlalchemy import ARRAY, Integer, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from app.policy.reach import Reach
from app.policy.reading import Reading, Statement, View

LIMIT: Final = bindparam("page_limit", type_=Integer())
Other = TypeVar("Other", bound=BaseModel)
Keys = Mapping[str, InstrumentedAttribute[Any]]


class Total(BaseModel):
    """How many rows a list has, on all its pages."""

    total: int


class Order(Generic[View]):
    """One order of a listing: its first page, and the page that follows a mark."""

    def __init__(
        self,
        statement: Statement,
        view: type[View],
        keys: Keys,
        never_null: Collection[str],
        *,
        descending: bool = False,
    ) -> None:
        columns: list[Any] = [key.expression for key in keys.values()]
        if not columns[-1].primary_key or any(column.nullable for column in columns):
            raise TypeError("The keys of a listing are never null, and the last is a primary key.")
        if missing := keys.keys() - view.model_fields.keys():
            raise TypeError(f"A listing by {sorted(missing)} must also select it.")
        self.keys = tuple(keys)
        self._made = (view, never_null)
        here, marks = (
            tuple_(*columns),
            tuple_(*(bindparam(f"after_{name}", type_=key.type) for name, key in keys.items())),
        )
        by = [column.desc() for column in columns] if descending else columns
        self._first = statement.order_by(*by).limit(LIMIT)
        self._following = self._first.where(here < marks if descending else here > marks)

    @cached_property
    def first(self) -> Reading[View]:
        """The page that a list begins with."""
        view, never_null = self._made
        return Reading(self._first, view, never_null=never_null)

    @cached_property
    def following(self) -> Reading[View]:
        """The page after a mark."""
        view, never_null = self._made
        return Reading(self._following, view, never_null=never_null)

    @cached_property
    def place(self) -> type[BaseModel]:
        """What a cursor holds."""
        fields: Any = {k: (self._made[0].model_fields[k].annotation, ...) for k in self.keys}
        return create_model("Place", **fields)

    def mark(self, row: Mapping[str, Any]) -> bytes:
        """Name the place of a row, for the page that follows it."""
        place = self.place.model_construct(**{key: row[key] for key in self.keys})
        return place.model_dump_json().encode()

    def marked(self, place: bytes) -> dict[str, Any]:
        """Read a place into the values that the following page takes."""
        return {f"after_{key}": value for key, value in self.place.model_validate_json(place)}


class Listing(Generic[View]):
    """A reading by pages.

    ``by`` is the usual order: keys that are never null, the last one a primary key, so that a page
    is complete whatever is written meanwhile; a mapping names them where the view calls a column by
    another name. ``sorts`` are the keys a caller may sort by instead (``name``, ``-name``).
    ``filters`` are columns that a caller may narrow by a list of values, ``since`` those it may
    narrow from a value on (``updated_at_gte``). Each is part of the one statement, and says nothing
    where it is null. The usual order is prepared at the start; the others differ from it in their
    ``order by`` alone and are compiled when they are first asked for.
    """

    def __init__(
        self,
        statement: Statement,
        view: type[View],
        *,
        by: Sequence[InstrumentedAttribute[Any]] | Keys,
        filters: Keys | None = None,
        since: Keys | None = None,
        sorts: Keys | None = None,
        never_null: Collection[str] = (),
    ) -> None:
        usual = dict(by) if isinstance(by, Mapping) else {key.key: key for key in by}
        self.filters = tuple(filters or ())
        self.since = tuple(since or ())
        for name, column in (filters or {}).items():
            wanted = bindparam(f"only_{name}", type_=ARRAY(column.type))
            statement = statement.where(or_(wanted.is_(None), column == wanted.any_()))
        for name, column in (since or {}).items():
            least = bindparam(f"only_{name}", type_=column.type)
            statement = statement.where(or_(least.is_(None), column >= least))
        self._counted = statement
        last = list(usual)[-1]
        self.orders: dict[str | None, Order[View]] = {
            None: Order(statement, view, usual, never_null)
        }
        for name, column in (sorts or {}).items():
            keys = {name: column, last: usual[last]}
            for sort, descending in ((name, False), (f"-{name}", True)):
                self.orders[sort] = Order(statement, view, keys, never_null, descending=descending)
        self.first = self.orders[None].first
        self.following = self.orders[None].following
        LISTINGS.append(self)

    @cached_property
    def count(self) -> Reading[Total]:
        """How many rows there are in all."""
        rows = self._counted.subquery()
        counting = select(func.count().label("total")).select_from(rows)
        return Reading(counting, Total, never_null=["total"])

    def bound_to(self, reach: Reach, sort: str | None, values: Mapping[str, Any]) -> bytes:
        """Say whose list this is, in which order and narrowed to what: so far a cursor holds."""
        told = {"list": self.first.edition, "account": reach.account, "sort": sort, **values}
        return json.dumps(told, sort_keys=True, default=str).encode()

    def narrowed(self, only: Mapping[str, Any]) -> dict[str, Any]:
        """Turn the filters a caller gave into the values the statement takes."""
        return {f"only_{name}": only.get(name) for name in (*self.filters, *self.since)}


@dataclass(frozen=True, slots=True)
class Made(Generic[View, Other]):
    """What a repository makes of the rows of a listing, where that is more than a row's view."""

    rows: TypeAdapter[list[Other]]
    view: type[Other]
    of: Callable[[list[View]], list[Other]]


LISTINGS: Final[list[Listing[Any]]] = []
"""Every listing of the application, for whoever checks all its orders."""
