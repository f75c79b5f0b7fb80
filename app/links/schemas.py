"""What links, and what they fill in before anybody does, look like on the wire."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.measuring.words import ValueStatus
from app.scalars import Figure, Id, Input, View
from app.vocabulary import AnswerStatus

LinkSort = Literal["updated_at", "-updated_at"]


class LinkContent(Input):
    """Which of the district's own measures answers the item."""

    measure_id: Id


class LinkView(View):
    """That a measure of the district answers an item, in every edition of its instrument."""

    id: UUID
    district_id: UUID
    instrument_code: str
    item_code: str
    measure_id: UUID
    created_at: datetime
    updated_at: datetime
    version: int


class Caution(View):
    """Something to look at before an answer is entered."""

    code: str
    detail: str
    pointer: str | None = Field(description="The member of the answer that it is about.")


class AnswerToEnter(View):
    """What an observation would answer, in the members that entering an answer takes."""

    status: AnswerStatus
    value: Figure | None
    numerator: Figure | None
    denominator: Figure | None


class ObservationBehind(View):
    """The observation that an answer would be entered from."""

    id: UUID
    period: str
    edition: int
    status: ValueStatus
    source: str | None
    version: int


class EarlierFigure(View):
    """What the measure came to in the period before, in its unit."""

    period: str
    figure: Figure


class PrefilledItem(View):
    """An item that a measure is linked to, and what the measure's observation would answer.

    `answer` is null where there is no observation of the round's period, or none that can be
    entered. `figure` is what the answer comes to, in the unit of the item.
    """

    item: str
    prompt: str
    unit: str | None
    measure_id: UUID
    measure: str
    observation: ObservationBehind | None
    answer: AnswerToEnter | None
    figure: Figure | None
    earlier: EarlierFigure | None
    cautions: list[Caution]


class PrefillView(View):
    """What a district's own observations would answer to a round; nothing of it is stored."""

    round_id: UUID
    district_id: UUID
    period: str
    items: list[PrefilledItem] = Field(
        description="The quantitative items that a measure is linked to, in their order."
    )
