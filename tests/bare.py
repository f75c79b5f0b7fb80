"""Finds types in an input that are not exact: they coerce, or have no bounds."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from app.scalars import Scalar

BARE = (str, int, float, bool, Decimal, datetime, date, time, UUID, bytes)


def bare_types(model: type[BaseModel]) -> list[str]:
    """List the members of a model, and of those inside it, whose type is not a domain scalar."""
    return sorted(set(found_in(model, set())))


def found_in(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    if model in seen:
        return
    seen.add(model)
    for name, field in model.model_fields.items():
        for leaf in leaves(Annotated[field.annotation, *field.metadata, None]):
            if isinstance(leaf, type) and issubclass(leaf, BaseModel):
                yield from found_in(leaf, seen)
            elif leaf is Any or leaf in BARE:
                yield f"{model.__name__}.{name}: {getattr(leaf, '__name__', leaf)}"


def leaves(annotation: Any) -> Iterator[Any]:
    """List the types that an annotation is made of, down to scalars, enumerations and models."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        if not any(isinstance(each, Scalar) for each in arguments[1:]):
            yield from leaves(arguments[0])
    elif origin is Literal or annotation is NoneType:
        return
    elif arguments:
        for each in arguments:
            yield from leaves(each)
    elif not (isinstance(annotation, type) and issubclass(annotation, Enum)):
        yield annotation
