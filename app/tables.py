"""Every table of the application, so that whoever needs the whole schema imports one module."""

import app.charter.models
import app.consents.models
import app.consortium.models
import app.consortium_targets.models
import app.decisions.models
import app.districts.models
import app.goals.models
import app.indicators.models
import app.instruments.models
import app.introductions.models
import app.links.models
import app.measures.models
import app.meetings.models
import app.observations.models
import app.plans.models
import app.policy.audit
import app.policy.changes
import app.policy.holdings
import app.policy.idempotency
import app.policy.outbox
import app.policy.witness
import app.practices.models
import app.proceedings.models
import app.releases.models
import app.reports.models
import app.rounds.models
import app.schools.models
import app.submissions.models
import app.targets.models
import app.topics.models
from app.db import Base

__all__ = ["Base"]
