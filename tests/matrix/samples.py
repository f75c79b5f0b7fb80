"""A request for every operation of the contract, made from the contract itself.

What a schema does not tell, ``SAMPLES`` does, by the name of a member; an operation for which no
request can be made fails the tests, so that a new one is never left out.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from fastapi import FastAPI

from app.main import contract_of
from app.policy.actions import WHO_MAY, Action
from app.vocabulary import Role

Schema = Mapping[str, Any]
Known = Callable[[str], str | None]
"""The id that a name stands for (``plan_id``), or nothing where the name is no id."""
NUMBERS = count(1)
TEXTS = (
    "2026-27",
    "2026-08-12",
    "2026-08-12T14:30:00Z",
    "odd-sample",
    "Odd sample",
    "CA",
    "America/Los_Angeles",
    "0601620",
    "12.5",
    "0" * 64,
)
"""Texts of which each pattern of the contract takes one."""
SAMPLES: Mapping[str, Any] = {
    "answers/{item_code}": {"value": 6400},
    "answers/batch": {"items": [{"item": "expenditure", "value": 6400}]},
    "/observations": {"measure": "rate", "period": "2023-24", "numerator": 41, "denominator": 80},
    "/observations/batch": {
        "items": [{"measure": "rate", "period": "2022-23", "numerator": 41, "denominator": 80}]
    },
    "/agenda": {"position": 9, "title": "What else there is"},
    "/rebaseline": {
        "reason": "The test changed.",
        "decided_by": "The board",
        "baseline_period": "2021-22",
        "baseline_value": 41,
        "aim_value": 53,
        "due_in": "2026-27",
    },
    "/v1/topics": {
        "code": "time-with-adults",
        "title": "Time with adults",
        "kind": "context",
        "student_question": "Do students meet adults who have the time to know them?",
    },
}
"""Bodies that the contract leaves open, by the end of an operation's path."""
ALIASES: Mapping[tuple[str, str], str] = {("/releases", "plan_id"): "release_plan_id"}
"""Members whose name stands for another thing elsewhere."""
MEMBERS: Mapping[tuple[str, str], Any] = {
    ("/measures", "kind"): "count",
    ("/memberships", "role"): "viewer",
}
"""Words among which the contract leaves the choice, and the rest of a body depends on it."""


class NoSampleError(Exception):
    """No value can be made from a schema."""


@dataclass(frozen=True)
class Operation:
    """What can be asked: a method at a path, under an action."""

    method: str
    path: str
    action: Action
    parameters: tuple[Mapping[str, Any], ...] = ()
    body: Schema | None = None
    defs: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def reads(self) -> bool:
        """Whether it is asked with GET."""
        return self.method == "GET"

    def required(self) -> list[str]:
        """List the parameters without which it cannot be asked, in their order."""
        return [each["name"] for each in self.parameters if each.get("required")]

    def allowed(self, role: Role) -> bool:
        """Whether the table lets a role ask."""
        return role in WHO_MAY[self.action]


def operations(app: FastAPI) -> list[Operation]:
    """List every operation of the contract that is not public."""
    document = contract_of(app)
    defs = document["components"]
    listed = []
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            content = told.get("requestBody", {}).get("content", {})
            body = content.get("application/json", {}).get("schema")
            if body is None:
                body = next((kind["schema"] for kind in content.values()), None)
            made = Operation(
                method.upper(),
                path,
                Action(told["x-action"]),
                tuple(resolved(each, defs) for each in told.get("parameters", ())),
                body,
                defs,
            )
            listed += [] if made.action.public else [made]
    return sorted(listed, key=lambda each: (each.path, each.method))


def resolved(schema: Schema, defs: Mapping[str, Any]) -> Schema:
    """Follow a reference of the contract."""
    while "$ref" in schema:
        _, _, kind, name = schema["$ref"].split("/")
        schema = defs[kind][name]
    return schema


def body_of(operation: Operation, known: Known) -> Any:
    """Make the body of an operation, or nothing where it takes none."""
    for end, body in SAMPLES.items():
        if operation.path.endswith(end) and not operation.reads:
            return body
    if operation.body is None:
        return None
    for (end, name), meant in ALIASES.items():
        if operation.path.endswith(end):
            return {name: known(meant)}
    fixed = {name: word for (part, name), word in MEMBERS.items() if part in operation.path}
    return sample(operation.body, operation.defs, lambda name: fixed.get(name) or known(name))


def sample(schema: Schema, defs: Mapping[str, Any], known: Known, name: str = "") -> Any:
    """Make a value that a schema takes."""
    schema = resolved(schema, defs)
    if (held := known(name)) is not None:
        return [held] if schema.get("type") == "array" else held
    for fixed in ("const", "default"):
        if schema.get(fixed) is not None:
            return schema[fixed]
    if "enum" in schema:
        return schema["enum"][0]
    for either in ("anyOf", "oneOf"):
        if either in schema:
            return sample(schema[either][0], defs, known, name)
    if "allOf" in schema:
        return sample(schema["allOf"][0], defs, known, name)
    return OF_TYPE[schema.get("type", "object")](schema, defs, known)


def an_object(schema: Schema, defs: Mapping[str, Any], known: Known) -> Any:
    """Make an object of what it must have, and of the ids that it may have."""
    properties = schema.get("properties", {})
    required = schema.get("required", ())
    names = [each for each in properties if each in required or known(each) is not None]
    if not names and schema.get("minProperties", 0) == 0:
        names = [each for each in properties if each in {"name", "title", "display_name"}]
    return {each: sample(properties[each], defs, known, each) for each in names}


def an_array(schema: Schema, defs: Mapping[str, Any], known: Known) -> Any:
    """Make a list of as few as will do."""
    few = max(schema.get("minItems", 0), 1)
    return [sample(schema["items"], defs, known) for _ in range(few)]


def a_text(schema: Schema, _defs: Mapping[str, Any], _known: Known) -> str:
    """Find a text that a pattern takes."""
    if schema.get("format") == "uuid":
        return f"00000000-0000-7000-8000-{next(NUMBERS):012x}"
    pattern = schema.get("pattern", "")
    for text in (*schema.get("examples", ()), *TEXTS):
        short = schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 9999)
        if short and re.search(pattern, text) and formed(schema.get("format"), text):
            return text
    raise NoSampleError(schema)


def formed(form: str | None, text: str) -> bool:
    """Whether a text has a form that the contract names."""
    return {"date": len(text) == 10, "date-time": text.endswith("Z")}.get(form or "", True)


def a_number(schema: Schema, _defs: Mapping[str, Any], _known: Known) -> Any:
    """Make a number within its bounds."""
    return max(schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)


OF_TYPE: Mapping[str, Callable[[Schema, Mapping[str, Any], Known], Any]] = {
    "object": an_object,
    "array": an_array,
    "string": a_text,
    "integer": a_number,
    "number": a_number,
    "boolean": lambda *_: False,
}


def names_in(path: str) -> Iterator[str]:
    """List the parameters within a path."""
    return (name for name in re.findall(r"\{([^}]*)\}", path))
