"""The contract: complete, deterministic, and fit for generators of clients."""

import json
from collections.abc import Iterator
from typing import Annotated, Any, Generic, TypeVar, get_args

import pytest
from fastapi import APIRouter, Depends, FastAPI, Response
from openapi_spec_validator import OpenAPIV31SpecValidator
from wire.toy import anyone, describe, toy

from app.problems import kinds_of_problem
from app.scalars import Input, Title
from app.wire.openapi import Authority, contract, written
from app.wire.route import Route

HAS_BODY = {"post", "put", "patch"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return describe(toy())


def operations(document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_the_contract_is_valid(document):
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_every_operation_is_named_and_described(document):
    assert {
        f"{method.upper()} {path}": (operation["operationId"], operation["summary"])
        for path, method, operation in operations(document)
    } == {
        "GET /problems": ("listProblems", "List problems"),
        "GET /problems/{code}": ("explainProblem", "Explain problem"),
        "GET /v1/things": ("listThings", "List things"),
        "POST /v1/things": ("makeThing", "Make thing"),
        "POST /v1/things/batch": ("makeThings", "Make things"),
        "GET /v1/things/{thing_id}": ("getThing", "Get thing"),
        "PATCH /v1/things/{thing_id}": ("reviseThing", "Revise thing"),
        "POST /v1/things/{thing_id}/publish": ("publishThing", "Publish thing"),
    }
    assert all(operation["description"] for _, _, operation in operations(document))


def test_every_failure_is_a_problem_and_only_that(document):
    responses = document["components"]["responses"]
    for path, method, operation in operations(document):
        failures = {code: each for code, each in operation["responses"].items() if code >= "4"}
        for each in failures.values():
            described = responses[each["$ref"].rsplit("/", 1)[-1]]
            assert list(described["content"]) == ["application/problem+json"]
            assert described["content"]["application/problem+json"]["schema"] == {
                "$ref": "#/components/schemas/Problem"
            }
        public = path.startswith("/problems")
        assert set(failures) >= {"400", "429", "500", "503"}
        assert (set(failures) >= {"401", "403"}) == (not public)
        if "requestBody" in operation:
            assert set(failures) >= {"408", "413", "415", "422"}, (path, method)
        assert ("404" in failures) == ("{" in path)
        assert ("409" in failures) == (method != "get")
    only_an_id = document["paths"]["/v1/things/{thing_id}"]["get"]["responses"]
    assert list(only_an_id) == ["200", "400", "401", "403", "404", "429", "500", "503"]
    assert "HTTPValidationError" not in json.dumps(document)


def test_the_example_of_a_failure_is_one(document):
    required = document["components"]["schemas"]["Problem"]["required"]
    for name, each in document["components"]["responses"].items():
        shown = each["content"]["application/problem+json"]["example"]
        assert kinds_of_problem()[shown["code"]].status == shown["status"], name
        assert [member for member in required if member not in shown] == []


def test_each_operation_names_its_authority(document):
    for path, _, operation in operations(document):
        told = (operation["x-action"], operation["security"])
        if path.startswith("/problems"):
            assert told == ("documentation:read", [])
        else:
            assert told == ("thing:use", [{"bearer": []}, {"oauth2": ["thing:use"]}])
    assert document["components"]["securitySchemes"]["oauth2"]["flows"] == {
        "clientCredentials": {
            "tokenUrl": "/v1/oauth/token",
            "scopes": {"thing:use": "Use things."},
        }
    }


def test_a_change_is_a_merge_patch_or_json(document):
    content = document["paths"]["/v1/things/{thing_id}"]["patch"]["requestBody"]["content"]
    assert list(content) == ["application/json", "application/merge-patch+json"]


def test_a_batch_is_json_or_csv(document):
    body = document["paths"]["/v1/things/batch"]["post"]["requestBody"]
    assert (body["required"], list(body["content"])) == (True, ["application/json", "text/csv"])
    assert body["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/RowBatch"
    }
    told = document["components"]["schemas"]["RowBatch"]["properties"]["items"]
    assert (told["items"], told["minItems"], told["maxItems"]) == (
        {"$ref": "#/components/schemas/Row"},
        1,
        5,
    )
    columns = (
        "name, nces_id, count, rate, day, kind, active, size.width, size.depth, external_ids.…"
    )
    assert body["content"]["text/csv"]["schema"]["description"].endswith(f": {columns}.")


def test_a_post_may_be_sent_twice_with_a_key(document):
    for path, method, operation in operations(document):
        keys = [
            each for each in operation.get("parameters", ()) if each["name"] == "Idempotency-Key"
        ]
        assert [each["required"] for each in keys] == ([False] if method == "post" else []), path


def test_every_json_body_has_an_example(document):
    for path, method, operation in operations(document):
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        bodies += [each for code, each in operation["responses"].items() if code < "4"]
        for body in bodies:
            for media_type, each in body["content"].items():
                if media_type.endswith("json"):
                    assert "example" in each, (path, method)


@pytest.mark.anyio
async def test_the_example_of_a_request_is_taken(client, document):
    for path in ("/v1/things", "/v1/things/batch"):
        content = document["paths"][path]["post"]["requestBody"]["content"]
        answer = await client.post(path, json=content["application/json"]["example"])
        assert answer.status_code < 300, answer.text


def test_members_have_no_titles_made_of_their_names(document):
    assert all(
        "title" not in member
        for schema in document["components"]["schemas"].values()
        for member in schema.get("properties", {}).values()
    )


def test_what_a_request_holds_is_bounded(document):
    assert unbounded(document, "Draft") == []
    assert unbounded(document, "RowBatch") == []


def unbounded(document, name: str) -> list[str]:
    schemas = document["components"]["schemas"]

    def within(schema, place: str) -> Iterator[str]:
        if "$ref" in schema:
            yield from within(schemas[schema["$ref"].rsplit("/", 1)[-1]], place)
        for each in schema.get("anyOf", ()):
            yield from within(each, place)
        for member, each in schema.get("properties", {}).items():
            yield from within(each, f"{place}.{member}")
        kind = schema.get("type")
        bounds = {
            "string": {"maxLength", "enum", "const"},
            "array": {"maxItems"},
            "integer": {"maximum"},
            "number": {"maximum"},
        }
        if kind in bounds and not bounds[kind] & schema.keys():
            yield place
        if kind == "array":
            yield from within(schema["items"], f"{place}[]")

    return list(within(schemas[name], name))


def test_the_same_application_gives_the_same_text():
    first, second = (written(describe(toy())) for _ in range(2))
    assert (first == second, first.endswith("}\n")) == (True, True)


def application(*routers: APIRouter) -> FastAPI:
    app = FastAPI(openapi_url=None)
    for router in routers:
        app.include_router(router)
    return app


def told(app: FastAPI) -> dict[str, Any]:
    return contract(
        app, lambda call: Authority("a:b", once=True) if call is anyone else None, {}, "/token"
    )


def test_an_operation_without_authority_description_or_its_own_id_is_refused():
    def router(described: str, *, authority: bool, path: str = "/a") -> APIRouter:
        dependencies = [Depends(anyone)] if authority else []
        made = APIRouter(route_class=Route, dependencies=dependencies)

        async def get_it() -> None: ...

        get_it.__doc__ = described
        made.get(path)(get_it)
        return made

    assert (
        told(application(router("It.", authority=True)))["paths"]["/a"]["get"]["x-action"] == "a:b"
    )
    with pytest.raises(TypeError, match="has no authority"):
        told(application(router("It.", authority=False)))
    with pytest.raises(TypeError, match="has no description"):
        told(application(router("", authority=True)))
    twice = application(router("It.", authority=True), router("It.", authority=True, path="/b"))
    with pytest.raises(TypeError, match="Two operations are called"):
        told(twice)


class Change(Input):
    name: Title


def test_what_must_not_happen_twice_requires_a_key():
    router = APIRouter(route_class=Route)

    @router.post("/a")
    async def do_it(_all: Annotated[None, Depends(anyone)], change: Change) -> Change:
        """Do it."""
        return change

    (key,) = told(application(router))["paths"]["/a"]["post"]["parameters"]
    assert (key["name"], key["required"]) == ("Idempotency-Key", True)


class Versioned(Input):
    version: int


Model = TypeVar("Model")


class Written(Response, Generic[Model]):
    """An answer that is written already, of a model."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        return handler.generate_schema(get_args(source)[0])


def changing() -> None:
    """Let in who changes something."""


def test_a_change_of_what_is_there_takes_the_tag_of_what_was_read():
    router = APIRouter(route_class=Route)
    everyone, changer = Annotated[None, Depends(anyone)], Annotated[None, Depends(changing)]

    @router.get("/a")
    async def read_it(_all: everyone) -> Written[Versioned]:
        """Read it."""
        return Written()

    @router.get("/b")
    async def read_another(_all: everyone) -> Versioned:
        """Read what is written after it was read."""
        return Versioned(version=1)

    @router.get("/c")
    async def read_more(_all: everyone) -> Written[Change]:
        """Read what has no version."""
        return Written()

    @router.patch("/a")
    async def change_it(_all: changer, change: Change) -> Change:
        """Change it."""

    @router.put("/a")
    async def place_it(_all: changer, change: Change) -> Change:
        """Place it."""

    @router.delete("/a", status_code=204)
    async def end_it(_all: changer) -> None:
        """End it."""

    document = contract(
        application(router),
        {anyone: Authority("a:b"), changing: Authority("a:b", match=True)}.get,
        {},
        "/token",
    )
    for other in ("/b", "/c"):
        assert "parameters" not in document["paths"][other]["get"]
    path = document["paths"]["/a"]
    taken = {
        method: [(each["name"], each["in"], each["required"]) for each in operation["parameters"]]
        for method, operation in path.items()
    }
    assert taken == {
        "get": [("If-None-Match", "header", False)],
        "patch": [("If-Match", "header", True)],
        "put": [("If-Match", "header", False), ("If-None-Match", "header", False)],
        "delete": [("If-Match", "header", True)],
    }
    quotas = ["RateLimit", "RateLimit-Policy"]
    assert {
        method: {
            status: sorted(answer.get("headers", {}))
            for status, answer in operation["responses"].items()
            if status < "4"
        }
        for method, operation in path.items()
    } == {
        "get": {"200": ["ETag", *quotas], "304": ["ETag", *quotas]},
        "patch": {"200": ["ETag", *quotas]},
        "put": {"200": ["ETag", *quotas]},
        "delete": {"204": quotas},
    }
    for method, operation in path.items():
        conditions = {"412", "428"} & operation["responses"].keys()
        assert conditions == (set() if method == "get" else {"412", "428"})
    failed = document["components"]["responses"]
    assert list(failed["PreconditionFailed"]["headers"]) == ["ETag"]
    assert list(failed["TooManyRequests"]["headers"]) == ["Retry-After", *quotas]
    for name in ("ETag", *quotas):
        assert document["components"]["headers"][name]["schema"]["type"] == "string"
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
