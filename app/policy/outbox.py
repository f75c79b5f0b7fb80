"""The outbox: long work that was asked for, kept with the request that asks and done after it."""

import json
from asyncio import Event
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, Personal, new_id
from app.policy.actions import Action
from app.policy.grant import Grant
from app.policy.lock import OWNER, RELEASE
from app.policy.principal import Principal
from app.policy.reach import NOBODY, Reach
from app.problems import Conflict, Problem, TooManyRequests
from app.sealing import MasterKeys, SystemSeal, joined
from app.vocabulary import JobState

PURPOSE: Final = "jobs"
REQUEST: Final = "request"
"""The kind of a job that is a request, to be sent again and done."""
KEPT: Final = timedelta(days=7)
"""How long a job that has ended can be read."""
WAITING: Final = (JobState.QUEUED, JobState.RUNNING)
MOST_WAITING: Final = 20
"""Jobs of one account that wait or run at once; another has to wait to be asked for."""
LEASE: Final = timedelta(seconds=30)
NOTHING: Final = b""
TAKE: Final = "select * from take_job($1)"


class Job(Personal, Base):
    """Long work of one account; ``asked`` and ``answer`` are sealed (TR-29).

    It is queued in the transaction of the request that asks for it, taken by a worker that holds it
    until ``leased_until``, and taken again by another where that one has died. ``done`` of
    ``total`` counts in the unit of its kind. ``asked`` is emptied when the job ends; ``answer`` is
    then what came of it, which is a problem where there is a ``problem_code``.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("done >= 0 and (total is null or done <= total)", name="progress"),
        Index(
            "ix_jobs_waiting",
            "created_at",
            postgresql_where=text("state in ('queued', 'running')"),
        ),
        {
            "info": {
                "policies": {
                    "taken": f"to {OWNER} using (state in ('queued', 'running'))",
                    "swept": f"to {OWNER} using (state not in ('queued', 'running'))",
                },
                "rights": {RELEASE: "select, insert, update, delete"},
            }
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key_id: Mapped[UUID | None]
    scopes: Mapped[str | None]
    action: Mapped[str]
    kind: Mapped[str]
    state: Mapped[JobState]
    asked: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    done: Mapped[int]
    total: Mapped[int | None]
    attempts: Mapped[int]
    cancel_asked: Mapped[bool]
    problem_code: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that a worker holds, for the ``attempt``-th time that anyone does."""

    account: UUID
    id: UUID
    attempt: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job, as HTTP would say it: a status, and an answer or a problem in JSON."""

    status: int
    body: bytes

    @property
    def failed(self) -> bool:
        """Whether it is a problem."""
        return self.status >= HTTPStatus.BAD_REQUEST

    @property
    def ours(self) -> bool:
        """Whether the fault is on our side, and another try may go well."""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    def told(self) -> dict[str, Any]:
        """Say what it makes of a job."""
        if not self.failed:
            return {"state": JobState.SUCCEEDED, "problem_code": None}
        return {"state": JobState.FAILED, "problem_code": json.loads(self.body)["code"]}


class JobStopped(Conflict):
    """The work is given up where it stands, and what it did is taken back."""

    def __init__(self) -> None:
        super().__init__("The job was stopped.")


def place_of(job: Any, part: bytes) -> bytes:
    """Name the place that a part of a job is sealed to: whose it is, and what it may do there."""
    key = b"" if job.key_id is None else job.key_id.bytes
    scopes = b"*" if job.scopes is None else job.scopes.encode()
    who = (job.account_id.bytes, job.id.bytes, key, scopes)
    return joined(part, *who, job.action.encode(), job.kind.encode())


class Outbox:
    """Queues jobs, and keeps the books of those that are worked on.

    A statement about a job that is worked on names the attempt, so that a worker that was believed
    dead changes nothing.
    """

    def __init__(
        self, keys: MasterKeys, sessions: async_sessionmaker[AsyncSession], lease: timedelta = LEASE
    ) -> None:
        self._seal = SystemSeal(keys, PURPOSE)
        self._sessions = sessions
        self.lease = lease
        self.queued = Event()
        """Set when this process has committed a job, so that its worker need not be late."""

    async def queue(
        self, session: AsyncSession, principal: Principal, action: Action, kind: str, asked: bytes
    ) -> Job:
        """Queue a job in the transaction of the request that asks for it.

        Raises ``TooManyRequests`` (429) where the account has too many that have not ended.
        """
        await session.execute(delete(Job).where(Job.finished_at < now() - KEPT))
        counted = select(func.count()).select_from(Job).where(Job.state.in_(WAITING))
        if (await session.scalar(counted) or 0) >= MOST_WAITING:
            raise TooManyRequests(retry_after=10)
        scopes = principal.scopes
        job = Job(
            id=new_id(),
            account_id=principal.account,
            key_id=principal.credential,
            scopes=None if scopes is None else " ".join(sorted(scopes)),
            action=action.value,
            kind=kind,
            state=JobState.QUEUED,
            done=0,
            attempts=0,
            cancel_asked=False,
        )
        job.asked = self._seal.seal(asked, place_of(job, b"asked"))
        session.add(job)
        await session.flush()
        return job

    async def take(self) -> Taken | None:
        """Take the job that has waited longest, or nothing; no two workers take the same."""
        async with self._books(NOBODY) as session:
            found = await (await session.connection()).exec_driver_sql(TAKE, (self.lease,))
            row = found.first()
        return None if row is None else Taken(row.account_id, row.id, row.attempts)

    async def read(self, taken: Taken) -> Job:
        """Read a job that was taken."""
        async with self._books(taken.account) as session:
            return (await session.scalars(select(Job).where(Job.id == taken.id))).one()

    def asked_in(self, job: Job) -> bytes:
        """Open what a job asks for, or raise ``SealBroken``."""
        return self._seal.open(job.asked, place_of(job, b"asked"))

    async def renew(self, taken: Taken, done: int, total: int | None) -> bool | None:
        """Tell how far a job is, and keep it; say whether it is to be stopped, ``None`` if lost."""
        values = {"done": done, "total": total, "leased_until": func.now() + self.lease}
        async with self._books(taken.account) as session:
            changed = held(taken).values(version=Job.version + 1, **values)
            found = await session.execute(changed.returning(Job.cancel_asked))
            stop: bool | None = found.scalar()
        return stop

    async def put_back(self, taken: Taken, *, pause: timedelta, counted: bool) -> None:
        """Let a job be taken again after a pause; ``counted`` is whether this attempt was one."""
        values = {
            "state": JobState.QUEUED,
            "leased_until": func.now() + pause,
            "attempts": Job.attempts if counted else Job.attempts - 1,
            "done": 0,
        }
        async with self._books(taken.account) as session:
            await session.execute(held(taken).values(version=Job.version + 1, **values))

    async def finish(self, job: Job, outcome: Outcome | None) -> None:
        """End a job in a transaction of its own, as cancelled where nothing came of it.

        What was lost to another worker stays as it is.
        """
        async with self._books(job.account_id) as session:
            await session.execute(held(taken_of(job)).values(self._end(job, outcome)))

    async def complete(self, session: AsyncSession, job: Job, outcome: Outcome) -> None:
        """End a job in the transaction of its work, so that there are both or neither.

        Raises ``JobStopped`` where it is to be stopped, or another worker has it.
        """
        wanted = held(taken_of(job)).where(Job.cancel_asked.is_(False))
        ended = await session.execute(wanted.values(self._end(job, outcome)).returning(Job.id))
        if ended.first() is None:
            raise JobStopped

    def _end(self, job: Job, outcome: Outcome | None) -> dict[str, Any]:
        """Write down the end of a job."""
        told: dict[str, Any] = {"state": JobState.CANCELLED}
        if outcome is not None:
            sealed = self._seal.seal(outcome.body, place_of(job, b"answer"))
            told = outcome.told() | {"answer": sealed}
        return told | {
            "asked": NOTHING,
            "done": job.done,
            "total": job.total,
            "leased_until": None,
            "finished_at": func.now(),
            "version": Job.version + 1,
        }

    @asynccontextmanager
    async def _books(self, account: UUID) -> AsyncIterator[AsyncSession]:
        """Open a short transaction within one account's own rows, whatever else it may do."""
        async with (
            self._sessions(info={"reach": Reach((), account=account)}) as session,
            session.begin(),
        ):
            connection = await session.connection()
            await connection.exec_driver_sql("select enter($1, null)", (account,))
            yield session


def answer_in(grant: Grant, job: Any) -> bytes | None:
    """Open what came of a job of the account that asks."""
    if job.answer is None:
        return None
    return SystemSeal(grant.keys, PURPOSE).open(job.answer, place_of(job, b"answer"))


def held(taken: Taken) -> Any:
    """Write a statement that changes a job while this attempt is the one that holds it."""
    return (
        update(Job)
        .where(Job.id == taken.id, Job.attempts == taken.attempt, Job.state == JobState.RUNNING)
        .execution_options(synchronize_session=False)
    )


def taken_of(job: Job) -> Taken:
    """Say again who holds a job that was read."""
    return Taken(job.account_id, job.id, job.attempts)


def principal_of(job: Job) -> Principal:
    """Say who asked for a job, and with what: so far it reaches, and no further."""
    scopes = None if job.scopes is None else frozenset(job.scopes.split())
    return Principal(job.account_id, job.key_id, scopes)


def failure(job: UUID, problem: Problem) -> Outcome:
    """Tell a problem that no request was answered with; its request id is the id of the job."""
    return Outcome(problem.status, problem.written(f"/v1/jobs/{job}", str(job)))
