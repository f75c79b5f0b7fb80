"""What the consortium does with a locked round."""

from collections.abc import Sequence
from uuid import UUID

from app import clock
from app.db import new_id
from app.lifecycles import RELEASE_PLAN, ROUND
from app.policy import Grant
from app.policy.rules.disclosure import (
    Drafted,
    plan_is_fresh,
    plan_still_fits,
    round_can_be_released,
)
from app.problems import Fault, Invalid
from app.releases.models import PlannedCell, Release, ReleasePlan
from app.releases.repository import ReleaseRepository
from app.releases.schemas import ReleasePlanView, ReleaseView
from app.releases.vault import Vault, charter_of
from app.releases.verdicts import Verdict


class ReleaseService:
    """Plans and publishes releases under a grant, wholly on the login of the vault."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._releases = ReleaseRepository(grant)
        self._vault = Vault(grant)

    async def plan(self, round_id: UUID) -> ReleasePlanView:
        """Have the vault decide what a release of a locked round would let out."""
        await self._grant.hold(f"round:{round_id}")
        locked = await self._releases.round(round_id)
        round_can_be_released.require(locked)
        verdicts = await self._vault.verdicts(locked)
        plan = ReleasePlan(
            id=new_id(),
            round_id=round_id,
            number=await self._releases.plans_of(round_id) + 1,
            state=RELEASE_PLAN.first,
            charter_version=(await charter_of(self._grant.session, locked)).version,
            made_by=self._grant.principal.account,
            made_at=clock.now(),
            bases=None,
            quantiles=False,
            prevalence=False,
            trends=False,
            seed=0,
        )
        await self._releases.add(
            [plan], [planned(plan.id, each, locked.period) for each in verdicts]
        )
        publish, withhold = counts(verdicts)
        detail = {"step": "plan", "published": publish, "withheld": withhold}
        self._grant.record(f"round:{round_id}", rule="DR-01", detail=detail)
        view = {
            name: getattr(plan, name)
            for name in ReleasePlanView.model_fields
            if hasattr(plan, name)
        }
        return ReleasePlanView(**view, cells_to_publish=publish, cells_to_withhold=withhold)

    async def publish(self, round_id: UUID, plan_id: UUID) -> ReleaseView:
        """Let out what a plan says, computed anew, and never again for this round.

        Raises ``Conflict`` (DR-09) where a plan no longer fits: then draft another.
        """
        await self._grant.hold(f"round:{round_id}")
        locked = await self._releases.round(round_id)
        plan = await self._releases.plan(round_id, plan_id)
        if plan is None:
            fault = Fault("/plan_id", "unknown_reference", "The round has no such plan.")
            raise Invalid("The round has no such plan.", errors=[fault])
        plan_is_fresh.require(plan)
        round_can_be_released.require(locked)
        release = Release(
            id=new_id(),
            round_id=round_id,
            plan_id=plan_id,
            number=await self._releases.releases_of(round_id) + 1,
            charter_version=(await charter_of(self._grant.session, locked)).version,
            released_at=clock.now(),
        )
        verdicts, cells, contributors = await self._vault.release(locked, release.id)
        drafted = [verdict_of(each) for each in await self._releases.planned(plan_id)]
        plan_still_fits.require(Drafted(drafted, verdicts))
        await self._releases.add([release], cells, contributors)
        plan.state = RELEASE_PLAN.step("publish", plan.state)
        locked.stage = ROUND.step("publish", locked.stage)
        locked.published_at = release.released_at
        await self._releases.save()
        published, withheld = counts(verdicts)
        detail = {"step": "publish", "published": published, "withheld": withheld}
        self._grant.record(f"round:{round_id}", rule="DR-09", detail=detail)
        kept = ReleaseView.model_fields
        view = {name: getattr(release, name) for name in kept if hasattr(release, name)}
        return ReleaseView(**view, cells_published=published, cells_withheld=withheld)


def planned(plan_id: UUID, verdict: Verdict, period: str) -> PlannedCell:
    """Write a verdict down as a cell of a plan."""
    return PlannedCell(
        id=new_id(),
        plan_id=plan_id,
        position=verdict.position,
        item_id=verdict.item_id,
        peer_group_id=verdict.peer_group_id,
        statistic=verdict.statistic,
        period=period,
        verdict=verdict.status,
        reason=verdict.reason,
        rule=verdict.rule,
    )


def verdict_of(cell: PlannedCell) -> Verdict:
    """Read a verdict back."""
    place = (cell.position, cell.item_id, cell.peer_group_id)
    return Verdict(*place, cell.statistic, cell.verdict, cell.reason, cell.rule)


def counts(verdicts: Sequence[Verdict]) -> tuple[int, int]:
    """Count what is published and what is withheld."""
    published = sum(verdict.published for verdict in verdicts)
    return published, len(verdicts) - published
