"""The shape of a problem, and what each error that a request may raise becomes."""

import errno
from collections.abc import Callable

import pytest
from asyncpg import PostgresError
from asyncpg.exceptions import (
    AdminShutdownError,
    CheckViolationError,
    DeadlockDetectedError,
    DiskFullError,
    ForeignKeyViolationError,
    InsufficientPrivilegeError,
    InterfaceError,
    LockNotAvailableError,
    NumericValueOutOfRangeError,
    QueryCanceledError,
    SerializationError,
    TooManyConnectionsError,
    UniqueViolationError,
)
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import ResponseValidationError
from httpx import ASGITransport, AsyncClient
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from structlog.testing import capture_logs
from wire.answered import problem

from app.problems import (
    Conflict,
    Fault,
    InsufficientScope,
    Invalid,
    Problem,
    Refused,
    TokenExpired,
    Unauthenticated,
    Unavailable,
    kinds_of_problem,
)
from app.wire.answers import install_problem_handlers
from app.wire.middleware import Wire
from app.wire.route import Route

pytestmark = pytest.mark.anyio

SECRET = "8417563.25"


async def answer_to(raised: Callable[[], Exception], path: str = "/v1/failing"):
    """Ask an endpoint that raises."""
    router = APIRouter(route_class=Route)

    @router.get("/v1/{rest:path}")
    async def fail(rest: str) -> None:
        del rest
        raise raised()

    app = FastAPI()
    app.include_router(router)
    install_problem_handlers(app)
    app.add_middleware(Wire)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://toy") as client:
        return await client.get(path)


def wrapped(error: Exception, kind: type[DBAPIError] = DBAPIError) -> Exception:
    """Wrap a fault of the driver as SQLAlchemy does, with the statement and its values."""
    return kind(f"select '{SECRET}'", (SECRET,), error)


async def test_a_problem_has_the_members_of_rfc_9457_and_ours():
    faults = [Fault("/name", "required", "Required."), Fault("", "x", "X.", row=3, column="a")]
    answer = await answer_to(lambda: Invalid("Two.", rule="TR-11", errors=faults))
    problem(
        answer,
        422,
        "validation_failed",
        "Two.",
        rule="TR-11",
        errors=[
            {"pointer": "/name", "code": "required", "detail": "Required."},
            {"pointer": "", "code": "x", "detail": "X.", "row": 3, "column": "a"},
        ],
    )
    assert answer.headers["cache-control"] == "no-store"


async def test_a_hundred_faults_are_listed_at_most():
    faults = [Fault(f"/{n}", "required", "Required.") for n in range(150)]
    body = (await answer_to(lambda: Invalid(errors=faults))).json()
    assert [each["pointer"] for each in body["errors"]] == [f"/{n}" for n in range(100)]


async def test_the_path_is_told_as_a_uri_reference():
    answer = await answer_to(Conflict, "/v1/a%20%22%C3%A9%FF" + "c" * 600)
    instance = answer.json()["instance"]
    assert instance.startswith("/v1/a%20%22%C3%A9%EF%BF%BD")
    assert len(instance) == 500


async def test_a_long_path_is_cut_through_no_escape():
    told = (await answer_to(Conflict, "/v1/ab" + "%C3%A9" * 200)).json()["instance"]
    assert told == "/v1/ab" + "%C3%A9" * 82


@pytest.mark.parametrize(
    ("raised", "status", "code", "headers"),
    [
        (Unauthenticated(), 401, "unauthenticated", {"www-authenticate": "Bearer"}),
        (
            TokenExpired(),
            401,
            "token_expired",
            {
                "www-authenticate": (
                    'Bearer error="invalid_token", error_description="The token has expired."'
                )
            },
        ),
        (
            InsufficientScope(scope="goal:read"),
            403,
            "insufficient_scope",
            {"www-authenticate": 'Bearer error="insufficient_scope", scope="goal:read"'},
        ),
        (Unavailable(), 503, "unavailable", {"retry-after": "2"}),
    ],
    ids=lambda each: type(each).__name__,
)
async def test_a_problem_tells_how_to_go_on(raised, status, code, headers):
    answer = await answer_to(lambda: raised)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert {name: answer.headers[name] for name in headers} == headers


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (UniqueViolationError(SECRET), 409, "conflict"),
        (ForeignKeyViolationError(SECRET), 422, "validation_failed"),
        (CheckViolationError(SECRET), 422, "validation_failed"),
        (NumericValueOutOfRangeError(SECRET), 422, "validation_failed"),
        (TooManyConnectionsError(SECRET), 503, "unavailable"),
        (QueryCanceledError(SECRET), 503, "unavailable"),
        (DiskFullError(SECRET), 503, "unavailable"),
        (DeadlockDetectedError(SECRET), 503, "unavailable"),
        (SerializationError(SECRET), 503, "unavailable"),
        (LockNotAvailableError(SECRET), 503, "unavailable"),
        (AdminShutdownError(SECRET), 503, "unavailable"),
        (InsufficientPrivilegeError(SECRET), 500, "internal"),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, PostgresError) else None,
)
async def test_a_fault_of_the_database_is_told_by_its_sqlstate(error, status, code):
    for raised in (error, wrapped(error), wrapped(error, IntegrityError)):
        with capture_logs() as logs:
            answer = await answer_to(lambda raised=raised: raised)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert SECRET not in answer.text
        assert SECRET not in repr(logs)
        assert ("retry-after" in answer.headers) == (status == 503)


async def unreachable() -> None:
    import asyncpg

    await asyncpg.connect(host="/nowhere/at/all", user="nobody", database="nothing")


async def test_an_unreachable_database_is_told_as_unavailable():
    with pytest.raises(FileNotFoundError) as caught:
        await unreachable()
    lost = OperationalError("select 1", (), Exception(SECRET), connection_invalidated=True)
    for error in (caught.value, lost, NoConnection(SECRET), TimeoutError(), InterfaceError("x")):
        answer = await answer_to(lambda error=error: error)
        problem(
            answer,
            503,
            "unavailable",
            "This cannot be done now. Try again after the seconds in Retry-After.",
        )


async def test_a_file_of_ours_that_is_not_there_is_no_lack_of_a_database():
    answer = await answer_to(lambda: FileNotFoundError(errno.ENOENT, SECRET))
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")


async def test_a_row_that_changed_meanwhile_fails_the_precondition():
    answer = await answer_to(lambda: StaleDataError(SECRET))
    problem(answer, 412, "precondition_failed", "It has changed since you read it.")


@pytest.mark.parametrize(
    "error",
    [RuntimeError(SECRET), ResponseValidationError([{"input": SECRET}]), ExceptionGroup(SECRET, [ValueError(SECRET)])],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
async def test_what_nobody_foresaw_is_an_internal_error_without_its_words(error):
    error.__cause__ = KeyError(SECRET)
    with capture_logs() as logs:
        answer = await answer_to(lambda: error)
    problem(
        answer,
        500,
        "internal",
        "Something of ours failed. The request id finds it in our log.",
    )
    failure = next(each for each in logs if each["event"] == "request_failed")
    assert failure["errors"] == [type(error).__qualname__, "KeyError"]
    assert failure["request_id"] == answer.headers["x-request-id"]
    assert failure["places"][-1].endswith(".fail")
    assert SECRET not in repr(logs)


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "malformed_request"), (404, "not_found"), (413, "body_too_large"), (418, "malformed_request"), (502, "internal"), (503, "unavailable")],
)  # fmt: skip
async def test_an_http_error_of_the_framework_becomes_a_problem(status, code):
    answer = await answer_to(lambda: HTTPException(status, SECRET))
    assert answer.json()["code"] == code
    assert SECRET not in answer.text


def test_every_code_belongs_to_one_kind_and_is_explained():
    for code, kind in kinds_of_problem().items():
        assert (kind.code, bool(kind.__doc__), kind.title[0]) == (code, True, code[0].upper())
        assert len(kind.__doc__ or "") > 60


def test_the_codes_are_those_of_the_conventions():
    assert {code: kind.status for code, kind in kinds_of_problem().items()} == {
        "body_too_large": 413,
        "conflict": 409,
        "forbidden": 403,
        "gone": 410,
        "idempotency_key_required": 400,
        "idempotency_key_reused": 422,
        "in_progress": 409,
        "insufficient_scope": 403,
        "internal": 500,
        "invalid_cursor": 422,
        "invalid_transition": 409,
        "pending_batch": 409,
        "malformed_header": 400,
        "malformed_idempotency_key": 400,
        "malformed_json": 400,
        "malformed_request": 400,
        "method_not_allowed": 405,
        "not_found": 404,
        "precondition_failed": 412,
        "precondition_required": 428,
        "request_timeout": 408,
        "token_expired": 401,
        "too_many_requests": 429,
        "unauthenticated": 401,
        "unavailable": 503,
        "unsupported_media_type": 415,
        "validation_failed": 422,
    }


def test_a_refusal_is_caught_whatever_it_is_for():
    assert issubclass(InsufficientScope, Refused)
    assert issubclass(Refused, Problem)
