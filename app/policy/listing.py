"""A listing: a reading by pages, in the order of keys that no two rows share (keyset paging)."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, Generic

from pydantic import BaseModel, create_model
from sqlalchemy import ARRAY, Integer, bindparam, or_, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from app.policy.reach import Reach
from app.policy.reading import Reading, Statement, View

LIMIT: Final = bindparam("page_limit", type_=Integer())


class Listing(Generic[View]):
    """A reading by pages; ``filters`` names columns that a caller may narrow by a list of values.

    The keys are never null, the last one is a primary key: a page is complete whatever is written
    meanwhile. ``by`` names them too, where the view calls a column by another name. Every filter is
    part of the one statement, and says nothing where it is null.
    """

    def __init__(
        self,
        statement: Statement,
        view: type[View],
        *,
        by: Sequence[InstrumentedAttribute[Any]] | Mapping[str, InstrumentedAttribute[Any]],
        filters: Mapping[str, InstrumentedAttribute[Any]] | None = None,
        never_null: Collection[str] = (),
    ) -> None:
        called = by if isinstance(by, Mapping) else {key.key: key for key in by}
        columns: list[Any] = [key.expression for key in called.values()]
        if not columns[-1].primary_key or any(column.nullable for column in columns):
            raise TypeError("The keys of a listing are never null, and the last is a primary key.")
        self.keys = tuple(called)
        if missing := set(self.keys) - view.model_fields.keys():
            raise TypeError(f"A listing by {sorted(missing)} must also select it.")
        fields: Any = {key: (view.model_fields[key].annotation, ...) for key in self.keys}
        self.place: type[BaseModel] = create_model("Place", **fields)
        self.filters = tuple(filters or ())
        for name, column in (filters or {}).items():
            wanted = bindparam(f"only_{name}", type_=ARRAY(column.type))
            statement = statement.where(or_(wanted.is_(None), column == wanted.any_()))
        marks = [bindparam(f"after_{name}", type_=key.type) for name, key in called.items()]
        page = statement.order_by(*columns).limit(LIMIT)
        self.first = Reading(page, view, never_null=never_null)
        following = page.where(tuple_(*columns) > tuple_(*marks))
        self.following = Reading(following, view, never_null=never_null)

    def bound_to(self, reach: Reach, values: Mapping[str, Any]) -> bytes:
        """Say whose list this is, and narrowed to what: a cursor holds for that list alone."""
        told = {"list": self.first.edition, "account": reach.account, **values}
        return json.dumps(told, sort_keys=True, default=str).encode()

    def mark(self, row: Mapping[str, Any]) -> bytes:
        """Name the place of a row, for the page that follows it."""
        place = self.place.model_construct(**{key: row[key] for key in self.keys})
        return place.model_dump_json().encode()

    def marked(self, place: bytes) -> dict[str, Any]:
        """Read a place into the values that the following page takes."""
        return {f"after_{key}": value for key, value in self.place.model_validate_json(place)}

    def narrowed(self, only: Mapping[str, Sequence[Any] | None]) -> dict[str, Any]:
        """Turn the filters a caller gave into the values the statement takes."""
        return {f"only_{name}": only.get(name) for name in self.filters}
