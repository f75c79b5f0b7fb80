"""Examples made from a schema, where nobody gave one: they are of its form, and say nothing."""

from collections.abc import Mapping
from typing import Any, Final

BY_FORMAT: Final = {
    "uuid": "0198c0de-7c3a-7000-8000-3f1c0ffee000",
    "date": "2026-08-12",
    "date-time": "2026-08-12T14:30:00Z",
    "email": "ada@example.org",
    "uri": "https://example.org/",
}
DEEPEST: Final = 8


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int = 0) -> Any:
    """Make a value that a schema accepts; ``schemas`` are those that a ``$ref`` may name."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas, depth + 1)
    for given in ("example", "const", "default"):
        if schema.get(given) is not None:
            return schema[given]
    for given in ("examples", "enum"):
        if schema.get(given):
            return schema[given][0]
    for union in ("anyOf", "oneOf", "allOf"):
        if union in schema:
            return example_of(some(schema[union]), schemas, depth)
    return made(schema, schemas, depth)


def some(branches: list[dict[str, Any]]) -> dict[str, Any]:
    """Choose a branch that is not null, where there is one."""
    return next((each for each in branches if each.get("type") != "null"), branches[0])


def made(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int) -> Any:
    """Make a value of a type."""
    kind = schema.get("type", "object")
    if kind == "object":
        members = members_of(schema) if depth < DEEPEST else {}
        return {name: example_of(each, schemas, depth + 1) for name, each in members.items()}
    if kind == "array":
        return [example_of(schema.get("items", {}), schemas, depth + 1)] if depth < DEEPEST else []
    if kind == "string":
        return BY_FORMAT.get(schema.get("format", ""), "text"[: schema.get("maxLength", 4)])
    if kind in {"integer", "number"}:
        return schema.get("minimum", 1)
    return False if kind == "boolean" else None


def members_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    """List the members of an object, or one entry of a mapping whose keys are known by example."""
    keys = schema.get("propertyNames", {}).get("examples", ())
    values = list(schema.get("patternProperties", {}).values())
    return dict(schema.get("properties", {})) | dict(zip(keys[:1], values[:1], strict=False))
