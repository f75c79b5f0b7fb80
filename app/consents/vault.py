"""Opens what districts show by name, and finds who answered so: the vault's second module."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Result, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.consents.models import Consent
from app.consents.standing import shown_to
from app.districts.models import District
from app.policy import Grant
from app.policy.seal import unsealed
from app.sealing import DataKey, SealBroken, answer_aad
from app.submissions.content import Content
from app.submissions.models import Answer, DistrictKey, Submission
from app.vocabulary import AnswerStatus, DistrictState


@dataclass(frozen=True, slots=True)
class Opened:
    """What a district shows by consent, opened for who may see it."""

    consent: Consent
    district: str
    content: Content = field(repr=False)


class SharedAnswers:
    """Opens answers of other districts under their consents, and gives out no other."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant

    async def to(
        self, district_id: UUID, round_id: UUID, item_id: UUID, today: date
    ) -> list[Opened]:
        """Open what others show a district of one item, by their names.

        Each of them finds in its view of the ledger that its answer was opened, and by whom.
        """
        session = self._grant.session
        rows = await session.execute(
            select(Consent, District.name)
            .join(District, District.id == Consent.district_id)
            .where(
                Consent.round_id == round_id,
                Consent.item_id == item_id,
                District.standing != DistrictState.LEFT,
                *shown_to(district_id, today),
            )
            .order_by(District.name, Consent.district_id, Consent.given_at)
        )
        shown = {consent.district_id: (consent, name) for consent, name in rows}
        if not shown:
            return []
        subject = f"consents:{district_id}"
        async with unsealed(self._grant, subject) as opened:
            answers = await attested(opened, round_id, item_id, shown)
            contents = await self._contents(opened, round_id, item_id, answers)
        for giver in contents:
            told = {"step": "open", "to": str(district_id)}
            consent, _ = shown[giver]
            self._grant.record(f"consent:{consent.id}", district=giver, rule="TR-26", detail=told)
        return [
            Opened(consent, name, contents[giver])
            for giver, (consent, name) in shown.items()
            if giver in contents
        ]

    async def answering(
        self, round_id: UUID, item_id: UUID, wanted: Content, *, but: UUID
    ) -> dict[UUID, tuple[int, DataKey]]:
        """Find the districts that answered so, each with its newest data key to seal for it with.

        Who asks is left out, and so is who is no active member.
        """
        async with unsealed(self._grant, f"round:{round_id}") as opened:
            active = await opened.scalars(
                select(District.id).where(
                    District.standing == DistrictState.ACTIVE, District.id != but
                )
            )
            answers = await attested(opened, round_id, item_id, set(active))
            contents = await self._contents(opened, round_id, item_id, answers)
            fitting = [each for each, said in contents.items() if says(said, wanted)]
            return await self._newest_keys(opened, fitting)

    async def _contents(
        self,
        session: AsyncSession,
        round_id: UUID,
        item_id: UUID,
        answers: Mapping[UUID, tuple[int, int, bytes]],
    ) -> dict[UUID, Content]:
        """Open the answers, each under the key it was sealed with."""
        wanted = [(district, key) for district, (_, key, _) in answers.items()]
        rows = await session.execute(
            select(DistrictKey.district_id, DistrictKey.version, DistrictKey.wrapped).where(
                tuple_(DistrictKey.district_id, DistrictKey.version).in_(wanted)
            )
        )
        keys = self._unwrapped(rows)
        return {
            district: Content.read(
                keys[district][1].open(sealed, answer_aad(district, round_id, item_id, version))
            )
            for district, (version, _, sealed) in answers.items()
            if district in keys
        }

    async def _newest_keys(
        self, session: AsyncSession, districts: Iterable[UUID]
    ) -> dict[UUID, tuple[int, DataKey]]:
        """Unwrap the newest data key of each district."""
        rows = await session.execute(
            select(DistrictKey.district_id, DistrictKey.version, DistrictKey.wrapped)
            .where(DistrictKey.district_id.in_(list(districts)))
            .ext(distinct_on(DistrictKey.district_id))
            .order_by(DistrictKey.district_id, DistrictKey.version.desc())
        )
        return self._unwrapped(rows)

    def _unwrapped(self, rows: Result[UUID, int, bytes]) -> dict[UUID, tuple[int, DataKey]]:
        """Unwrap data keys, but for those that are shredded."""
        found = {}
        for district, version, wrapped in rows:
            with suppress(SealBroken):
                found[district] = (version, self._grant.keys.unwrap(district, version, wrapped))
        return found


async def attested(
    session: AsyncSession, round_id: UUID, item_id: UUID, districts: Any
) -> dict[UUID, tuple[int, int, bytes]]:
    """Find what was attested last to an item: the version, its key's and what is sealed."""
    rows = await session.execute(
        select(Answer.district_id, Answer.version, Answer.key_version, Answer.sealed)
        .join(Submission, Submission.id == Answer.submission_id)
        .where(
            Answer.round_id == round_id,
            Answer.item_id == item_id,
            Answer.district_id.in_(list(districts)),
            Answer.revision <= Submission.attested_revision,
        )
        .ext(distinct_on(Answer.district_id))
        .order_by(Answer.district_id, Answer.version.desc())
    )
    return {district: (version, key, sealed) for district, version, key, sealed in rows}


def says(said: Content, wanted: Content) -> bool:
    """Whether an answer is the one that is looked for."""
    told = (said.level, said.option, said.yes)
    same = told == (wanted.level, wanted.option, wanted.yes)
    return said.status is AnswerStatus.REPORTED and same
