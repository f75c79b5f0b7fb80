"""What districts tell the members that they do."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from app.clock import now
from app.db import EVERYBODYS, new_id
from app.policy import Grant
from app.practices.models import Practice
from app.practices.repository import PRACTICE, PracticeRepository
from app.practices.schemas import PracticeContent, PracticeView
from app.problems import Fault, NotFound
from app.releases.knowledge import Knowledge
from app.rendered import Rendered
from app.wire.faults import invalid


class PracticeService:
    """Lists what a district does, in its own words, and takes it back."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._practices = PracticeRepository(grant)

    async def put(
        self, district_id: UUID, code: str, content: PracticeContent
    ) -> Rendered[PracticeView]:
        """Tell the members of a practice, or replace what was told.

        Who tells what it does on a topic counts as known in the topic's items, and is refused where
        that would expose who tells nothing (DR-11).
        """
        self._grant.reach.require(district_id)
        await self._grant.hold(f"practices:{district_id}")
        topic_id = await self._practices.topic(content.topic)
        if topic_id is None:
            raise invalid([Fault("/topic", "unknown_reference", "There is no such topic.")])
        practice = await self._practices.coded(district_id, code)
        if practice is None:
            self._grant.absent()  # first, or asking under a wrong tag would tell the verdict free
            await Knowledge(self._grant).require_hidden_on(topic_id, district_id)
        elif practice.topic_id != topic_id:
            # What is known of the district on the topic it told of stays known (DR-11).
            raise invalid([Fault("/topic", "kept", "A practice stays on its topic: tell another.")])
        told = {
            "topic_id": topic_id,
            "withdrawn_at": None,
            **content.model_dump(exclude={"topic"}),
        }
        if practice is None:
            return await self._told(district_id, code, told)
        self._grant.replace(PRACTICE, practice, told)
        self._record(practice, "revise")
        return await self._grant.shown(PRACTICE, sought=practice.id, own=[district_id])

    async def withdraw(self, district_id: UUID, code: str) -> None:
        """Take a practice off the list; one that is off already stays off."""
        self._grant.reach.require(district_id)
        await self._grant.hold(f"practices:{district_id}")
        practice = await self._practices.coded(district_id, code)
        if practice is None:
            raise NotFound
        if practice.withdrawn_at is None:
            practice.withdrawn_at = now()
            self._record(practice, "withdraw")

    async def _told(
        self, district_id: UUID, code: str, told: dict[str, Any]
    ) -> Rendered[PracticeView]:
        """Keep what is told for the first time."""
        practice = Practice(
            id=new_id(),
            district_id=district_id,
            recipient_id=EVERYBODYS,
            code=code,
            told_by=self._grant.principal.account,
            **told,
        )
        self._practices.add(practice)
        self._record(practice, "tell")
        return await self._grant.shown(
            PRACTICE,
            status=HTTPStatus.CREATED,
            location=f"/v1/practices/{practice.id}",
            sought=practice.id,
            own=[district_id],
        )

    def _record(self, practice: Practice, step: str) -> None:
        """Write to the ledger what was told or taken back."""
        self._grant.record(
            f"practice:{practice.id}",
            district=practice.district_id,
            rule="TR-26",
            detail={"step": step},
        )
