"""Doing a thing once: the answer to a POST is kept with it, and given again to the same request."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from fastapi import Request, Response
from sqlalchemy import LargeBinary, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, Personal
from app.policy.lock import OWNER
from app.policy.principal import Principal
from app.problems import IdempotencyKeyRequired, IdempotencyKeyReused, InProgress
from app.sealing import Fingerprints, MasterKeys, SystemSeal, joined

KEPT: Final = timedelta(hours=24)
HEADER: Final = "idempotency-key"
PURPOSE: Final = "idempotency"
SECRET: Final = "secret"  # noqa: S105 - the name of a member
KEPT_HEADERS: Final = ("content-type", "location", "etag", "preference-applied")


class IdempotencyRecord(Personal, Base):
    """The answer given to one key of one account; what it holds is sealed (TR-29)."""

    __tablename__ = "idempotency_records"
    __table_args__ = {  # noqa: RUF012 - SQLAlchemy's own idiom
        "info": {"policies": {"swept": f"to {OWNER} using (true)"}}
    }

    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Replayed(Exception):  # noqa: N818 - an answer, not an error
    """The request was answered before: ``response`` is that answer."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class Memory:
    """Seals the answers that are kept, and recognises the requests they were given to."""

    def __init__(self, keys: MasterKeys) -> None:
        self._seal = SystemSeal(keys, PURPOSE)
        self.same = Fingerprints(keys, PURPOSE)

    def write(self, principal: Principal, key: str, response: Response) -> bytes:
        """Seal an answer; a secret in it is shown once and not kept."""
        kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        told = json.dumps([response.status_code, kept]).encode()
        body = without_secrets(bytes(response.body))
        return self._seal.seal(len(told).to_bytes(4, "big") + told + body, bound_to(principal, key))

    def read(self, principal: Principal, key: str, sealed: bytes) -> Response:
        """Open a kept answer, marked as a replay."""
        opened = self._seal.open(sealed, bound_to(principal, key))
        split = 4 + int.from_bytes(opened[:4], "big")
        status, headers = json.loads(opened[4:split])
        return Response(opened[split:], status, headers | {"idempotent-replayed": "true"})


def bound_to(principal: Principal, key: str) -> bytes:
    """Say whose answer it is, so that no other record's content can take its place."""
    return joined(principal.account.bytes, key.encode())


async def answer_again(_request: Request, replayed: Exception) -> Response:
    """Answer a request as it was answered before."""
    assert isinstance(replayed, Replayed)  # noqa: S101 - registered for Replayed only
    return replayed.response


Keep = Callable[[Response], Awaitable[None]]


async def once(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    memory: Memory,
    *,
    required: bool,
) -> Keep | None:
    """Find the kept answer and raise it as ``Replayed``, or return what keeps the one to come.

    Raises ``IdempotencyKeyRequired`` (400), ``IdempotencyKeyReused`` (422) for another body under
    the same key, ``InProgress`` (409) while the first request still runs.
    """
    key = request.headers.get(HEADER, "").strip('"')
    if not key:
        if required:
            raise IdempotencyKeyRequired
        return None
    if not await alone(session, f"{principal.account}/{key}"):
        raise InProgress
    asked = f"{request.method} {request.url.path}?{request.url.query}".encode()
    body = await request.body()
    found = await session.scalar(select(IdempotencyRecord).where(IdempotencyRecord.key == key))
    if found is not None and now() - found.created_at < KEPT:
        if not memory.same.matches(found.fingerprint, asked, body):
            raise IdempotencyKeyReused
        raise Replayed(memory.read(principal, key, found.sealed))
    await session.execute(
        delete(IdempotencyRecord).where(IdempotencyRecord.created_at < now() - KEPT)
    )

    async def keep(response: Response) -> None:
        session.add(
            IdempotencyRecord(
                account_id=principal.account,
                key=key,
                fingerprint=memory.same.of(asked, body),
                sealed=memory.write(principal, key, response),
            )
        )
        await session.flush()

    return keep


async def alone(session: AsyncSession, name: str) -> bool:
    """Take the lock of a key for the rest of the transaction, or say that another has it."""
    connection = await session.connection()
    asked = await connection.exec_driver_sql(
        "select pg_try_advisory_xact_lock(hashtextextended($1, 24))", (name,)
    )
    return bool(asked.scalar_one())


def without_secrets(body: bytes) -> bytes:
    """Blank every member called ``secret``, at any depth."""
    if b'"secret"' not in body:
        return body

    def blank(value: object) -> object:
        if isinstance(value, dict):
            return {k: None if k == SECRET else blank(v) for k, v in value.items()}
        return [blank(each) for each in value] if isinstance(value, list) else value

    return json.dumps(blank(json.loads(body)), separators=(",", ":")).encode()
