"""The cells that a release may have, in their public order, each with whoever is behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NamedTuple

from app.disclosure.dominance import Students, with_rates
from app.disclosure.figures import Figure, Name, Setting
from app.disclosure.panels import matched_panel
from app.disclosure.prevalence import Chosen
from app.disclosure.quantiles import Answer, quantiles, windows
from app.instruments.models import Item
from app.policy.charter import Charter
from app.releases.contributions import (
    NO,
    YES,
    Asked,
    CellName,
    Contribution,
    Group,
    InPeriod,
    figures_of,
)
from app.submissions.content import Content
from app.vocabulary import ItemKind, Statistic

NOTHING: Final[tuple[str, ...]] = ()


class Options(NamedTuple):
    """What a plan looks at: the bases of peer groups (all where null), and the kinds of cells.

    Without ``breakdowns`` it is the totals alone, and what is no part of any.
    """

    bases: tuple[str, ...] | None = None
    quantiles: bool = True
    prevalence: bool = True
    trends: bool = True
    breakdowns: bool = True

    def looks_at(self, group: Group) -> bool:
        """Whether a peer group is looked at."""
        return self.bases is None or group.basis in self.bases


@dataclass(frozen=True, slots=True)
class Candidate:
    """A figure before its verdict: its item, its place, and the answers that it is made of.

    ``n`` counts the districts that it tells of, who for a quantile are more than those it is made
    of. ``hidden`` says of a quantile that its answers, in their order, stand for too few.
    """

    asked: Asked
    group: Group | None
    statistic: Statistic | None
    period: str
    contributions: Sequence[Contribution] = field(repr=False)
    n: int
    hidden: bool = False

    @property
    def item(self) -> Item:
        """The item that it tells of."""
        return self.asked.item

    @property
    def name(self) -> CellName:
        """How it is called in public."""
        basis, group = (None, None) if self.group is None else (self.group.basis, self.group.name)
        statistic = self.statistic or Statistic.PREVALENCE
        return CellName(None, self.item.code, basis, group, statistic, self.period)

    @property
    def lowest(self) -> Decimal:
        """What everybody knows no figure of the item falls short of; nothing told is 0."""
        return Decimal(0) if self.item.lowest is None else self.item.lowest

    @property
    def categories(self) -> tuple[str, ...]:
        """The options whose shares are told, one by one."""
        return self.asked.options if self.statistic is Statistic.PREVALENCE else NOTHING

    def figures(self) -> list[Figure]:
        """Say what becomes known with it."""
        columns = [each.column for each in self.contributions]
        return figures_of(self.name, columns, self.categories)

    def chosen(self) -> list[Chosen]:
        """Say which option each of its districts gave."""
        return [
            Chosen(each.district_id, option_of(each.content, self.asked.options), each.says_as)
            for each in self.contributions
        ]

    def amounts(self) -> dict[Name, Decimal]:
        """Give the figure of each of its districts."""
        return {each.district_id: figure_of(each.content, self.item) for each in self.contributions}

    def above(self) -> dict[Name, Decimal]:
        """Give what stands above the line in each district's ratio."""
        return {
            each.district_id: each.content.numerator or Decimal(0) for each in self.contributions
        }

    def below(self) -> dict[Name, Decimal]:
        """Give what stands below the line in each district's ratio."""
        return {
            each.district_id: each.content.denominator or Decimal(0) for each in self.contributions
        }


@dataclass(frozen=True, slots=True)
class Cells:
    """Lists the cells of a round under the charter it opened with, and what a plan looks at."""

    charter: Charter
    options: Options
    setting: Setting

    def of_item(
        self, asked: Asked, now: InPeriod, before: InPeriod | None, groups: Sequence[Group]
    ) -> Iterator[Candidate]:
        """List the cells of an item: the consortium, then the groups, then how it went on."""
        if asked.item.part_of is not None and not self.options.breakdowns:
            return
        places = [None, *(group for group in groups if self.options.looks_at(group))]
        for place in places:
            yield from self._in_place(asked, now, place)
        if before is not None and self.options.trends:
            for place in places:
                yield from self._trend(asked, now, before, place)

    def _in_place(self, asked: Asked, now: InPeriod, place: Group | None) -> Iterator[Candidate]:
        """List what is told of an item in one place: first the mean, then the quantiles.

        A total and its parts have no quantiles: to audit these under what adds up takes too long.
        """
        kind, within = asked.item.kind, those_in(place, now.answers_to(asked))
        if kind is ItemKind.NARRATIVE:
            yield Candidate(asked, place, None, now.period, (), 0)
        elif kind is not ItemKind.QUANTITATIVE:
            if self.options.prevalence:
                told = Statistic.PREVALENCE
                yield Candidate(asked, place, told, now.period, within, len(within))
        else:
            rated = self._rated(asked, within)
            chief = asked.item.statistic or Statistic.MEAN_OF_DISTRICTS
            behind = within if chief is Statistic.POOLED else rated
            yield Candidate(asked, place, chief, now.period, behind, len(behind))
            if self.options.quantiles and asked.family is None:
                yield from self._quantiles(asked, now.period, place, rated)

    def _quantiles(
        self, asked: Asked, period: str, place: Group | None, rated: Sequence[Contribution]
    ) -> Iterator[Candidate]:
        """List the quantiles that so many districts have, whatever they answered (DR-07).

        Of what is published elsewhere, too, each is told by its neighbours, though all are known.
        """
        behind = {each.column: each for each in sorted(rated, key=lambda each: each.district_id)}
        answers = [
            Answer(column, figure_of(each.content, asked.item)) for column, each in behind.items()
        ]
        neighbours, fewest = self.charter.neighbours, self.charter.fewest_districts
        setting = Setting(fewest) if asked.public else self.setting
        found = {
            each.place: [behind[answer.column] for answer in each.answers]
            for each in quantiles(answers, setting, neighbours)
        }
        for window in windows(len(rated), neighbours, fewest):
            those = found.get(window.place)
            told = Statistic(window.place.value)
            yield Candidate(
                asked, place, told, period, those or (), len(rated), hidden=those is None
            )

    def _trend(
        self, asked: Asked, now: InPeriod, before: InPeriod, place: Group | None
    ) -> Iterator[Candidate]:
        """List the means of those who answered in both periods, the earlier one first (DR-10)."""
        if asked.item.kind is not ItemKind.QUANTITATIVE:
            return
        behind = {
            each.period: {
                given.column: given
                for given in self._rated(asked, those_in(place, each.answers_to(asked)))
            }
            for each in (before, now)
        }
        panel = matched_panel({period: list(found) for period, found in behind.items()})
        for period, columns in panel.items():
            those = [behind[period][column] for column in columns]
            yield Candidate(asked, place, Statistic.PANEL_MEAN, period, those, len(those))

    def _rated(self, asked: Asked, within: Sequence[Contribution]) -> Sequence[Contribution]:
        """Leave out whose own rate is of too few students (DR-04)."""
        if asked.public or not asked.item.counts_students:
            return within
        rates = with_rates(students_of(within), self.charter.fewest_students)
        return [each for each in within if each.district_id in rates]


def those_in(place: Group | None, everyone: Sequence[Contribution]) -> Sequence[Contribution]:
    """Give the contributions of the districts of a place."""
    if place is None:
        return everyone
    return [each for each in everyone if each.district_id in place.members]


def figure_of(content: Content, item: Item) -> Decimal:
    """Compute the figure of a reported answer to a quantitative item, exact to many digits."""
    figure = content.figure(item.factor)
    if figure is None:
        raise TypeError("Only what is reported has a figure.")
    return figure


def option_of(content: Content, options: Sequence[str]) -> str:
    """Name the option that a reported answer is, of those that there are."""
    if content.level is not None:
        return options[content.level - 1]
    if content.yes is not None:
        return YES if content.yes else NO
    return content.option or ""


def students_of(contributions: Sequence[Contribution]) -> dict[Name, Students]:
    """Count the students above and below the line of each district's ratio.

    What is counted in parts of a student counts as fewer, never as more.
    """
    return {
        each.district_id: Students(
            int(each.content.numerator or 0), int(each.content.denominator or 0)
        )
        for each in contributions
    }
