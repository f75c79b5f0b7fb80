"""Who gets what of jobs: each account its own."""

from typing import Annotated

from app.jobs.repository import JobReadings, JobRepository
from app.policy import Action, allowed

ReadJobs = Annotated[JobReadings, allowed(JobReadings, Action.OWN_JOB_READ)]
ReadJob = Annotated[JobReadings, allowed(JobReadings, Action.OWN_JOB_READ, match=True)]
CancelJob = Annotated[JobRepository, allowed(JobRepository, Action.OWN_JOB_CANCEL)]
