"""What an operation takes, and how a request is read by it: media types, JSON, query parameters."""

from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass
from email.message import Message
from types import UnionType
from typing import Any, Final, Self, Union, get_args, get_origin
from urllib.parse import unquote_to_bytes

from fastapi import Request, params
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.problems import Fault, Malformed, MalformedJson, Problem, UnsupportedMediaType
from app.wire.faults import parameter_fault
from app.wire.strict_json import parse

JSON: Final = "application/json"
MERGE_PATCH: Final = "application/merge-patch+json"
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
LISTS: Final = (list, tuple, set, frozenset)


class StrictRequest(Request):
    """A request whose JSON is read by ``parse`` before any dependency is asked."""

    document: Any = None

    async def json(self) -> Any:
        """Return the document that was read."""
        return self.document


@dataclass(frozen=True, slots=True)
class Asked:
    """What an operation takes: media types of a body, whether it may be left out, parameters."""

    media_types: tuple[str, ...]
    optional: bool
    once: frozenset[str]
    often: frozenset[str]
    known: tuple[Callable[[Request], Awaitable[bool]], ...]
    """Each says whether who calls is known to a dependency, which refuses who is not."""
    later: bool
    """Whether it may be queued and done after it was answered."""

    @classmethod
    def by(cls, route: Any) -> Self:
        """Read it from a route, or from what ``include_router`` made of one."""
        field = route.body_field
        parameters = dict(query_parameters(route))
        return cls(
            media_types=tuple(media_types_of(route)),
            optional=field is not None and not field.field_info.is_required(),
            once=frozenset(name for name, several in parameters.items() if not several),
            often=frozenset(name for name, several in parameters.items() if several),
            known=tuple(knowing(route.dependant)),
            later=may_be_later(route),
        )

    def faults_of(self, request: Request) -> list[Fault]:
        """List the query parameters that are unknown, or given twice where one is taken."""
        raw: bytes = request.scope["query_string"]
        if not raw:
            return []
        try:
            unquote_to_bytes(raw).decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed("The query is not UTF-8.") from None
        faults, seen = [], set()
        for name, _ in request.query_params.multi_items():
            if name not in self.once and name not in self.often:
                fault = parameter_fault(name, "unknown_parameter", "There is no such parameter.")
                faults.append(fault)
            elif name in self.once and name in seen:
                faults.append(parameter_fault(name, "repeated_parameter", "Given more than once."))
            seen.add(name)
        return faults

    async def by_who_is_known(self, request: Request) -> bool:
        """Whether the body is worth the time it takes: nobody else's gets further than the gate."""
        return all([await knows(request) for knows in self.known])

    async def refusal_of(self, request: StrictRequest, given: dict[bytes, bytes]) -> Problem | None:
        """Read the body, and say why it is not taken where it is not."""
        if not self.media_types:
            told = b"content-length" in given or b"transfer-encoding" in given
            unasked = bool(await request.body()) if told else False
            return UnsupportedMediaType("This operation takes no body.") if unasked else None
        body = await request.body()
        content_type = given.get(b"content-type")
        if self.optional and not body:  # a client may name the type of what it does not send
            return None
        if given.get(b"content-encoding", b"identity").lower() != b"identity":
            return UnsupportedMediaType(
                "A body is sent as it is, without a Content-Encoding.",
                headers={"accept-encoding": "identity"},
            )
        media_type = media_type_of(content_type)
        if media_type not in self.media_types:
            return untaken(request.method, self.media_types)
        if media_type in {JSON, MERGE_PATCH} and await self.by_who_is_known(request):
            try:
                request.document = parse(body)
            except MalformedJson as problem:
                return problem
        return None


def untaken(method: str, media_types: Collection[str]) -> UnsupportedMediaType:
    """Make the answer that lists the media types an operation takes (RFC 9110, RFC 5789)."""
    listed = ", ".join(media_types)
    header = "accept-patch" if method == "PATCH" else "accept"
    return UnsupportedMediaType(f"Send {listed}, in UTF-8.", headers={header: listed})


def media_type_of(content_type: bytes | None) -> str | None:
    """Read the media type of a header; a charset other than UTF-8 makes it one of no use."""
    if content_type is None:
        return None
    if content_type == b"application/json":  # what nearly everyone sends
        return JSON
    message = Message()
    message["content-type"] = content_type.decode("latin-1")
    charset = message.get_content_charset("utf-8")
    return message.get_content_type() if charset in {"utf-8", "utf8", "us-ascii"} else None


def media_types_of(route: Any) -> Iterator[str]:
    """List what the body of an operation may be, by its parameters and its dependencies."""
    field = route.body_field
    if field is None:
        for dependant in every_dependant(route.dependant):
            yield from getattr(dependant.call, "media_types", ())
    elif isinstance(field.field_info, params.File):
        yield MULTIPART
    elif isinstance(field.field_info, params.Form):
        yield FORM
    else:
        yield JSON
        if "PATCH" in route.methods:
            yield MERGE_PATCH


def knowing(dependant: Dependant) -> Iterator[Callable[[Request], Awaitable[bool]]]:
    """List what the dependencies of an operation have to say whether who calls is known."""
    for each in every_dependant(dependant):
        knows: Callable[[Request], Awaitable[bool]] | None = getattr(each.call, "knows", None)
        if knows is not None:
            yield knows


def may_be_later(route: Any) -> bool:
    """Say whether an operation takes ``Prefer: respond-async``: a dependency of it says so."""
    return any(getattr(each.call, "later", False) for each in every_dependant(route.dependant))


def every_dependant(dependant: Dependant) -> Iterator[Dependant]:
    """List an operation and what it depends on, at any depth."""
    yield dependant
    for each in dependant.dependencies:
        yield from every_dependant(each)


def query_parameters(route: Any) -> Iterator[tuple[str, bool]]:
    """List the names of the query parameters, and whether one may be given more than once."""
    for dependant in every_dependant(route.dependant):
        for field in dependant.query_params:
            yield from names_of(field.name, field.field_info)
    for parameter in (route.openapi_extra or {}).get("parameters", ()):
        if parameter["in"] == "query":
            yield parameter["name"], parameter.get("schema", {}).get("type") == "array"


def names_of(name: str, field: FieldInfo) -> Iterator[tuple[str, bool]]:
    """List the names of one parameter: those of its members, where it is a model."""
    annotation = field.annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for member, info in annotation.model_fields.items():
            yield from names_of(member, info)
    else:
        alias = field.validation_alias or field.alias or name
        yield str(alias), is_list(annotation)


def is_list(annotation: Any) -> bool:
    """Whether a type is a list, or may be one."""
    if get_origin(annotation) in {Union, UnionType}:
        return any(is_list(each) for each in get_args(annotation))
    kind = get_origin(annotation) or annotation
    return isinstance(kind, type) and issubclass(kind, LISTS)
