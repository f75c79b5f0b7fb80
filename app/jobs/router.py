"""The endpoints of jobs."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from app.jobs.access import CancelJob, ReadJob, ReadJobs
from app.jobs.schemas import JobDetail
from app.paging import Asked, Page
from app.rendered import Rendered
from app.scalars import Id
from app.vocabulary import JobState
from app.wire.later import JobView
from app.wire.route import Route

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], route_class=Route)


@router.get("")
async def list_jobs(
    jobs: ReadJobs,
    asked: Asked,
    state: Annotated[list[JobState] | None, Query(max_length=5)] = None,
    sort: Annotated[
        Literal["created_at", "-created_at"] | None,
        Query(description="The order; the oldest first if left out."),
    ] = None,
) -> Rendered[Page[JobView]]:
    """List the long work that you asked for, whether it waits, runs or has ended.

    A job that has ended can be read for 7 days.
    """
    return await jobs.page(asked, sort, state=state)


@router.get("/{job_id}")
async def get_job(job_id: Id, jobs: ReadJob) -> Rendered[JobDetail]:
    """See how far a job has come, and what came of it.

    Ask again until `finished_at` is set, with the ETag in `If-None-Match`: 304 means that nothing
    has changed. `state` is then `succeeded` with the `answer` that the request would have been
    given, `failed` with the `problem` it would have been given, or `cancelled`. Roles, keys and
    scopes are looked at again when the work is done: what has ended since fails it (TR-02). What
    fails by a fault of ours is tried again up to 5 times before it fails.
    """
    return await jobs.get(job_id)


@router.post("/{job_id}/cancel")
async def cancel_job(job_id: Id, jobs: CancelJob) -> Rendered[JobView]:
    """Have a job stopped. A job that waits is cancelled at once.

    One that runs is stopped between two of its steps, and everything that it did is taken back: a
    cancelled job has left nothing. Where the answer is 409 it had ended before.
    """
    return await jobs.cancel(job_id)
