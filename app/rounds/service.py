"""What happens to rounds: each is scheduled, and then goes its stages (TR-21)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from app import clock
from app.charter.versions import charter_in_force
from app.db import new_id
from app.lifecycles import ROUND as STEPS
from app.policy import Grant
from app.policy.rules.rounds import (
    Review,
    outcomes_have_company,
    review_is_changed_by_meeting,
    review_is_over,
    reviewed_round_was_released,
    round_is_open_to_change,
    round_takes_groups,
    serves_students,
    topics_are_adopted,
)
from app.problems import Fault
from app.rendered import Rendered
from app.rounds.models import PeerGroup, PeerGroupMember, Round, RoundReopening
from app.rounds.repository import ROUND, Named, RoundRepository
from app.rounds.schemas import (
    PeerGroupDraft,
    PeerGroupView,
    ReopeningDraft,
    RoundDraft,
    RoundRevision,
    RoundView,
)
from app.wire.faults import invalid


class RoundService:
    """Schedules rounds and moves them from stage to stage.

    Whoever changes a stage holds the round alone, whoever relies on one shares it, so that no
    answer or group slips past a change.
    """

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._rounds = RoundRepository(grant)

    async def schedule(self, draft: RoundDraft) -> Rendered[RoundView]:
        """Schedule a round; TR-20 refuses a motion that no meeting adopted for its review."""
        named = await self._rounds.named(
            draft.topic_id, draft.instrument_id, draft.review_motion_id
        )
        if faults := list(unknown(draft, named)):
            raise invalid(faults)
        if named.motion is None:
            review_days = (await charter_in_force(self._grant.session)).review_days
        else:
            review_is_changed_by_meeting.require(named.motion)
            review_days = named.motion.review_days or 0
        scheduled = Round(
            id=new_id(), stage=STEPS.first, review_days=review_days, **draft.model_dump()
        )
        await self._rounds.add([scheduled])
        self._grant.record(f"round:{scheduled.id}", detail={"step": "schedule"})
        place = f"/v1/rounds/{scheduled.id}"
        return await self._grant.shown(
            ROUND, status=HTTPStatus.CREATED, location=place, sought=scheduled.id
        )

    async def revise(self, round_id: UUID, changes: RoundRevision) -> Rendered[RoundView]:
        """Rewrite a round that has not opened (TR-21)."""
        await self._grant.hold(f"round:{round_id}")
        held = await self._rounds.get(round_id)
        round_is_open_to_change.require(held)
        self._grant.revise(ROUND, held, changes.model_dump(exclude_unset=True))
        self._grant.record(f"round:{held.id}", rule="TR-21", detail={"step": "revise"})
        return await self._grant.shown(ROUND, sought=round_id)

    async def fix_groups(
        self, round_id: UUID, drafts: Sequence[PeerGroupDraft], at: str = ""
    ) -> list[PeerGroupView]:
        """Fix peer groups, all or none; ``at`` is where the list of drafts stands in the body.

        Raises ``Invalid`` with every fault, ``Conflict`` (TR-21) once the round has opened.
        """
        await self._grant.hold(f"round:{round_id}", shared=True)
        round_takes_groups.require(await self._rounds.get(round_id))
        named = {district for draft in drafts for district in draft.district_ids}
        known = await self._rounds.known_districts(named)
        taken = await self._rounds.peer_groups(round_id)
        if faults := list(faults_of_groups(drafts, known, taken, at)):
            raise invalid(faults)
        views = [
            PeerGroupView(id=new_id(), round_id=round_id, **draft.model_dump()) for draft in drafts
        ]
        await self._rounds.add(
            [PeerGroup(**view.model_dump(exclude={"district_ids"})) for view in views],
            [
                PeerGroupMember(peer_group_id=view.id, district_id=district)
                for view in views
                for district in view.district_ids
            ],
        )
        detail = {"step": "fix groups", "groups": len(views)}
        self._grant.record(f"round:{round_id}", rule="TR-21", detail=detail)
        return views

    async def open(self, round_id: UUID) -> Rendered[RoundView]:
        """Let answers in, under the charter in force from now on to the end of the round."""
        opening = await self._held(round_id, "open")
        named = await self._rounds.topic_ids(opening)
        for topic_id in sorted(named):  # none is retired while the round opens on it
            await self._grant.hold(f"topic:{topic_id}", shared=True)
        topic = await self._rounds.topic(opening.topic_id)
        items = await self._rounds.topics_of_items(opening.instrument_id)
        topics_are_adopted.require([each.state for each in (topic, *items)])
        for each in (topic, *items):
            serves_students.require(each.student_question)
        outcomes_have_company.require([each.kind for each in items])
        await self._grant.hold("charter", shared=True)  # no meeting changes it meanwhile
        charter = await charter_in_force(self._grant.session)
        opening.charter_version = charter.version
        if opening.review_motion_id is None:
            opening.review_days = charter.review_days
        opening.opened_at = clock.now()
        return await self._moved(opening, "open")

    async def close(self, round_id: UUID) -> Rendered[RoundView]:
        """Take no more answers."""
        closing = await self._held(round_id, "close")
        closing.closed_at = clock.now()
        return await self._moved(closing, "close")

    async def review(self, round_id: UUID) -> Rendered[RoundView]:
        """Let what was attested be corrected, for the days that the round gives it."""
        closed = await self._held(round_id, "review")
        closed.review_until = clock.now() + timedelta(days=closed.review_days)
        return await self._moved(closed, "review")

    async def lock(self, round_id: UUID) -> Rendered[RoundView]:
        """Fix what is attested, once the review is over."""
        locking = await self._held(round_id, "lock")
        now = clock.now()
        review_is_over.require(Review(until=locking.review_until, at=now))
        submissions = await self._rounds.lock_submissions(round_id)
        locking.locked_at = now
        return await self._moved(locking, "lock", submissions=submissions)

    async def reopen(self, round_id: UUID, draft: ReopeningDraft) -> Rendered[RoundView]:
        """Put a round in review again; what was released of it stays as it is (DR-09).

        Raises the refusal of TR-21 where nothing was released of it yet.
        """
        reopening = await self._held(round_id, "reopen")
        reviewed_round_was_released.require(reopening)
        now = clock.now()
        submissions = await self._rounds.unlock_submissions(round_id)
        why = RoundReopening(
            id=new_id(),
            round_id=round_id,
            reason=draft.reason,
            reopened_by=self._grant.principal.account,
            reopened_at=now,
        )
        await self._rounds.add([why])
        reopening.review_until = now + timedelta(days=reopening.review_days)
        return await self._moved(reopening, "reopen", submissions=submissions)

    async def _held(self, round_id: UUID, verb: str) -> Round:
        """Hold a round alone, and raise ``InvalidTransition`` (TR-21) unless it takes the step."""
        await self._grant.hold(f"round:{round_id}")
        held = await self._rounds.get(round_id)
        STEPS.step(verb, held.stage)
        return held

    async def _moved(self, held: Round, verb: str, **counts: int) -> Rendered[RoundView]:
        """Take the step, and write it down in the ledger too."""
        held.stage = STEPS.step(verb, held.stage)
        detail = {"step": verb, **counts}
        self._grant.record(f"round:{held.id}", rule=STEPS.rule, detail=detail)
        return await self._grant.shown(ROUND, sought=held.id)


def unknown(draft: RoundDraft, named: Named) -> Iterator[Fault]:
    """Find what the draft of a round names and is not there."""
    if named.topic is None:
        yield Fault("/topic_id", "unknown_reference", "There is no such topic.")
    if named.instrument is None:
        yield Fault("/instrument_id", "unknown_reference", "There is no such instrument.")
    if named.motion is None and draft.review_motion_id is not None:
        yield Fault("/review_motion_id", "unknown_reference", "There is no such motion.")


def faults_of_groups(
    drafts: Sequence[PeerGroupDraft],
    known: Collection[UUID],
    taken: Collection[tuple[str, str]],
    at: str,
) -> Iterator[Fault]:
    """Find groups that are there already, and members that are not, or twice; ``at`` as above."""
    names = set(taken)
    for place, draft in enumerate(drafts):
        where = f"{at}/{place}" if at else ""
        if (draft.basis, draft.name) in names:
            yield Fault(f"{where}/name", "duplicate", "Another group of the basis has this name.")
        names.add((draft.basis, draft.name))
        seen: set[UUID] = set()
        for member, district in enumerate(draft.district_ids):
            if district not in known:
                pointer = f"{where}/district_ids/{member}"
                yield Fault(pointer, "unknown_reference", "There is no such district.")
            elif district in seen:
                pointer = f"{where}/district_ids/{member}"
                yield Fault(pointer, "duplicate", "It is in the group already.")
            seen.add(district)
