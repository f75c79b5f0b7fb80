"""The contract: what FastAPI generates, made complete (OpenAPI 3.1)."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from pydantic.json_schema import models_json_schema

from app.wire import failures
from app.wire.asked import MERGE_PATCH, every_dependant
from app.wire.conditions import condition, is_versioned
from app.wire.deprecation import deprecation_of
from app.wire.described import (
    HEADERS,
    IDEMPOTENCY_KEY,
    OF_QUOTAS,
    PREFER,
    accepted,
    tell,
    tell_forms,
)
from app.wire.examples import example_of
from app.wire.later import JobView
from app.wire.rows import ReadsRows, envelope_of

REF: Final = "#/components/schemas/{model}"
ERROR: Final = 400
WRITES: Final = frozenset(("POST", "PUT", "PATCH", "DELETE"))
INVALID: Final = "422"
"""What FastAPI describes of its own accord."""
BOUNDS: Final = frozenset(
    ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
)


@dataclass(frozen=True, slots=True)
class Authority:
    """What a dependency of an endpoint says of who may use it.

    ``action`` is the OAuth scope too; ``once`` insists on an Idempotency-Key, ``match`` on If-Match
    for a change of what is there.
    """

    action: str
    public: bool = False
    once: bool = False
    match: bool = False


AuthorityOf = Callable[[Callable[..., Any]], Authority | None]


def contract(
    app: FastAPI, authority_of: AuthorityOf, scopes: Mapping[str, str], token_url: str
) -> dict[str, Any]:
    """Describe an application; raise ``TypeError`` for an operation that is not fit to be shown.

    ``authority_of`` tells the authority that a dependency stands for, ``scopes`` what each action
    means, ``token_url`` where a client gets a token by its credentials.
    """
    document = generated(app)
    components = document["components"]
    schemas = components["schemas"]
    for context in shown(app):
        authority = authority_within(context, authority_of)
        for method in context.methods or ():
            operation = document["paths"][context.path_format][method.lower()]
            complete(operation, context, method, authority)
            tagged = authority.match or is_versioned(operation, context, method, schemas)
            if tagged:
                condition(operation, method)
            document_rows(operation, context, schemas)
            for dependant in every_dependant(context.dependant):
                tell_forms(operation, getattr(dependant.call, "writes", ()))
            if tagged and method != "DELETE":
                tell(operation, ("ETag",))
            if not authority.public:
                tell(operation, OF_QUOTAS)
            fail(operation, public=authority.public, writes=method in WRITES)
    schemas |= failures.schemas()
    tidy(list(schemas.values()))
    for operation in operations(document):
        for schema in inline(operation):
            schema.pop("title", None)
            tidy(schema)
        exemplify(operation, schemas)
    components |= {
        "schemas": dict(sorted(schemas.items())),
        "responses": failures.responses(),
        "headers": dict(HEADERS),
        "securitySchemes": security(scopes, token_url),
    }
    document["paths"] = dict(sorted(document["paths"].items()))
    every_operation_has_its_own_id(document)
    return document


def generated(app: FastAPI) -> dict[str, Any]:
    """Return what FastAPI generates, without what it says of failures."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        contact=app.contact,
        license_info=app.license_info,
        tags=app.openapi_tags,
        servers=app.servers or [{"url": "/"}],
        routes=app.routes,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return document


def written(document: Mapping[str, Any]) -> str:
    """Write a contract: the same text for the same contract."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def shown(app: FastAPI) -> Iterator[RouteContext]:
    """List the operations that are in the contract."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute) and context.include_in_schema:
            yield context


def authority_within(context: RouteContext, authority_of: AuthorityOf) -> Authority:
    """Find the one authority of an operation."""
    for dependant in every_dependant(context.dependant):
        if dependant.call is not None:
            authority = authority_of(dependant.call)
            if authority is not None:
                return authority
    raise TypeError(f"{context.name} has no authority.")


def complete(
    operation: dict[str, Any], context: RouteContext, method: str, authority: Authority
) -> None:
    """Give an operation its id, summary and authority."""
    if not operation.get("description"):
        raise TypeError(f"{context.name} has no description.")
    words = (context.name or "").split("_")
    operation["operationId"] = words[0] + "".join(word.title() for word in words[1:])
    operation["summary"] = context.summary or " ".join(words).capitalize()
    operation["x-action"] = authority.action
    operation["security"] = (
        [] if authority.public else [{"bearer": []}, {"oauth2": [authority.action]}]
    )
    if method == "POST" and not authority.public:
        key = IDEMPOTENCY_KEY | {"required": authority.once}
        operation.setdefault("parameters", []).append(key)
    if context.endpoint is not None and (ending := deprecation_of(context.endpoint)) is not None:
        operation["description"] += f"\n\n{ending.sentence}"
    content = operation.get("requestBody", {}).get("content", {})
    if method == "PATCH" and "application/json" in content:
        content[MERGE_PATCH] = content["application/json"]


def document_rows(
    operation: dict[str, Any], context: RouteContext, schemas: dict[str, Any]
) -> None:
    """Document the body of a batch, which FastAPI does not read."""
    for dependant in every_dependant(context.dependant):
        reader = dependant.call
        if isinstance(reader, ReadsRows):
            name = f"{reader.draft.__name__}Batch"
            model = envelope_of(reader.draft, reader.limit, name)
            define(models_json_schema([(model, "validation")], ref_template=REF)[1], schemas)
            operation["requestBody"] = reader.document(REF.format(model=name))
        if getattr(reader, "later", False):
            define(models_json_schema([(JobView, "serialization")], ref_template=REF)[1], schemas)
            operation.setdefault("parameters", []).append(PREFER)
            operation["responses"]["202"] = accepted(REF.format(model="JobView"))


def define(made: Mapping[str, Any], schemas: dict[str, Any]) -> None:
    """Add the schemas of models, none of which may stand for two."""
    for name, whole in made["$defs"].items():
        schema = without_nulls(whole)
        if schemas.setdefault(name, schema) != schema:
            raise TypeError(f"Two schemas are called {name}.")


def without_nulls(schema: Any) -> Any:
    """Leave out members that are null, as FastAPI does when it writes a schema."""
    if isinstance(schema, dict):
        return {k: without_nulls(each) for k, each in schema.items() if each is not None}
    return [without_nulls(each) for each in schema] if isinstance(schema, list) else schema


def fail(operation: dict[str, Any], *, public: bool, writes: bool) -> None:
    """Document how an operation can fail: as problems, each described once.

    A failure whose body the operation describes itself follows another standard, and stays.
    """
    answers: dict[str, Any] = operation["responses"]
    if "HTTPValidationError" in str(answers.get("422")):
        del answers["422"]  # which FastAPI adds wherever there is an id in the path
    told = {status for status in answers if status.isdigit() and int(status) >= ERROR}
    for status in told | set(failures.failures_of(operation, public=public, writes=writes)):
        if "content" not in answers.get(status, {}):
            answers[status] = failures.response_to(status)
    for status in answers.keys() - told:
        if answers[status].get("description") == "Successful Response":
            answers[status]["description"] = f"{HTTPStatus(int(status)).phrase}."
    operation["responses"] = dict(sorted(answers.items()))


def tidy(schema: Any) -> None:
    """Take away titles made of the names of members, and the points of whole bounds."""
    if isinstance(schema, dict):
        for member in schema.get("properties", {}).values():
            member.pop("title", None)
        for bound in BOUNDS & schema.keys():
            if isinstance(schema[bound], float) and schema[bound].is_integer():
                schema[bound] = int(schema[bound])
        for each in schema.values():
            tidy(each)
    elif isinstance(schema, list):
        for each in schema:
            tidy(each)


def inline(operation: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """List the schemas that stand in an operation itself."""
    for parameter in operation.get("parameters", ()):
        yield parameter["schema"]
    for body in (operation.get("requestBody", {}), *operation["responses"].values()):
        for each in body.get("content", {}).values():
            yield each["schema"]


def exemplify(operation: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    """Give an example of every body that has none."""
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    for body in bodies:
        for media_type, each in body.get("content", {}).items():
            if media_type.endswith("json") and not {"example", "examples"} & each.keys():
                each["example"] = example_of(each["schema"], schemas)


def security(scopes: Mapping[str, str], token_url: str) -> dict[str, Any]:
    """Describe how callers authenticate."""
    flow = {"tokenUrl": token_url, "scopes": dict(sorted(scopes.items()))}
    return {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT or c34 key",
            "description": "An access token, or a personal or service key (`c34_…`).",
        },
        "oauth2": {
            "type": "oauth2",
            "description": "Client credentials of a service account (RFC 6749, section 4.4).",
            "flows": {"clientCredentials": flow},
        },
    }


def operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """List the operations of a contract."""
    for path in document["paths"].values():
        yield from path.values()


def every_operation_has_its_own_id(document: Mapping[str, Any]) -> None:
    """Raise ``TypeError`` for an operation id that is there twice."""
    ids = [operation["operationId"] for operation in operations(document)]
    if twice := {each for each in ids if ids.count(each) > 1}:
        raise TypeError(f"Two operations are called {sorted(twice)}.")
