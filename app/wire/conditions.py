"""Which operations the contract describes as conditional (RFC 9110), by what they answer."""

from collections.abc import Mapping
from copy import deepcopy
from inspect import signature
from typing import Any, Final, get_origin

from fastapi import Response
from fastapi.routing import RouteContext

from app.wire.described import IF_MATCH, IF_NONE_MATCH, NOT_MODIFIED

MAKE_ONLY: Final = "`*` makes what is not there, and never replaces what is: then it is 412."


def is_versioned(
    operation: Mapping[str, Any], context: RouteContext, method: str, schemas: Mapping[str, Any]
) -> bool:
    """Whether an operation reads one thing that has a version, and so an entity tag.

    Its answer is written already, so that a reader who has it can be told so instead.
    """
    told = get_origin(signature(context.endpoint or is_versioned).return_annotation)
    if method != "GET" or not (isinstance(told, type) and issubclass(told, Response)):
        return False
    content = operation["responses"]["200"].get("content", {})
    name = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    return "version" in schemas.get(name.rpartition("/")[2], {}).get("properties", {})


def condition(operation: dict[str, Any], method: str) -> None:
    """Give an operation the condition of what it changes or reads; what is made has none yet."""
    taken = operation.setdefault("parameters", [])
    if method == "GET":
        taken.append(IF_NONE_MATCH)
        operation["responses"].update(deepcopy(NOT_MODIFIED))
    else:
        taken.append(IF_MATCH | {"required": method != "PUT"})
        if method == "PUT":
            taken.append(IF_NONE_MATCH | {"description": MAKE_ONLY, "example": "*"})
