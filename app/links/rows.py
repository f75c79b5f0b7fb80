"""The rows that an answer is filled in from."""

from decimal import Decimal
from uuid import UUID

from app.measuring.words import ValueStatus
from app.scalars import View
from app.vocabulary import ItemKind


class RoundAsked(View):
    """The period that a round asks about."""

    period: str


class SeriesValue(View):
    """What a measure came to in one period, as its edition defined it then."""

    measure_id: UUID
    period: str
    edition: int
    status: ValueStatus
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    era: int
    factor: int | None


class LinkedItem(View):
    """An item, the measure that answers it, and what that came to in the period of the round."""

    item: str
    prompt: str
    kind: ItemKind
    unit: str | None
    denominator: str | None
    factor: int | None
    decimals: int | None
    lowest: Decimal | None
    highest: Decimal | None
    options: list[str] | None
    measure_id: UUID
    measure: str
    then_id: UUID | None
    then_version: int | None
    then_period: str | None
    then_edition: int | None
    then_status: ValueStatus | None
    then_value: Decimal | None
    then_numerator: Decimal | None
    then_denominator: Decimal | None
    then_source: str | None
    then_era: int | None
    then_unit: str | None
    then_factor: int | None
    newest_period: str | None
