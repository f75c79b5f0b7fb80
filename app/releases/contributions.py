"""What stands behind the cells of a round: who reported what, and what was let out before."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from app.disclosure.figures import Column, Figure, Name
from app.instruments.models import Item
from app.releases.families import Added
from app.submissions.content import Content
from app.vocabulary import Disclosure, Statistic, TopicKind

ABOVE, BELOW = "numerator", "denominator"
"""The categories of a pooled ratio: two unknowns for each answer."""
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Contribution:
    """A district's reported answer, and which version of which answer it is.

    ``administration`` is whoever runs the district: the district itself, where nobody runs several.
    ``says_as`` is the first answer of the district that reports the same; ``category`` the code of
    the item, where it adds up with others.
    """

    district_id: UUID
    administration: str | UUID
    answer_id: UUID
    answer_version: int
    says_as: UUID
    content: Content = field(repr=False)
    category: str | None = None

    @property
    def column(self) -> Column:
        """The unknown that the answer is."""
        return Column(self.district_id, self.category, self.says_as)


@dataclass(frozen=True, slots=True)
class Group:
    """A peer group of the round, and its districts."""

    id: UUID
    basis: str
    name: str
    members: AbstractSet[UUID] = field(repr=False)


class CellName(NamedTuple):
    """How a figure is called in public; ``release_id`` is null where it is only planned.

    The shares of the options of an item have one name: they go out together.
    """

    release_id: UUID | None
    item: str
    basis: str | None
    group: str | None
    statistic: Statistic
    period: str


@dataclass(frozen=True, slots=True)
class PastFigure:
    """A figure that was let out before: its name, and the answers behind it.

    ``categories`` are the options whose shares are told under the name; there are none of another.
    ``measured`` are the factor and the decimals of its item, which another edition may change.
    """

    name: CellName
    columns: tuple[Column, ...] = field(repr=False)
    categories: tuple[str, ...] = ()
    measured: tuple[int | None, int | None] | None = None

    def figures(self) -> list[Figure]:
        """Say what it makes known."""
        return figures_of(self.name, self.columns, self.categories)


@dataclass(frozen=True, slots=True)
class Asked:
    """An item of the round, and the kind of the topic it is on.

    ``family`` names the items that it is audited with, by their codes, where it adds up with some.
    """

    item: Item
    topic: TopicKind
    family: frozenset[str] | None = None

    @property
    def category(self) -> str | None:
        """What tells its answers from those to others of its family."""
        return None if self.family is None else self.item.code

    @property
    def public(self) -> bool:
        """Whether its answers are published elsewhere anyway."""
        return self.item.disclosure is Disclosure.PUBLIC_FACT

    @property
    def outcome(self) -> bool:
        """Whether it tells how students fare, rather than what is done."""
        return self.topic is TopicKind.OUTCOME

    @property
    def options(self) -> tuple[str, ...]:
        """What an answer is one of; a yes or no is one of both."""
        return options_of(self.item.options)


@dataclass(frozen=True, slots=True)
class InPeriod:
    """All that the vault knows of an item in a period, and of the items that add up with it.

    ``past`` is what all releases of the items and period let out, in whatever round, the oldest
    first; ``contents`` the answers behind it, as far as they can be opened; ``consenting`` are the
    districts that let others know their answer, each with the category of the item (DR-11).
    ``sums`` are what adds up of the contributions, ``past_sums`` of what was let out.
    """

    period: str
    contributions: Sequence[Contribution] = field(repr=False)
    past: Sequence[PastFigure] = field(default=(), repr=False)
    contents: Mapping[Column, Content] = field(default_factory=dict, repr=False)
    consenting: AbstractSet[tuple[str | None, UUID]] = field(default=frozenset(), repr=False)
    sums: Sequence[Added] = field(default=(), repr=False)
    past_sums: Sequence[Added] = field(default=(), repr=False)

    def answers_to(self, asked: Asked) -> Sequence[Contribution]:
        """Give what was answered to one item."""
        if asked.family is None:
            return self.contributions
        return [each for each in self.contributions if each.category == asked.category]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a release of a round is made of, opened: it never leaves the vault.

    ``offices`` names who runs each district. ``now`` is each item in the period of the round,
    ``before`` in the newest earlier period that was released, where there is one; the items of a
    family have one of each together. ``releases`` are those of the round so far.
    """

    asked: Sequence[Asked]
    groups: Sequence[Group]
    offices: Mapping[UUID, str | UUID]
    now: Mapping[UUID, InPeriod] = field(repr=False)
    before: Mapping[UUID, InPeriod] = field(default_factory=dict, repr=False)
    releases: AbstractSet[UUID] = frozenset()


def options_of(options: Sequence[str] | None) -> tuple[str, ...]:
    """Name what an answer is one of, where its item lists nothing: a yes or no."""
    return tuple(options or (YES, NO))


def figures_of(
    name: CellName, columns: Iterable[Column], categories: Iterable[str] = ()
) -> list[Figure]:
    """Say what becomes known with a figure over answers, by what kind of figure it is."""
    if name.statistic is Statistic.POOLED:
        parts: Iterable[str | None] = (ABOVE, BELOW)
    else:
        parts = tuple(categories) or (None,)
    behind = tuple(columns)
    return [Figure(name, {within(column, part): 1 for column in behind}) for part in parts]


def within(column: Column, part: str | None) -> Column:
    """Name the unknown that is a part of an answer: an option, or what stands above the line."""
    if part is None:
        return column
    return column._replace(category=part if column.category is None else (column.category, part))


def item_of(column: Column) -> Name:
    """Name the item of an unknown, by its category: for an item of a family."""
    return column.category[0] if isinstance(column.category, tuple) else column.category
