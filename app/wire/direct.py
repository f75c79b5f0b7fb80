"""Reads by the shortest way: what an operation takes is found out once, and not at each request.

A GET whose answer is written already needs nothing of what FastAPI does for the general case: no
body, no model to serialise, no stack of dependencies. Parameters are read and validated by the same
fields as ever, and what is wrong with them is told in the same words; the contract is FastAPI's.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, Self, get_origin

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError

from app.wire.asked import is_list

UNSAID: Any = object()
UNNAMED: Final = ""
"""What a router asks of all its operations, and gives to none of them, has no name."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of the path or the query; ``several`` takes each that is given."""

    name: str
    alias: str
    field: Any
    in_path: bool
    several: bool

    def read(self, request: Request, errors: list[Any]) -> Any:
        """Return the value, or add to the errors."""
        given = self.given(request)
        info = self.field.field_info
        place = ("path" if self.in_path else "query", self.alias)
        if given is UNSAID:
            if info.is_required():
                errors.append({"type": "missing", "loc": place, "msg": "Field required"})
                return None
            return deepcopy(self.field.default)
        value, found = self.field.validate(given, {}, loc=place)
        errors.extend(found)
        return value

    def given(self, request: Request) -> Any:
        """Return what the request says, or ``UNSAID``."""
        if self.in_path:
            return request.path_params[self.alias]
        if self.several:
            return request.query_params.getlist(self.alias) or UNSAID
        return request.query_params.get(self.alias, UNSAID)


@dataclass(frozen=True, slots=True)
class Part:
    """What is called with parameters: the operation, or what it is given under a name."""

    name: str
    call: Callable[..., Awaitable[Any]]
    parameters: tuple[Parameter, ...]
    request: str | None
    """The name under which it takes the request itself."""

    @classmethod
    def of(cls, dependant: Dependant) -> Self:
        """Read it from FastAPI's own account of it."""
        parameters = tuple(parameters_of(dependant))
        call: Any = dependant.call
        return cls(dependant.name or UNNAMED, call, parameters, dependant.request_param_name)

    def values(self, request: Request, errors: list[Any]) -> dict[str, Any]:
        """Read its parameters."""
        told = {each.name: each.read(request, errors) for each in self.parameters}
        return told if self.request is None else told | {self.request: request}


@dataclass(frozen=True, slots=True)
class Direct:
    """A read: the door it goes through, what it is given besides, and what it does."""

    door: str
    opened: Callable[[Request], AbstractAsyncContextManager[Any]]
    given: tuple[Part, ...]
    operation: Part

    @classmethod
    def by(cls, route: Any) -> Self | None:
        """Find the short way of a route, or nothing where it takes more than parameters."""
        dependant: Dependant = route.dependant
        doors = [
            each for each in dependant.dependencies if inspect.isasyncgenfunction(call_of(each))
        ]
        given = [each for each in dependant.dependencies if each not in doors]
        if route.methods != {"GET"} or len(doors) != 1 or not writes_its_answer(dependant.call):
            return None
        if not all(plain(each) for each in (dependant, *given)) or any(
            each.dependencies for each in given
        ):
            return None
        door: Any = doors[0].call
        opened = asynccontextmanager(door)
        return cls(
            doors[0].name or UNNAMED,
            opened,
            tuple(Part.of(each) for each in given),
            Part.of(dependant),
        )

    async def __call__(self, request: Request) -> Response:
        """Ask at the door, read the parameters, and do it; the door closes before the answer."""
        async with self.opened(request) as thing:
            errors: list[Any] = []
            values = {self.door: thing}
            for part in self.given:
                wrong: list[Any] = []
                told = part.values(request, wrong)
                errors += wrong
                values[part.name] = None if wrong else await part.call(**told)
            values |= self.operation.values(request, errors)
            values.pop(UNNAMED, None)
            if errors:
                raise RequestValidationError(errors)
            answer: Response = await self.operation.call(**values)
        return answer


def call_of(dependant: Dependant) -> Any:
    """Return the function of a dependency, also where it is an object that is called."""
    call = dependant.call
    return call if inspect.isroutine(call) else getattr(call, "__call__", None)  # noqa: B004


def writes_its_answer(endpoint: Any) -> bool:
    """Whether what an operation returns is its answer, in bytes."""
    told = inspect.signature(endpoint).return_annotation
    kind = get_origin(told) or told
    return isinstance(kind, type) and issubclass(kind, Response)


def plain(dependant: Dependant) -> bool:
    """Whether something is called with values of the path and the query alone."""
    other = (
        dependant.header_params,
        dependant.cookie_params,
        dependant.body_params,
        dependant.websocket_param_name,
        dependant.http_connection_param_name,
        dependant.response_param_name,
        dependant.background_tasks_param_name,
        dependant.security_scopes_param_name,
    )
    defaults = [field.field_info.validate_default for field in dependant.query_params]
    return not any((*other, *defaults)) and inspect.iscoroutinefunction(dependant.call)


def parameters_of(dependant: Dependant) -> Iterator[Parameter]:
    """List the parameters of a function; a model of several is not one that is read here."""
    for in_path, fields in ((True, dependant.path_params), (False, dependant.query_params)):
        for field in fields:
            info = field.field_info
            alias = str(info.validation_alias or field.alias or field.name)
            yield Parameter(field.name, alias, field, in_path, is_list(info.annotation))
