"""The columns of a CSV file, declared by the members of the model that reads its rows."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from app.scalars import Number, Scalar, WholeNumber
from app.scalars.numbers import YesOrNo
from app.wire.strict_json import LONGEST_NUMBER

WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]*)")
NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,6})?")
FLAGS: Final = {"true": True, "TRUE": True, "false": False, "FALSE": False}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the heading, and the type its cells are read as.

    A column whose name ends in ``.`` stands for any number of them: one for each key of a mapping.
    """

    name: str
    type: Any
    required: bool

    def read(self, cell: str) -> Any:
        """Read a cell as JSON would give it; one that cannot be stays text, to be refused."""
        if self.type is WholeNumber and len(cell) <= LONGEST_NUMBER:
            return int(cell) if WHOLE.fullmatch(cell) else cell
        if self.type is Number and len(cell) <= LONGEST_NUMBER:
            return Decimal(cell) if NUMBER.fullmatch(cell) else cell
        if self.type is YesOrNo:
            return FLAGS.get(cell, cell)
        return cell


def columns_of(
    model: type[BaseModel], prefix: str = "", *, required: bool = True
) -> Iterator[Column]:
    """List the columns of a model; raise ``TypeError`` for a member that a cell cannot hold."""
    for name, field in model.model_fields.items():
        title = f"{prefix}{field.alias or name}"
        needed = required and field.is_required()
        kinds = list(kinds_of(Annotated[field.annotation, *field.metadata, None]))
        if len(kinds) != 1:
            raise TypeError(f"{model.__name__}.{name} has no one type that a cell can hold.")
        kind = kinds[0]
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from columns_of(kind, f"{title}.", required=needed)
        elif get_origin(kind) in {dict, Mapping}:
            (value,) = kinds_of(get_args(kind)[1])
            yield Column(f"{title}.", value, required=False)
        else:
            yield Column(title, kind, needed)


def kinds_of(annotation: Any) -> Iterator[Any]:
    """List what a type may be besides null: a kind of scalar, a model, a mapping."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        scalars = [each for each in arguments[1:] if isinstance(each, Scalar)]
        if scalars:
            yield next(
                (kind for kind in (WholeNumber, Number, YesOrNo) if isinstance(scalars[-1], kind)),
                Scalar,
            )
        else:
            yield from kinds_of(arguments[0])
    elif origin in {Union, UnionType}:
        for each in arguments:
            yield from kinds_of(each)
    elif origin is Literal or (isinstance(annotation, type) and issubclass(annotation, Enum)):
        yield Scalar
    elif origin in {dict, Mapping} or (
        isinstance(annotation, type) and issubclass(annotation, BaseModel)
    ):
        yield annotation
    elif annotation is not NoneType and isinstance(annotation, type):
        raise TypeError(f"A cell cannot hold {annotation.__name__}.")
    elif origin is not None:
        raise TypeError(f"A cell cannot hold {annotation}.")
