"""What is known of items in a period, put together from what was opened and what was let out."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from app.disclosure.figures import Column
from app.releases.contributions import Asked, Contribution, InPeriod
from app.releases.families import Added, Answered, Families, added
from app.releases.records import Records, Sealed
from app.releases.released import ItemInPeriod, Past, Released
from app.rounds.models import Round
from app.submissions.content import Content
from app.vocabulary import AnswerStatus, ItemKind

Opened = Mapping[UUID, Content]
"""The answers that could be opened, by their ids."""
NOTHING = Past()
COMPARED: Final = ("kind", "unit", "factor", "disclosure", "counts_students", "cost")
"""What a trend needs in common: rules of the later edition would else judge earlier answers."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was ever let out of an instrument, of which items together, and what is known of it."""

    families: Families
    past: Mapping[ItemInPeriod, Past] = field(repr=False)
    consenting: Mapping[ItemInPeriod, Collection[UUID]] = field(repr=False)

    def told(self, code: str, period: str) -> Past:
        """Give what was let out of one item in a period."""
        return self.past.get(ItemInPeriod(code, period), NOTHING)

    def before(self, codes: AbstractSet[str], period: str) -> InPeriod:
        """Put together what was let out of items in a period; no answer is opened for it."""
        of_items = [self.told(code, period) for code in sorted(codes)]
        return InPeriod(
            period,
            (),
            past=[figure for each in of_items for figure in each.figures],
            consenting=frozenset(
                (self.families.category(code), district)
                for code in codes
                for district in self.consenting.get(ItemInPeriod(code, period), ())
            ),
            past_sums=[sum_ for each in of_items for sum_ in each.sums],
        )


async def known_of(
    records: Records, released: Released, instrument: str, families: Families
) -> Known:
    """Gather what was let out of an instrument."""
    past = await released.past(instrument, families)
    return Known(families, past, await records.consenting(instrument))


@dataclass(frozen=True, slots=True)
class PeriodReading:
    """Reads what was opened of a round."""

    of_round: Round
    known: Known
    opened: Opened = field(repr=False)
    offices: Mapping[UUID, str | UUID] = field(repr=False)

    def of(self, family: Sequence[Asked], given: Mapping[UUID, Sequence[Sealed]]) -> InPeriod:
        """Put together what is known of items that are audited together, by the item's id."""
        codes = self.known.families.together(family[0].item.code)
        before = self.known.before(codes, self.of_round.period)
        contents = {
            column: self.opened[column.version]
            for figure in before.past
            for column in figure.columns
            if isinstance(column.version, UUID) and column.version in self.opened
        }
        behind = {
            each.item.code: list(self._contributions(each, given.get(each.item.id, ())))
            for each in family
        }
        sums: Iterable[Added] = ()
        if family[0].family is not None:
            answers = {
                each.item.code: self._answered(behind[each.item.code], given.get(each.item.id, ()))
                for each in family
                if each.item.kind is ItemKind.QUANTITATIVE
            }
            sums = added(self.known.families.of_edition(self.of_round.instrument_id), answers)
        return InPeriod(
            before.period,
            [each for of_item in behind.values() for each in of_item],
            before.past,
            contents,
            before.consenting,
            tuple(sums),
            before.past_sums,
        )

    def _contributions(self, asked: Asked, answers: Sequence[Sealed]) -> Iterator[Contribution]:
        """Go through what was reported of an item."""
        past = self.known.told(asked.item.code, self.of_round.period)
        for each in answers:
            content = self.opened.get(each.id)
            if content is None or content.status is not AnswerStatus.REPORTED:
                continue
            yield Contribution(
                district_id=each.district_id,
                administration=self.offices[each.district_id],
                answer_id=each.id,
                answer_version=each.version,
                says_as=says_as(each, self.opened, past),
                content=content,
                category=asked.category,
            )

    def _answered(
        self, reported: Sequence[Contribution], answers: Sequence[Sealed]
    ) -> dict[UUID, Answered]:
        """Say of each district what it said to an item, as far as that can be opened."""
        columns: dict[UUID, Column] = {each.district_id: each.column for each in reported}
        return {
            each.district_id: Answered(
                self.opened[each.id].status if each.id in self.opened else None,
                columns.get(each.district_id),
            )
            for each in answers
        }


def says_as(answer: Sealed, opened: Opened, past: Past) -> UUID:
    """Find the answer of the district that was told before and reports the same, or take this one.

    What cannot be opened any more is like no other answer.
    """
    told = past.says_as.get(answer.district_id, {})
    if answer.id in told:
        return told[answer.id]
    content = opened[answer.id]
    for each in sorted(set(told.values())):
        if each in opened and opened[each].reports_as(content):
            return each
    return answer.id


def same_items(now: Sequence[Asked], then: Sequence[Asked]) -> list[tuple[Asked, Asked]]:
    """Pair the items of two editions that ask for the same figure, as confidentially."""
    earlier = {each.item.code: each for each in then}
    pairs = [(each, earlier[each.item.code]) for each in now if each.item.code in earlier]
    return [
        (today, before)
        for today, before in pairs
        if all(getattr(today.item, name) == getattr(before.item, name) for name in COMPARED)
        and today.item.kind is ItemKind.QUANTITATIVE
    ]
