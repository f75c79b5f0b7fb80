"""What the consortium does with a locked round."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from app import clock
from app.db import new_id
from app.lifecycles import RELEASE_PLAN, ROUND
from app.policy import Grant
from app.policy.rules.disclosure import (
    Drafted,
    Trials,
    batch_is_large_enough,
    cell_can_be_retracted,
    plan_is_fresh,
    plan_still_fits,
    round_can_be_released,
    trials_are_few,
)
from app.problems import Fault, Invalid
from app.releases.candidates import Options
from app.releases.cells import cells_of, lines_of
from app.releases.made import ReleaseRepository
from app.releases.models import CellRetraction, PlannedCell, Release, ReleasePlan
from app.releases.schemas import (
    ReleaseDraft,
    ReleasePlanDraft,
    ReleasePlanView,
    ReleaseView,
    RetractionDraft,
    RetractionView,
)
from app.releases.vault import Vault, charter_of
from app.releases.verdicts import Verdict
from app.releases.vouching import Vouching, new_seed
from app.rounds.models import Round
from app.vocabulary import CellStatus


class ReleaseService:
    """Plans and publishes releases under a grant, wholly on the login of the vault."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._releases = ReleaseRepository(grant)
        self._vault = Vault(grant)
        self._vouching = Vouching(grant)

    async def plan(self, round_id: UUID, draft: ReleasePlanDraft) -> ReleasePlanView:
        """Have the vault decide what a release of a locked round would let out.

        Raises ``Conflict`` before the lock (DR-09), and for one trial too many (DR-14).
        """
        await self._grant.hold(f"round:{round_id}")
        locked = await self._releases.round(round_id)
        round_can_be_released.require(locked)
        charter = await charter_of(self._grant.session, locked)
        trials_are_few.require(Trials(await self._releases.trials_of(round_id), charter))
        await self._know_bases(round_id, draft)
        plan = ReleasePlan(
            id=new_id(),
            round_id=round_id,
            number=await self._releases.plans_of(round_id) + 1,
            state=RELEASE_PLAN.first,
            charter_version=charter.version,
            made_by=self._grant.principal.account,
            made_at=clock.now(),
            seed=new_seed(),
            **draft.model_dump(),
        )
        decision = await self._vault.decision(locked, charter, options_of(plan), plan.seed)
        verdicts = [line.verdict for line in lines_of(decision)]
        await self._releases.add([plan], [planned(plan.id, each) for each in verdicts])
        publish, withhold = counts(verdicts)
        detail = {
            "step": "plan",
            "number": plan.number,
            "published": publish,
            "withheld": withhold,
        }
        self._grant.record(f"round:{round_id}", rule=trials_are_few.id, detail=detail)
        view = {
            name: getattr(plan, name)
            for name in ReleasePlanView.model_fields
            if hasattr(plan, name)
        }
        return ReleasePlanView(**view, cells_to_publish=publish, cells_to_withhold=withhold)

    async def publish(self, round_id: UUID, draft: ReleaseDraft) -> ReleaseView:
        """Let out what a plan says, computed anew, once.

        Raises ``Conflict`` (DR-09) where a plan no longer fits: then draft another;
        ``PendingBatch`` where too few have changed since the release before.
        """
        await self._grant.hold(f"round:{round_id}")
        locked = await self._releases.round(round_id)
        plan = await self._plan(round_id, draft.plan_id)
        plan_is_fresh.require(plan)
        round_can_be_released.require(locked)
        # What other rounds let out of the same items stands still meanwhile.
        await self._grant.hold(f"released:{await self._releases.instrument(locked)}")
        charter = await charter_of(self._grant.session, locked)
        decision = await self._vault.decision(locked, charter, options_of(plan), plan.seed)
        lines = lines_of(decision)
        verdicts = [line.verdict for line in lines]
        drafted = [verdict_of(each) for each in await self._releases.planned(plan.id)]
        plan_still_fits.require(Drafted(drafted, verdicts))
        batch_is_large_enough.require(decision.batch)
        release = Release(
            id=new_id(),
            round_id=round_id,
            plan_id=plan.id,
            number=await self._releases.releases_of(round_id) + 1,
            charter_version=charter.version,
            released_at=clock.now(),
            notes=draft.notes,
        )
        made = list(cells_of(lines, release.id, charter))
        behind = await self._vault.sealed(release, made, decision.sums)
        await self._releases.add([release], [cell for cell, _ in made], behind)
        await self._vouching.certify(release, locked, charter)
        await self._moved(plan, locked, release)
        return self._told(release, verdicts)

    async def retract(
        self, release_id: UUID, cell_id: UUID, draft: RetractionDraft
    ) -> RetractionView:
        """Show a cell that was found wrong without its figure, from now on (DR-09)."""
        await self._grant.hold(f"cell:{cell_id}")
        cell = await self._releases.cell(release_id, cell_id)
        retracted = await self._releases.is_retracted(cell_id)
        cell_can_be_retracted.require(CellStatus.RETRACTED if retracted else cell.status)
        retraction = CellRetraction(
            id=new_id(),
            cell_id=cell_id,
            reason=draft.reason,
            retracted_by=self._grant.principal.account,
            retracted_at=clock.now(),
        )
        await self._releases.add([retraction])
        detail = {"step": "retract", "cell": str(cell_id)}
        rule = cell_can_be_retracted.id
        self._grant.record(f"release:{release_id}", rule=rule, detail=detail)
        return RetractionView.model_validate(retraction)

    async def _plan(self, round_id: UUID, plan_id: UUID) -> ReleasePlan:
        """Find a plan of a round, or raise ``Invalid``."""
        plan = await self._releases.plan(round_id, plan_id)
        if plan is None:
            fault = Fault("/plan_id", "unknown_reference", "The round has no such plan.")
            raise Invalid("The round has no such plan.", errors=[fault])
        return plan

    async def _know_bases(self, round_id: UUID, draft: ReleasePlanDraft) -> None:
        """Raise ``Invalid`` for a basis that no peer group of the round has."""
        if draft.bases:
            faults = list(unknown(draft.bases, await self._releases.bases(round_id)))
            if faults:
                raise Invalid("The round has no such basis.", errors=faults)

    async def _moved(self, plan: ReleasePlan, locked: Round, release: Release) -> None:
        """Say of the plan and of the round that they are published."""
        plan.state = RELEASE_PLAN.step("publish", plan.state)
        locked.stage = ROUND.step("publish", locked.stage)
        locked.published_at = release.released_at
        await self._releases.save()

    def _told(self, release: Release, verdicts: Sequence[Verdict]) -> ReleaseView:
        """Write a release into the ledger, and show it."""
        published, withheld = counts(verdicts)
        detail = {
            "step": "publish",
            "number": release.number,
            "published": published,
            "withheld": withheld,
        }
        self._grant.record(f"round:{release.round_id}", rule="DR-09", detail=detail)
        kept = ReleaseView.model_fields
        view = {name: getattr(release, name) for name in kept if hasattr(release, name)}
        return ReleaseView(**view, cells_published=published, cells_withheld=withheld)


def unknown(bases: Sequence[str], known: set[str]) -> Iterator[Fault]:
    """Find the bases that there are not."""
    for place, basis in enumerate(bases):
        if basis not in known:
            detail = "No peer group of the round has this basis."
            yield Fault(f"/bases/{place}", "unknown_reference", detail)


def options_of(plan: ReleasePlan) -> Options:
    """Read what a plan looks at."""
    bases = None if plan.bases is None else tuple(plan.bases)
    return Options(bases, plan.quantiles, plan.prevalence, plan.trends, plan.breakdowns)


def planned(plan_id: UUID, verdict: Verdict) -> PlannedCell:
    """Write a verdict down as a cell of a plan."""
    return PlannedCell(
        id=new_id(),
        plan_id=plan_id,
        position=verdict.position,
        item_id=verdict.item_id,
        peer_group_id=verdict.peer_group_id,
        statistic=verdict.statistic,
        category=verdict.category,
        period=verdict.period,
        verdict=verdict.status,
        reason=verdict.reason,
        rule=verdict.rule,
        recipe=verdict.recipe,
    )


def verdict_of(cell: PlannedCell) -> Verdict:
    """Read a verdict back."""
    return Verdict(
        position=cell.position,
        item_id=cell.item_id,
        peer_group_id=cell.peer_group_id,
        statistic=cell.statistic,
        category=cell.category,
        period=cell.period,
        status=cell.verdict,
        reason=cell.reason,
        rule=cell.rule,
        recipe=cell.recipe,
    )


def counts(verdicts: Sequence[Verdict]) -> tuple[int, int]:
    """Count what is published and what is withheld."""
    published = sum(verdict.published for verdict in verdicts)
    return published, len(verdicts) - published
