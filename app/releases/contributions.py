"""What stands behind the cells of a round: who reported what, and what was let out before."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.disclosure.figures import Column, Figure
from app.instruments.models import Item
from app.submissions.content import Content
from app.vocabulary import Disclosure, Statistic, TopicKind

ABOVE, BELOW = "numerator", "denominator"
"""The categories of a pooled ratio: two unknowns for each answer."""
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Contribution:
    """A district's reported answer, and which version of which answer it is.

    ``administration`` is whoever runs the district: the district itself, where nobody runs several.
    ``says_as`` is the first answer of the district that reports the same.
    """

    district_id: UUID
    administration: str | UUID
    answer_id: UUID
    answer_version: int
    says_as: UUID
    content: Content = field(repr=False)

    @property
    def column(self) -> Column:
        """The unknown that the answer is."""
        return Column(self.district_id, None, self.says_as)


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
    basis: str | None
    group: str | None
    statistic: Statistic
    period: str


@dataclass(frozen=True, slots=True)
class PastFigure:
    """A figure that was let out before: its name, its value, and the answers behind it.

    ``categories`` are the options whose shares are told under the name; there are none of another.
    """

    name: CellName
    columns: tuple[Column, ...] = field(repr=False)
    value: Decimal | None = field(default=None, repr=False)
    categories: tuple[str, ...] = ()

    def figures(self) -> list[Figure]:
        """Say what it makes known."""
        return figures_of(self.name, self.columns, self.categories)


@dataclass(frozen=True, slots=True)
class Asked:
    """An item of the round, and the kind of the topic it is on."""

    item: Item
    topic: TopicKind

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
    """All that the vault knows of an item in a period.

    ``past`` is what all releases of the item and period let out, in whatever round, the oldest
    first; ``contents`` the answers behind it, as far as they can be opened; ``consenting`` are the
    districts that let others know their answer (DR-11).
    """

    period: str
    contributions: Sequence[Contribution] = field(repr=False)
    past: Sequence[PastFigure] = field(default=(), repr=False)
    contents: Mapping[Column, Content] = field(default_factory=dict, repr=False)
    consenting: AbstractSet[UUID] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a release of a round is made of, opened: it never leaves the vault.

    ``offices`` names who runs each district. ``now`` is each item in the period of the round,
    ``before`` in the newest earlier period that was released, where there is one. ``releases`` are
    those of the round so far.
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
    return [
        Figure(name, {column._replace(category=part): 1 for column in behind}) for part in parts
    ]
