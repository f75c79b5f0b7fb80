"""What districts do with consents, and what they see by those of others."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from app.clock import now
from app.consents.models import Consent
from app.consents.repository import ConsentRepository, ItemInRound, Terms
from app.consents.schemas import (
    ConsentDraft,
    ConsentsView,
    ConsentView,
    SharedAnswer,
    SharedAnswersView,
)
from app.consents.vault import Opened, SharedAnswers
from app.db import EVERYBODYS, new_id
from app.policy import Grant
from app.policy.rules.rounds import Standing, has_shared
from app.policy.rules.sharing import may_be_shared_now
from app.problems import Fault, NotFound
from app.releases.knowledge import Knowledge
from app.submissions.content import Content
from app.wire.faults import invalid

UNSHOWN = frozenset({"reason"})
"""Why an answer was corrected stays with its district."""


class ConsentService:
    """Gives and revokes a district's consents, under a grant."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._consents = ConsentRepository(grant)

    async def give(self, district_id: UUID, draft: ConsentDraft) -> ConsentsView:
        """Show an answer by name, unless that would expose who did not consent (TR-26, DR-11)."""
        self._grant.reach.require(district_id)
        today = now().date()
        if draft.until is not None and draft.until < today:
            raise invalid([Fault("/until", "not_in_future", "It is over already.")])
        # A release of the round has to see who is known, and this has to see what is released.
        await self._grant.hold(f"round:{draft.round_id}")
        item = await self._item(district_id, draft)
        may_be_shared_now.require(item)
        recipients = await self._recipients(district_id, draft)
        asked = [Terms(each, draft.mutual, draft.until) for each in recipients]
        standing = await self._consents.standing(district_id, draft.round_id, item.item_id, today)
        missing = [each for each in asked if each not in standing]
        if missing:
            await Knowledge(self._grant).require_hidden(draft.round_id, item.item_id, district_id)
        given = [self._consent(district_id, each, item.item_id, draft) for each in missing]
        await self._consents.add(given)
        told = {"step": "give", "recipients": len(given), "everybody": draft.all_members}
        self._grant.record(
            f"round:{draft.round_id}", district=district_id, rule="TR-26", detail=told
        )
        kept = [standing[each] for each in asked if each in standing]
        return ConsentsView(data=[view(each, item.code) for each in [*kept, *given]])

    async def _item(self, district_id: UUID, draft: ConsentDraft) -> ItemInRound:
        """Find the item, of a round whose answers the district has attested."""
        item = await self._consents.item(draft.round_id, draft.item)
        if item is None:
            fault = Fault("/item", "unknown_reference", "There is no such item in such a round.")
            raise invalid([fault])
        if not await self._consents.has_attested(district_id, draft.round_id):
            says = "Your answers to the round are not attested."
            raise invalid([Fault("/round_id", "not_attested", says)])
        return item

    async def _recipients(self, district_id: UUID, draft: ConsentDraft) -> Sequence[UUID]:
        """List whom to show it to, or raise ``Invalid`` with those who are no members."""
        if draft.recipients is None:
            return [EVERYBODYS]
        members = await self._consents.members(draft.recipients)
        faults = [
            Fault(f"/recipients/{place}", "unknown_reference", "There is no such other member.")
            for place, each in enumerate(draft.recipients)
            if each not in members or each == district_id
        ]
        if faults:
            raise invalid(faults)
        return draft.recipients

    def _consent(
        self, district_id: UUID, terms: Terms, item_id: UUID, draft: ConsentDraft
    ) -> Consent:
        """Make the consent to one recipient."""
        return Consent(
            id=new_id(),
            district_id=district_id,
            recipient_id=terms.recipient_id,
            round_id=draft.round_id,
            item_id=item_id,
            mutual=terms.mutual,
            until=terms.until,
            given_by=self._grant.principal.account,
            given_at=now(),
        )


class RevocationService:
    """Ends a district's consents."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._consents = ConsentRepository(grant)

    async def revoke(self, consent_id: UUID) -> None:
        """End a consent from now on; one that ended already stays ended."""
        consent = await self._consents.get(consent_id)
        if consent is None:
            raise NotFound
        self._grant.reach.require_own(consent.district_id)
        if consent.revoked_at is None:
            consent.revoked_at = now()
            self._grant.record(
                f"consent:{consent.id}",
                district=consent.district_id,
                rule="TR-26",
                detail={"step": "revoke"},
            )


class SharedAnswerService:
    """Shows a district what others consented to show it."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._consents = ConsentRepository(grant)
        self._shared = SharedAnswers(grant)

    async def shown(self, district_id: UUID, round_id: UUID, code: str) -> SharedAnswersView:
        """Open what others show a district of one item; TR-24 asks that it shared its own."""
        self._grant.reach.require(district_id)
        item = await self._consents.item(round_id, code)
        if item is None:
            raise NotFound
        attested = await self._consents.has_attested(district_id, round_id)
        has_shared.require(
            Standing(staff=False, attested=attested, joined_after_close=False, still_new=False)
        )
        opened = await self._shared.to(district_id, round_id, item.item_id, now().date())
        return SharedAnswersView(
            round_id=round_id,
            item=item.code,
            kind=item.kind,
            unit=item.unit,
            data=[shared(each) for each in opened],
        )


def view(consent: Consent, code: str) -> ConsentView:
    """Show a consent."""
    kept = {name: getattr(consent, name) for name in ConsentView.model_fields if name != "item"}
    return ConsentView(**kept, item=code)


def shared(opened: Opened) -> SharedAnswer:
    """Show what a district shows."""
    consent, content = opened.consent, opened.content
    return SharedAnswer(
        consent_id=consent.id,
        district_id=consent.district_id,
        district=opened.district,
        mutual=consent.mutual,
        until=consent.until,
        **told(content),
    )


def told(content: Content) -> dict[str, Any]:
    """Give what an answer says, without what stays with its district."""
    return {name: value for name, value in asdict(content).items() if name not in UNSHOWN}
