"""A reading: a statement written once, at import, with its custody in it: the first lock."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from types import UnionType
from typing import Any, Final, Generic, TypeVar, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, TypeAdapter
from sqlalchemy import ARRAY, JSON, Enum, Select, Table, TypeDecorator
from sqlalchemy.dialects.postgresql.asyncpg import PGCompiler_asyncpg, PGDialect_asyncpg
from sqlalchemy.types import TypeEngine

from app.db import Custody
from app.policy.custody import ACCOUNT, DISTRICTS, within
from app.policy.reach import Reach
from app.problems import Fault, Invalid
from app.rendered import Rendered

View = TypeVar("View", bound=BaseModel)
Statement = Select[*tuple[Any, ...]]

FUNCTIONS: Final = frozenset(
    {"array_agg", "coalesce", "count", "jsonb_agg", "jsonb_build_object", "jsonb_object_agg"}
    | {"cardinality", "ledger_text", "lower", "now", "nullif", "settled", "sum"}
)
REFUSED: Final = (
    *(f"visit_{text}" for text in ("textclause", "textual_select", "tstring", "tstring_text")),
    *(f"visit_{change}" for change in ("insert", "update", "delete", "sequence")),
    *(f"visit_custom_op_unary_{side}" for side in ("operator", "modifier")),
    *("for_update_clause", "get_statement_hint_text"),
)
"""What no reading says: text in place of SQL, a change, a lock."""

SHARED: Final = frozenset({bool, bytes, date, datetime, Decimal, dict, float, int, str, UUID})


PRIVATE: Final = {"cache-control": "private, no-cache"}
"""Kept by nobody but the caller, who asks each time whether it still stands."""


def tagged(etag: str) -> dict[str, str]:
    """Give the headers of a representation that has a version."""
    return PRIVATE | {"etag": etag, "vary": "Accept"}


class WithinReach(PGCompiler_asyncpg):
    """Writes each table as the part of it within reach, wherever a statement names one."""

    dialect: "ReachDialect"

    def visit_table(self, table: Any, *args: Any, **kwargs: Any) -> str:
        """Put the custody's condition inside the table, where no join or ``or`` undoes it."""
        name = str(super().visit_table(table, *args, **kwargs))
        if not kwargs.get("asfrom"):
            return name
        custody = table.info.get("custody") if isinstance(table, Table) else None
        if custody is None or table.schema is not None or name != self.preparer.quote(table.name):
            raise TypeError(f"Nobody holds the rows of {table}: no reach can be added to it.")
        condition = self.dialect.condition(custody, table)
        if condition is None:
            return name
        rows = f"(SELECT * FROM {name} WHERE {self.process(condition)})"  # noqa: S608 - quoted
        alias = kwargs.get("enclosing_alias")
        return rows if alias is not None and alias.element is table else f"{rows} AS {name}"

    def visit_bindparam(self, bindparam: Any, *args: Any, **kwargs: Any) -> str:
        """Write a fixed value into the text where a partial index is found by it."""
        if bindparam.literal_execute:
            kwargs["literal_binds"] = True
        return str(super().visit_bindparam(bindparam, *args, **kwargs))

    def visit_column(self, column: Any, *args: Any, **kwargs: Any) -> str:
        """Refuse a column that is a piece of text."""
        if column.is_literal and column.name != "*":
            self.refuse(column)
        return str(super().visit_column(column, *args, **kwargs))

    def visit_function(self, func: Any, *args: Any, **kwargs: Any) -> str:
        """Refuse a function that might read rows by itself."""
        if func.name not in FUNCTIONS:
            self.refuse(func)
        return str(super().visit_function(func, *args, **kwargs))

    def visit_custom_op_binary(self, element: Any, operator: Any, **kwargs: Any) -> str:
        """Refuse an operator that is a piece of text."""
        if not re.fullmatch(r"[-+*/<>=~!@#%^&|?]+", operator.opstring):
            self.refuse(operator.opstring)
        return str(super().visit_custom_op_binary(element, operator, **kwargs))

    def refuse(self, element: Any, *_args: Any, **_kwargs: Any) -> str:
        """Refuse what the reach cannot be added to."""
        raise TypeError(f"No reach can be added to {element}.")


for _hook in REFUSED:
    setattr(WithinReach, _hook, WithinReach.refuse)


class ReachDialect(PGDialect_asyncpg):
    """PostgreSQL as it is spoken within a reach: over the whole consortium, or not."""

    statement_compiler = WithinReach
    supports_statement_cache = True

    def __init__(self, *, whole: bool) -> None:
        super().__init__()
        self.whole = whole

    def condition(self, custody: type[Custody], table: Table) -> Any:
        """Say which rows of a table are within reach, ``None`` where all are."""
        return within(custody, table.c, whole=self.whole, districts=DISTRICTS, account=ACCOUNT)


DIALECTS: Final = {whole: ReachDialect(whole=whole) for whole in (False, True)}
"""By whether the reach is the whole consortium: two texts, so that each uses its own index."""


class Sql:
    """SQL as asyncpg takes it, and the values that go into it, in order."""

    def __init__(self, statement: Statement, dialect: ReachDialect) -> None:
        compiled = WithinReach(dialect, statement)
        if compiled.post_compile_params:
            raise TypeError("A reading takes a list as one array: compare with any_().")
        self.sql = str(compiled)
        self.names = tuple(compiled.positiontup or ())
        self.fixed = {
            n: v for n, v in compiled.construct_params(_check=False).items() if v is not None
        }
        self.free = frozenset(self.names) - self.fixed.keys() - {DISTRICTS.key, ACCOUNT.key}
        for bind, name in compiled.bind_names.items():
            if name in self.free and not is_shared(bind.type):
                raise TypeError(f"{name} would need a translation of {bind.type!r}.")


def is_shared(kind: TypeEngine[Any]) -> bool:
    """Whether PostgreSQL, asyncpg and the wire write this type alike."""
    if isinstance(kind, Enum):
        return kind.enums == [word.value for word in kind.enum_class or ()]
    if isinstance(kind, ARRAY):
        return is_shared(kind.item_type)
    if isinstance(kind, JSON):
        return True
    return not isinstance(kind, TypeDecorator) and kind.python_type in SHARED


def taken_by(annotation: Any) -> frozenset[Any]:
    """List the plain types that a view's field takes, without what further narrows them."""
    origin = get_origin(annotation)
    if origin in {Union, UnionType}:
        return frozenset().union(*(taken_by(each) for each in get_args(annotation)))
    if hasattr(annotation, "__metadata__"):
        return taken_by(annotation.__origin__)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return frozenset({dict})
    return frozenset({origin or annotation})


def taken_from(kind: TypeEngine[Any]) -> frozenset[Any]:
    """List the plain types that a column's values arrive as."""
    if isinstance(kind, ARRAY):
        return frozenset({list})
    if isinstance(kind, JSON):
        return frozenset({dict, list})
    return frozenset({kind.python_type})


def check(columns: Sequence[Any], view: type[BaseModel], never_null: Collection[str]) -> None:
    """Refuse a statement whose columns are not the fields of its view, in name or in type."""
    if {column.key for column in columns} != view.model_fields.keys():
        raise TypeError(f"The columns are not the fields of {view.__name__}.")
    for column in columns:
        taken = taken_by(view.model_fields[column.key].annotation)
        if not is_shared(column.type) or not taken_from(column.type) & taken:
            raise TypeError(f"{view.__name__}.{column.key} does not take {column.type!r}.")
        nullable = getattr(column, "nullable", True) and column.key not in never_null
        if nullable and type(None) not in taken:
            raise TypeError(f"{view.__name__}.{column.key} may be null in its column.")


def cut_to(fields: str | None, view: type[BaseModel]) -> set[str] | None:
    """Read the names of the members that are wanted, or raise ``Invalid``; ``None`` for all."""
    if fields is None:
        return None
    names = set(fields.split(","))
    if names <= view.model_fields.keys():
        return names
    detail = f"Members are {', '.join(sorted(view.model_fields))}."
    raise Invalid(errors=[Fault("?fields", "no_such_member", detail)])


class Reading(Generic[View]):
    """A statement bound to the view its rows become.

    ``version`` names the column of its ETag, ``never_null`` the columns of which only the statement
    knows that they are not null.
    """

    def __init__(
        self,
        statement: Statement,
        view: type[View],
        *,
        version: str | None = None,
        never_null: Collection[str] = (),
    ) -> None:
        self._texts = {whole: Sql(statement, dialect) for whole, dialect in DIALECTS.items()}
        check(statement.selected_columns.values(), view, never_null)
        self.statement = statement
        self.view = view
        self.free = self._texts[True].free | self._texts[False].free
        self.version = version
        READINGS.append(self)

    @cached_property
    def edition(self) -> str:
        """Tell this representation from that of another version of the service."""
        made_of = f"{self._texts[True].sql}{self.view.model_json_schema()}"
        return sha256(made_of.encode()).hexdigest()[:8]

    @cached_property
    def rows(self) -> TypeAdapter[list[View]]:
        """What reads and writes its rows."""
        return TypeAdapter(list[self.view])  # type: ignore[name-defined]  # a class is a type

    @cached_property
    def row(self) -> TypeAdapter[View]:
        """What reads and writes one of them."""
        return TypeAdapter(self.view)

    def etag(self, row: Mapping[str, Any], fields: str | None = None) -> str | None:
        """Name the version and the representation of a row, or nothing where it has no version.

        Whoever asked for some of its ``fields`` has another representation.
        """
        if self.version is None:
            return None
        cut = "" if fields is None else f".{sha256(fields.encode()).hexdigest()[:8]}"
        return f'"{row[self.version]}-{self.edition}{cut}-json"'

    def written(self, row: Mapping[str, Any], fields: str | None = None) -> Rendered[View]:
        """Write a row as its view, with its ETag."""
        shown = cut_to(fields, self.view)
        body = self.row.dump_json(self.row.validate_python(dict(row)), include=shown)
        etag = self.etag(row, fields)
        return Rendered(body, headers=PRIVATE if etag is None else tagged(etag))

    def texts(self) -> list[str]:
        """List both texts, for whoever prepares them at the start."""
        return [text.sql for text in self._texts.values()]

    def within(self, reach: Reach, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """Give the text for this reach and its arguments; the reach itself comes last, and wins."""
        if values.keys() != self.free:
            raise TypeError(f"The reading takes {sorted(self.free)}, not {sorted(values)}.")
        text = self._texts[reach.whole_consortium]
        told = {DISTRICTS.key: reach.districts, ACCOUNT.key: reach.account}
        known = {**text.fixed, **values, **told}
        return text.sql, [known[name] for name in text.names]


READINGS: Final[list[Reading[Any]]] = []
"""Every reading of the application, in the order of import: prepared once at the start."""
