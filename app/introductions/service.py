"""What happens to introductions: who is asked, and what a yes does (TR-27)."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Final
from uuid import UUID

from app.clock import now
from app.consents.models import Consent
from app.consents.repository import ConsentRepository
from app.consents.vault import SharedAnswers
from app.db import new_id
from app.introductions.models import Acquaintance, Inquiry, InquiryOrigin, Introduction
from app.introductions.repository import IntroductionRepository
from app.introductions.schemas import (
    InquiryAnswer,
    IntroductionDraft,
    IntroductionState,
    IntroductionView,
    SoughtView,
)
from app.introductions.seals import place_of
from app.introductions.vault import origin
from app.policy import Grant
from app.policy.rules.sharing import (
    Waiting,
    asks_for_few,
    has_answered_itself,
    inquiry_waits,
    is_about_a_practice,
)
from app.problems import Fault
from app.releases.knowledge import Knowledge
from app.submissions.content import Content
from app.submissions.fit import faults_of
from app.submissions.seals import OwnSeal
from app.wire.faults import invalid

ASKED_AT_ONCE: Final = 3
"""Members that are asked on behalf of one introduction."""
CHANCE: Final = SystemRandom()
"""Who is asked is drawn, so that nobody is asked for standing higher or lower (TR-25)."""


class AskingService:
    """Asks for introductions on behalf of a district."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._introductions = IntroductionRepository(grant)
        self._consents = ConsentRepository(grant)

    async def ask(self, district_id: UUID, draft: IntroductionDraft) -> IntroductionView:
        """Ask members who answered so whether they would meet; whether any did is not told."""
        self._grant.reach.require(district_id)
        await self._grant.hold(f"introductions:{district_id}")
        item = await self._consents.item(draft.round_id, draft.item)
        if item is None:
            fault = Fault("/item", "unknown_reference", "There is no such item in such a round.")
            raise invalid([fault])
        is_about_a_practice.require(item)
        attested = await self._consents.has_attested(district_id, draft.round_id)
        has_answered_itself.require(attested)
        sought = draft.sought.content()
        if faults := faults_of(sought, item):
            raise invalid([replace(each, pointer=f"/sought{each.pointer}") for each in faults])
        asked_at = now()
        waiting = await self._introductions.waiting(district_id, draft.round_id, asked_at)
        asks_for_few.require(waiting)
        closes_at = asked_at + timedelta(days=item.introduction_days)
        made = await self._introduction(district_id, item.item_id, draft, asked_at, closes_at)
        await self._inquire(made, sought)
        told = {"step": "ask"}
        self._grant.record(
            f"introduction:{made.id}", district=district_id, rule="TR-27", detail=told
        )
        return IntroductionView(
            id=made.id,
            round_id=made.round_id,
            item=item.code,
            kind=item.kind,
            sought=SoughtView(level=sought.level, option=sought.option, yes=sought.yes),
            contact=made.contact,
            asked_at=asked_at,
            closes_at=closes_at,
            state=IntroductionState.WAITING,
            met=[],
        )

    async def _introduction(
        self,
        district_id: UUID,
        item_id: UUID,
        draft: IntroductionDraft,
        asked_at: datetime,
        closes_at: datetime,
    ) -> Introduction:
        """Write down what is asked for, under the district's own key."""
        wrapped = await self._introductions.keys(district_id)
        seal = OwnSeal(self._grant.keys, district_id, wrapped)
        made = Introduction(
            id=new_id(),
            district_id=district_id,
            round_id=draft.round_id,
            item_id=item_id,
            key_version=seal.key_version,
            contact=draft.contact,
            asked_by=self._grant.principal.account,
            asked_at=asked_at,
            closes_at=closes_at,
        )
        made.sealed = seal.seal_at(place_of(district_id, made.id), draft.sought.content())
        await self._introductions.add([made])
        return made

    async def _inquire(self, made: Introduction, sought: Content) -> None:
        """Ask a few of those who answered so, drawn by chance, without a name."""
        answering = await SharedAnswers(self._grant).answering(
            made.round_id, made.item_id, sought, but=made.district_id
        )
        some = CHANCE.sample(sorted(answering), min(ASKED_AT_ONCE, len(answering)))
        rows: list[Inquiry | InquiryOrigin] = []
        for district_id in some:
            key_version, key = answering[district_id]
            inquiry = Inquiry(
                id=new_id(),
                district_id=district_id,
                round_id=made.round_id,
                item_id=made.item_id,
                key_version=key_version,
                asked_at=made.asked_at,
                closes_at=made.closes_at,
            )
            inquiry.sealed = key.seal(sought.written(), place_of(district_id, inquiry.id))
            origin = InquiryOrigin(
                inquiry_id=inquiry.id, introduction_id=made.id, district_id=made.district_id
            )
            rows += [inquiry, origin]
        await self._introductions.add(rows)


class AnsweringService:
    """Answers inquiries on behalf of a district."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._introductions = IntroductionRepository(grant)
        self._consents = ConsentRepository(grant)

    async def answer(self, inquiry_id: UUID, answer: InquiryAnswer) -> None:
        """Say yes, and both are told each other's name; say no, and nobody is told anything."""
        await self._grant.hold(f"inquiry:{inquiry_id}")
        inquiry = await self._introductions.inquiry(inquiry_id)
        inquiry_waits.require(Waiting(inquiry.closes_at, now(), inquiry.meets, answer.meets))
        if answer.meets and answer.contact is None:
            raise invalid([Fault("/contact", "required", "A yes says how you are reached.")])
        if inquiry.meets is not None:
            return
        if answer.meets and answer.contact is not None:
            await self._meet(inquiry, answer.contact)
        inquiry.meets = answer.meets
        inquiry.answered_by = self._grant.principal.account
        inquiry.answered_at = now()
        self._grant.record(
            f"inquiry:{inquiry.id}",
            district=inquiry.district_id,
            rule="TR-27",
            detail={"step": "answer"},
        )

    async def _meet(self, inquiry: Inquiry, contact: str) -> None:
        """Tell both sides, unless that would expose who did not say yes (DR-11).

        Who asked knows from then on how this district answered, and counts as knowing it. Nobody
        is told anything when who asked has left the consortium.
        """
        await self._grant.hold(f"round:{inquiry.round_id}")
        asked_by = await origin(self._grant, inquiry.id)
        if asked_by is None:
            return
        introduction, asker, asker_contact = asked_by
        await Knowledge(self._grant).require_hidden(
            inquiry.round_id, inquiry.item_id, inquiry.district_id
        )
        met = Acquaintance(
            id=new_id(),
            district_id=asker,
            recipient_id=inquiry.district_id,
            introduction_id=introduction,
            inquiry_id=inquiry.id,
            contact=asker_contact,
            recipient_contact=contact,
            met_at=now(),
        )
        await self._introductions.add([met])
        known = Consent(
            id=new_id(),
            district_id=inquiry.district_id,
            recipient_id=asker,
            round_id=inquiry.round_id,
            item_id=inquiry.item_id,
            mutual=False,
            until=None,
            given_by=self._grant.principal.account,
            given_at=met.met_at,
            revoked_at=met.met_at,
        )
        await self._consents.add([known])
        self._grant.record(
            f"introduction:{introduction}", district=asker, rule="TR-27", detail={"step": "meet"}
        )
