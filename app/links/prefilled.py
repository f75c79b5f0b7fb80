"""What an observation would answer to an item, and what to look at before that is entered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final

from app.links.fit import Scale, differences
from app.links.rows import LinkedItem, SeriesValue
from app.links.schemas import (
    AnswerToEnter,
    Caution,
    EarlierFigure,
    ObservationBehind,
    PrefilledItem,
)
from app.measuring.periods import parse
from app.measuring.values import exact, quotient, shown
from app.measuring.words import ValueStatus
from app.submissions.content import Content
from app.submissions.fit import faults_of
from app.vocabulary import AnswerStatus

ANSWERED_AS: Final = {
    ValueStatus.REPORTED: AnswerStatus.REPORTED,
    ValueStatus.ESTIMATED: AnswerStatus.REPORTED,
    ValueStatus.NOT_COLLECTED: AnswerStatus.NOT_COLLECTED,
    ValueStatus.NOT_APPLICABLE: AnswerStatus.NOT_APPLICABLE,
}
"""What each observation is as an answer; one that is suppressed is none."""
FEW: Final = 10
"""A denominator below it makes a rate of a few people."""
FAR: Final = Fraction(1, 4)
"""Of last period's value: no smaller step is called far."""
FINEST: Final = 6
NEIGHBOURS: Final = 2


@dataclass(frozen=True, slots=True)
class Step:
    """A value, and the one of the period before; ``longest`` is the longest step before it."""

    period: str
    earlier: Fraction
    size: Fraction
    longest: Fraction

    @property
    def is_far(self) -> bool:
        """Whether it is longer than any before it, and more than a quarter of the value."""
        return self.size > self.longest and self.size > abs(self.earlier) * FAR


def prefilled(item: LinkedItem, period: str, series: Sequence[SeriesValue]) -> PrefilledItem:
    """Fill in one item from its measure; ``series`` is all of that, the earliest first."""
    content = content_of(item)
    step = step_to(item, period, series)
    return PrefilledItem(
        item=item.item,
        prompt=item.prompt,
        unit=item.unit,
        measure_id=item.measure_id,
        measure=item.measure,
        observation=behind(item),
        answer=None if content is None else AnswerToEnter.model_validate(content),
        figure=figure_of(item),
        earlier=(
            None
            if step is None
            else EarlierFigure(period=step.period, figure=shown(step.earlier, FINEST))
        ),
        cautions=[
            *about_observation(item, period),
            *about_answer(item, content),
            *about_step(step),
        ],
    )


def content_of(item: LinkedItem) -> Content | None:
    """Turn the observation of the round's period into an answer, where it can be one."""
    status = None if item.then_status is None else ANSWERED_AS.get(item.then_status)
    if status is None:
        return None
    return Content(
        status=status,
        value=item.then_value,
        numerator=item.then_numerator,
        denominator=item.then_denominator,
    )


def behind(item: LinkedItem) -> ObservationBehind | None:
    """Name the observation of the round's period."""
    if item.then_id is None:
        return None
    return ObservationBehind(
        **{name: getattr(item, f"then_{name}") for name in ObservationBehind.model_fields}
    )


def figure_of(item: LinkedItem) -> Decimal | None:
    """Say what the observation comes to as the item counts it."""
    value = valued(item.then_value, item.then_numerator, item.then_denominator, item.factor)
    return None if value is None else shown(value, FINEST)


def valued(
    value: Decimal | None,
    numerator: Decimal | None,
    denominator: Decimal | None,
    factor: int | None,
) -> Fraction | None:
    """Compute the value of an observation: a quotient where there is a factor."""
    if factor is not None:
        return quotient(numerator, denominator, factor)
    return None if value is None else exact(value)


def about_observation(item: LinkedItem, period: str) -> Iterator[Caution]:
    """Say what is to be known of the observation itself."""
    if item.then_id is None:
        if item.newest_period is not None:
            said = f"The newest observation is of {item.newest_period}, the round is of {period}."
            yield Caution(code="other_period", detail=said, pointer=None)
        return
    if item.then_status is ValueStatus.ESTIMATED:
        yield Caution(code="estimated", detail="The value is an estimate.", pointer=None)
    if item.then_status is ValueStatus.SUPPRESSED:
        detail = "The observation is suppressed: there is nothing to enter."
        yield Caution(code="suppressed", detail=detail, pointer=None)
    measured = Scale(item.then_unit, item.then_factor)
    for each in differences(Scale(item.unit, item.factor), measured):
        yield Caution(code=each.code, detail=each.detail, pointer=None)
    if item.then_denominator is not None and 0 < item.then_denominator < FEW:
        detail = f"The denominator is below {FEW}: the ratio is of very few."
        yield Caution(code="small_denominator", detail=detail, pointer="/denominator")


def about_answer(item: LinkedItem, content: Content | None) -> Iterator[Caution]:
    """Say what would be refused of the answer, were it entered as it is."""
    for fault in faults_of(content, item) if content is not None else ():
        yield Caution(code=fault.code, detail=fault.detail, pointer=fault.pointer)


def about_step(step: Step | None) -> Iterator[Caution]:
    """Say whether the value is far from that of the period before."""
    if step is not None and step.is_far:
        detail = (
            f"The value is further from that of {step.period} than any value before was from the"
            " one before it, and by more than a quarter of it."
        )
        yield Caution(code="far_from_last_year", detail=detail, pointer=None)


def step_to(item: LinkedItem, period: str, series: Sequence[SeriesValue]) -> Step | None:
    """Compare the value of a period with that of the one before, in one era and one length."""
    at = parse(period)
    alike: dict[str, Fraction] = {}
    for each in series:
        value = valued(each.value, each.numerator, each.denominator, each.factor)
        of = parse(each.period)
        if value is not None and each.era == item.then_era and of.kind is at.kind and of <= at:
            alike[each.period] = value  # of two editions the newer one counts
    values = list(alike.items())
    if len(values) < NEIGHBOURS or values[-1][0] != period:
        return None
    sizes = [abs(later - earlier) for (_, earlier), (_, later) in pairwise(values)]
    earlier_period, earlier = values[-2]
    return Step(earlier_period, earlier, sizes[-1], max(sizes[:-1], default=Fraction(0)))
