"""Every table of the application, so that whoever needs the whole schema imports one module."""

import app.consortium.models
import app.districts.models
import app.instruments.models
import app.meetings.models
import app.policy.audit
import app.policy.holdings
import app.policy.idempotency
import app.releases.models
import app.rounds.models
import app.submissions.models
import app.topics.models
from app.db import Base

__all__ = ["Base"]
