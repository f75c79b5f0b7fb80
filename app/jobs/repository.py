"""The statements about jobs; row security keeps each to the account that asked for it."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, func, select, update

from app.jobs.schemas import JobDetail, JobRow
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.policy.outbox import WAITING, Job, answer_in
from app.policy.reading import tagged
from app.problems import InvalidTransition, NotFound
from app.rendered import Rendered
from app.vocabulary import JobState
from app.wire.later import JobView

EVERY_JOB = select(
    Job.id,
    Job.action,
    Job.kind,
    Job.state,
    Job.done,
    Job.total,
    Job.attempts,
    Job.cancel_asked,
    Job.problem_code,
    Job.created_at,
    Job.started_at,
    Job.finished_at,
    Job.version,
)
SOUGHT = EVERY_JOB.where(Job.id == bindparam("sought"))
JOBS = Listing(
    EVERY_JOB,
    JobView,
    by=[Job.id],
    filters={"state": Job.state},
    sorts={"created_at": Job.created_at},
)
JOB = Reading(SOUGHT, JobView, version="version")
WHOLE_JOB = Reading(
    SOUGHT.add_columns(Job.account_id, Job.key_id, Job.scopes, Job.answer),
    JobRow,
    version="version",
)
NOT_MODIFIED = 304


class JobReadings:
    """Jobs as who asked for them sees them."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._reader = grant.reader

    async def page(
        self, wanted: Wanted, sort: str | None, *, state: Sequence[JobState] | None
    ) -> Rendered[Page[JobView]]:
        """List the jobs, the oldest first."""
        return await self._reader.page(JOBS, wanted, sort=sort, only={"state": state})

    async def get(self, job_id: UUID) -> Rendered[JobDetail]:
        """Find one job with what came of it, or raise ``NotFound``."""
        found = await self._reader.records(WHOLE_JOB, sought=job_id)
        if not found:
            raise NotFound
        etag = WHOLE_JOB.etag(found[0]) or ""
        if self._reader.has(etag):
            return Rendered(status_code=NOT_MODIFIED, headers=tagged(etag))
        row = JobRow.model_validate(dict(found[0]))
        opened = answer_in(self._grant, row)
        came = None if opened is None else json.loads(opened)
        failed = row.state is JobState.FAILED
        told: dict[str, Any] = {"problem": came if failed else None}
        told["answer"] = None if failed else came
        kept = row.model_dump(include=set(JobView.model_fields))
        return Rendered(
            JobDetail.model_validate(kept | told).model_dump_json(), headers=tagged(etag)
        )


class JobRepository:
    """Jobs as who asked for them stops them."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant

    async def cancel(self, job_id: UUID) -> Rendered[JobView]:
        """End a job that waits, have one that runs stopped, or raise ``InvalidTransition``."""
        waits = Job.state == JobState.QUEUED
        session = self._grant.session
        changed = (
            update(Job)
            .where(Job.id == job_id, Job.state.in_(WAITING))
            .values(
                cancel_asked=True,
                state=case((waits, JobState.CANCELLED), else_=Job.state),
                finished_at=case((waits, func.now())),
                asked=case((waits, b""), else_=Job.asked),
                version=Job.version + 1,
            )
            .execution_options(synchronize_session=False)
        )
        if (await session.execute(changed.returning(Job.id))).first() is None:
            state = await session.scalar(select(Job.state).where(Job.id == job_id))
            if state is None:
                raise NotFound
            raise InvalidTransition(f"A job that is {state.value} is not cancelled any more.")
        return await self._grant.shown(JOB, sought=job_id)
