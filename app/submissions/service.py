"""What a district does with its answers."""

from typing import Final
from uuid import UUID

from app.clock import now
from app.db import new_id
from app.instruments.models import Item
from app.lifecycles import SUBMISSION
from app.policy import Grant
from app.policy.rules.departures import district_stays
from app.policy.rules.rounds import correction_has_reason, round_takes_answers
from app.policy.rules.submissions import (
    district_is_active,
    every_item_is_answered,
    parts_add_up,
    round_lets_go,
    round_takes_attestations,
)
from app.problems import Conflict, Fault, Invalid, NotFound
from app.submissions.desk import Desk
from app.submissions.models import Answer, DistrictKey, Submission, Withdrawal
from app.submissions.repository import SubmissionRepository
from app.submissions.schemas import AnswerDraft, AnswerEntry, AnswerView
from app.submissions.seals import OwnSeal
from app.submissions.shown import shown
from app.vocabulary import LedgerOutcome, RoundStage, SubmissionState
from app.wire.batch import Batch, BatchMode, BatchResult, Stored, carry_out, refusals

DIFFERS: Final = "Its parts do not add up to it."


class SubmissionService:
    """Enters, attests and withdraws a district's answers under a grant.

    A district out of reach, an absent one and an absent round are the same ``NotFound`` (TR-05).
    """

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._submissions = SubmissionRepository(grant)

    async def enter(
        self, round_id: UUID, district_id: UUID, code: str, draft: AnswerDraft
    ) -> tuple[AnswerView, bool]:
        """Enter or correct one answer; say whether it is the first to its item."""
        desk = await self._desk(round_id, district_id)
        district_stays.require(desk.held_until)
        district_is_active.require(desk.standing)
        round_takes_answers.require(desk.round)
        if code not in desk.items:
            raise NotFound
        item = desk.items[code]
        answer, new = await self._put(desk, district_id, item, draft)
        await self._submissions.save()
        self._told(desk)
        return shown(desk.seal, round_id, code, item.kind, answer), new

    async def enter_all(
        self, round_id: UUID, district_id: UUID, batch: Batch[AnswerEntry]
    ) -> BatchResult:
        """Enter or correct many answers; each item once."""
        desk = await self._desk(round_id, district_id)
        district_stays.require(desk.held_until)
        district_is_active.require(desk.standing)
        round_takes_answers.require(desk.round)
        if batch.mode is BatchMode.ATOMIC:
            for row in batch.rows:
                if row.draft is not None:
                    correction_has_reason.require((desk.round.stage, row.draft.reason))
        entered: set[str] = set()

        async def store(entry: AnswerEntry) -> Stored:
            if entry.item not in desk.items:
                detail = "The round has no such item."
                raise Invalid(errors=[Fault("/item", "unknown_reference", detail)])
            if entry.item in entered:
                detail = "The item is answered in another row."
                raise Invalid(errors=[Fault("/item", "repeated", detail)])
            if batch.mode is BatchMode.ATOMIC:  # one that does not fit is told of a second, too
                entered.add(entry.item)
            answer, new = await self._put(desk, district_id, desk.items[entry.item], entry)
            entered.add(entry.item)
            return Stored(answer.id, created=new)

        done = await carry_out(batch, store, self._submissions.savepoint)
        self._record_refusals(round_id, district_id, done)
        if not batch.dry_run:
            await self._submissions.save()
            self._told(desk)
        return done

    async def attest(self, round_id: UUID, district_id: UUID) -> Submission:
        """Attest the draft at hand; raises ``Conflict`` with the items that have no answer.

        So it does with the totals that are not the sum of their parts, where all are answered.
        """
        desk = await self._desk(round_id, district_id)
        district_stays.require(desk.held_until)
        district_is_active.require(desk.standing)
        round_takes_attestations.require(desk.round)
        submission = desk.submission
        if submission is None or not every_item_is_answered.holds(desk.missing):
            missing = [Fault(f"/{code}", "not_answered", "No answer yet.") for code in desk.missing]
            says, rule = every_item_is_answered.says, every_item_is_answered.id
            raise Conflict(says, rule=rule, errors=missing)
        if not parts_add_up.holds(apart := desk.not_adding_up()):
            faults = [Fault(f"/{code}", "does_not_add_up", DIFFERS) for code in apart]
            raise Conflict(parts_add_up.says, rule=parts_add_up.id, errors=faults)
        submission.state = SUBMISSION.step("attest", submission.state)
        submission.attested_revision = submission.revision
        submission.attested_by = self._grant.principal.account
        submission.attested_at = now()
        await self._submissions.save()
        told = {"revision": submission.revision, "answers": submission.items_answered}
        self._grant.record(f"submission:{submission.id}", district=district_id, detail=told)
        return submission

    async def withdraw(self, round_id: UUID, district_id: UUID, reason: str) -> Submission:
        """Take the answers out of the round; what was attested is attested no more."""
        desk = await self._desk(round_id, district_id)
        submission = desk.submission
        if submission is None:
            raise NotFound
        round_lets_go.require(desk.round)
        submission.state = SUBMISSION.step("withdraw", submission.state)
        submission.withdrawn_at = now()
        submission.attested_revision = submission.attested_by = submission.attested_at = None
        withdrawal = Withdrawal(
            id=new_id(),
            district_id=district_id,
            submission_id=submission.id,
            revision=submission.revision,
            key_version=desk.seal.key_version,
            withdrawn_by=self._grant.principal.account,
            withdrawn_at=submission.withdrawn_at,
        )
        withdrawal.sealed = desk.seal.seal_reason(reason, withdrawal.id)
        self._submissions.add(withdrawal)
        await self._submissions.save()
        told = {"revision": submission.revision, "answers": submission.items_answered}
        self._grant.record(f"submission:{submission.id}", district=district_id, detail=told)
        return submission

    async def _desk(self, round_id: UUID, district_id: UUID) -> Desk:
        """Gather what is needed, with the round's stage and the submission standing still."""
        await self._grant.hold(f"round:{round_id}", shared=True)
        found = await self._submissions.round(round_id)
        if found is None or district_id not in self._grant.reach.districts:
            raise NotFound
        await self._grant.hold(f"submission:{round_id}:{district_id}")
        round_, items = found
        standing, held_until = await self._submissions.standing(district_id)
        newest = await self._submissions.newest(round_id, district_id)
        # After the answers: a key that they were sealed under anew meanwhile is there as well.
        wrapped = await self._submissions.keys(district_id)
        return Desk(
            round=round_,
            standing=standing,
            held_until=held_until,
            items={item.code: item for item in items},
            submission=await self._submissions.submission(round_id, district_id),
            newest=newest,
            seal=OwnSeal(self._grant.keys, district_id, wrapped),
        )

    async def _put(
        self, desk: Desk, district_id: UUID, item: Item, draft: AnswerDraft
    ) -> tuple[Answer, bool]:
        """Store one answer, unless it says what is there already; say whether it is the first."""
        content = desk.fitted(draft.content(), item)
        submission = await self._begun(desk, district_id)
        earlier = desk.opened(item)
        reopened = submission.state is SubmissionState.WITHDRAWN
        same = earlier is not None and content.says_as(earlier)
        if reopened or (not same and submission.state is not SubmissionState.DRAFT):
            submission.state = SUBMISSION.step("enter", submission.state)
            submission.revision += 1
            submission.withdrawn_at = None
        if same:
            desk.count.unchanged += 1
            return desk.newest[item.id], False
        by = self._grant.principal.account
        answer = desk.version(content, item, submission, by)
        self._submissions.add(answer)
        submission.items_answered = len(desk.newest)
        desk.count.new += earlier is None
        desk.count.corrected += earlier is not None
        return answer, earlier is None

    async def _begun(self, desk: Desk, district_id: UUID) -> Submission:
        """Return the submission, begun with its first answer; so is the district's data key."""
        if desk.seal.without_key:
            await self._grant.hold(f"district-key:{district_id}")
            desk.seal.learn(await self._submissions.keys(district_id))
        if desk.seal.without_key:
            made = {"wrapped": desk.seal.make_key(), "version": desk.seal.key_version}
            self._submissions.add(DistrictKey(district_id=district_id, **made))
        if desk.submission is None:
            desk.submission = Submission(
                id=new_id(),
                district_id=district_id,
                round_id=desk.round.id,
                state=SUBMISSION.first,
                revision=1,
                items_answered=0,
            )
            self._submissions.add(desk.submission)
            await self._submissions.save()
        return desk.submission

    def _record_refusals(self, round_id: UUID, district_id: UUID, done: BatchResult) -> None:
        """Write down how many rows each rule refused, where the others went on (TR-06)."""
        for rule, count in refusals(done).items():
            self._grant.record(
                f"round:{round_id}",
                district=district_id,
                rule=rule,
                detail={"rows": count},
                outcome=LedgerOutcome.REFUSED,
            )

    def _told(self, desk: Desk) -> None:
        """Write to the ledger how many answers were entered."""
        if desk.submission is None:
            return
        told = {
            "revision": desk.submission.revision,
            "new": desk.count.new,
            "corrected": desk.count.corrected,
            "unchanged": desk.count.unchanged,
            "in_review": desk.round.stage is RoundStage.IN_REVIEW,
        }
        subject = f"submission:{desk.submission.id}"
        self._grant.record(subject, district=desk.submission.district_id, detail=told)
