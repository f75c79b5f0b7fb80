"""How often districts were told lately that others would be exposed, as the ledger has it.

Who shows and takes back by turns hears from each refusal something about what others show. The
login of the vault cannot read the ledger, so that it is counted on the login of requests, before
the vault is opened.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.clock import now
from app.policy.actions import Action
from app.policy.audit import LedgerEntry
from app.policy.lock import tell
from app.policy.reach import Reach
from app.policy.rules.sharing import DAYS_TOLD, others_stay_unknown
from app.vocabulary import LedgerOutcome

PROBES: Final = frozenset({Action.CONSENT_GIVE, Action.INTRODUCTION_ANSWER, Action.PRACTICE_TELL})
"""What is refused where others would be exposed."""


async def heard_by(sessions: async_sessionmaker[AsyncSession], reach: Reach) -> Mapping[UUID, int]:
    """Count the refusals of the districts in a reach, each apart; who heard none is left out."""
    since = now() - timedelta(days=DAYS_TOLD)
    async with sessions(info={"reach": reach}) as session, session.begin():
        await tell(session, reach)
        rows = await session.execute(
            select(LedgerEntry.district_id, func.count(LedgerEntry.id))
            .where(
                LedgerEntry.district_id.in_(reach.districts),
                LedgerEntry.outcome == LedgerOutcome.REFUSED,
                LedgerEntry.rule == others_stay_unknown.id,
                LedgerEntry.at >= since,
            )
            .group_by(LedgerEntry.district_id)
        )
        return {district: count for district, count in rows if district is not None}
