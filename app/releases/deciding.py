"""What a release lets out of all its cells together: the audit decides, the vault does as it says.

Pure, and long: it runs beside the event loop. What it is given is opened, so nothing here is told,
logged or kept but the verdicts and what they let out.
"""

from collections.abc import (
    Callable,
    Collection,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Final, NamedTuple
from uuid import UUID

from app.disclosure.batches import Batch, Batching, Renewal, batching
from app.disclosure.figures import Column, Name, Setting
from app.disclosure.identities import with_known
from app.disclosure.on_demand import plan
from app.disclosure.verdict import TRADES, Breach
from app.policy.charter import Charter
from app.policy.rules.disclosure import batch_is_large_enough, differences_are_safe
from app.releases.candidates import Candidate, Cells, Options
from app.releases.contributions import (
    ABOVE,
    BELOW,
    Asked,
    CellName,
    Gathered,
    InPeriod,
    within,
)
from app.releases.families import Added, ties_of
from app.releases.telling import too_telling
from app.releases.verdicts import BY_VALUE, Barred, Judge
from app.vocabulary import ReasonClass, Statistic

WHOLE: Final = 100
Tell = Callable[[int, int | None], None]
"""Takes how far the work has come, and raises where it is to be given up."""
HELD: Final = Barred(ReasonClass.PENDING_BATCH, batch_is_large_enough.id)


class Decided(NamedTuple):
    """A cell, by what it is kept back, if by anything, and what it was judged against."""

    cell: Candidate
    barred: Barred | None
    setting: Setting


@dataclass(frozen=True, slots=True)
class Decision:
    """What is let out and kept back, in public order, and whether enough changed since before.

    ``sums`` are what adds up of the answers, by the period: what later audits need to know.
    """

    cells: list[Decided]
    batch: Batch
    sums: Sequence[tuple[str, Added]] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a release is decided by, besides what is behind its cells."""

    charter: Charter
    options: Options
    seed: int
    today: date
    tell: Tell = field(repr=False)


def decided(gathered: Gathered, terms: Terms) -> Decision:
    """Decide on every cell: by itself, by who changed since before, and beside all others."""
    found: dict[UUID, list[Decided]] = {each.item.id: [] for each in gathered.asked}
    batches: set[Batch] = set()
    sums: list[tuple[str, Added]] = []
    families = together(gathered.asked)
    for place, asked in enumerate(families):
        share = Share(terms.tell, place, len(families))
        share.tell(0)
        family = OfFamily(gathered, asked, terms, share)
        for each in family.decided():
            found[each.cell.item.id].append(each)
        batches.add(family.batch)
        sums += family.sums()
    whole = Batch.PENDING if Batch.PENDING in batches else Batch.UNCHANGED
    batch = Batch.READY if Batch.READY in batches else whole
    return Decision([each for of_item in found.values() for each in of_item], batch, sums)


def together(asked: Sequence[Asked]) -> list[list[Asked]]:
    """Put items together that are audited together, in their order; totals before their parts."""
    families: dict[Hashable, list[Asked]] = {}
    for each in asked:
        families.setdefault(each.family or each.item.id, []).append(each)
    return [
        sorted(family, key=lambda each: each.item.part_of is not None)
        for family in families.values()
    ]


@dataclass(frozen=True, slots=True)
class Share:
    """How far the work on all families of items has come while it is at one of them."""

    whole: Tell
    place: int
    places: int

    def tell(self, percent: float) -> None:
        """Say how far the work on these items is, in per cent."""
        self.whole(int((self.place * WHOLE + percent) / self.places), WHOLE)


class OfFamily:
    """The cells of an item, and of those that add up with it, on their way to a verdict."""

    def __init__(
        self, gathered: Gathered, family: Sequence[Asked], terms: Terms, share: Share
    ) -> None:
        self._family = family
        self._terms = terms
        self._share = share
        self._now = gathered.now[family[0].item.id]
        found = (gathered.before.get(each.item.id) for each in family)
        self._before = next((each for each in found if each is not None), None)
        self._settings = {
            each.period: setting_of(family, each, gathered.offices, terms.charter)
            for each in (self._now, self._before)
            if each is not None
        }
        cells = Cells(terms.charter, terms.options, self._settings[self._now.period])
        self._cells = [
            cell
            for each in family
            for cell in cells.of_item(
                each, self._now, gathered.before.get(each.item.id), gathered.groups
            )
        ]
        self._batching = self._batched(gathered.releases)
        self.batch = self._batching.batch

    def sums(self) -> Iterator[tuple[str, Added]]:
        """Say what adds up of the answers of each period."""
        for period in filter(None, (self._before, self._now)):
            yield from ((period.period, each) for each in period.sums)

    def decided(self) -> Iterator[Decided]:
        """Decide on each cell."""
        barred = {place: self._bars(cell) for place, cell in enumerate(self._cells)}
        if not all(each.public for each in self._family):
            for period in filter(None, (self._before, self._now)):
                self._whole_trends(barred)
                self._joined(period, barred)
            self._whole_trends(barred)
        self._share.tell(WHOLE)
        yield from (
            Decided(cell, barred[place], self._settings[cell.period])
            for place, cell in enumerate(self._cells)
        )

    def _batched(self, releases: Collection[UUID]) -> Batching:
        """Compare with what earlier releases of the round told last of each cell (DR-09)."""
        earlier: dict[Name, frozenset[Column]] = {
            each.name._replace(release_id=None): frozenset(each.columns)
            for period in filter(None, (self._before, self._now))
            for each in period.past
            if each.name.release_id in releases
        }
        now: dict[Name, frozenset[Column]] = {
            cell.name: frozenset(each.column for each in cell.contributions)
            for cell in self._cells
            if cell.statistic is not None
        }
        together = self._terms.charter.changed_together
        return batching(earlier, now, self._settings[self._now.period], together)

    def _bars(self, cell: Candidate) -> Barred | None:
        """Judge a cell by itself, and by how many changed since it was told last."""
        terms = self._terms
        judge = Judge(terms.charter, self._settings[cell.period], terms.today)
        barred = judge.bars(cell)
        if barred is None and not cell.asked.public:
            held = self._batching.cells.get(cell.name) is Renewal.HELD
            return HELD if held else None
        return barred

    def _whole_trends(self, barred: dict[int, Barred | None]) -> None:
        """Keep a trend back whole: a gap would tell in which period somebody is missing."""
        halves: dict[CellName, list[int]] = {}
        for place, cell in enumerate(self._cells):
            if cell.statistic is Statistic.PANEL_MEAN:
                halves.setdefault(cell.name._replace(period=""), []).append(place)
        for places in halves.values():
            why = next((barred[each] for each in places if barred[each] is not None), None)
            for each in places:
                barred[each] = barred[each] or why

    def _joined(self, period: InPeriod, barred: dict[int, Barred | None]) -> None:
        """Audit what is left of a period with all that was ever let out of it (DR-05, DR-06)."""
        left = {
            cell.name: place
            for place, cell in enumerate(self._cells)
            if cell.period == period.period and barred[place] is None and not cell.asked.public
        }
        setting = self._settings[period.period]
        past = [figure for each in period.past for figure in each.figures()]
        candidates = [figure for place in left.values() for figure in self._cells[place].figures()]
        made = plan(
            past,
            candidates,
            setting,
            seed=self._terms.seed,
            firm={name for name, place in left.items() if self._is_firm(self._cells[place])},
            trades=self._trades([*left, *(each.name for each in period.past)]),
            progress=self._progress,
        )
        for name in {*left} - {*made.kept}:
            barred[left[name]] = of_difference(made.dropped.get(name))
        kept = [self._cells[place] for place in left.values() if barred[place] is None]
        sensitive = [
            cell
            for place, cell in enumerate(self._cells)
            if cell.period == period.period and barred[place] == BY_VALUE
        ]
        judge = Judge(self._terms.charter, setting, self._terms.today)
        for name in too_telling(kept, sensitive, period, judge):
            barred[left[name]] = BY_VALUE

    def _is_firm(self, cell: Candidate) -> bool:
        """Whether a cell is given up for no other: the consortium's, and a total for its parts."""
        return cell.group is None or (len(self._family) > 1 and cell.item.part_of is None)

    def _trades(self, names: Iterable[CellName]) -> int:
        """Trade nothing beside quantiles: their windows hang on values, and so would the trades."""
        return 0 if any(name.statistic.is_quantile for name in names) else TRADES

    def _progress(self, done: int, total: int) -> None:
        """Tell how far the planner is with these items."""
        self._share.tell(WHOLE * done / max(total, 1))


def setting_of(
    family: Sequence[Asked], period: InPeriod, offices: Mapping[UUID, Name], charter: Charter
) -> Setting:
    """Say what the audit of items in a period is held against: T, who runs whom, what is known.

    An answer that is published elsewhere, or that its district let others know, hides nobody; nor
    does what follows from such answers, since it adds up with them.
    """
    past = {column for each in period.past for column in each.columns}
    sums = [*period.past_sums, *period.sums]
    columns = past | {each.column for each in period.contributions}
    columns |= {column for each in sums for column in each.tie}
    parts = (None, ABOVE, BELOW, *(option for each in family for option in each.options))
    public = {each.category for each in family if each.public}
    known = {
        within(each, part)
        for each in columns
        if each.category in public or (each.category, each.district) in period.consenting
        for part in parts
    }
    run_by: dict[Name, Name] = dict(offices.items())
    certain, doubted = ties_of(sums)
    return with_known(Setting(charter.fewest_districts, run_by, frozenset(known), certain, doubted))


def of_difference(breach: Breach | None) -> Barred:
    """Say what staff is told of a cell that would give others away: of which cells it takes what.

    Where the audit was undecided there is nothing to tell. Who is behind a quantile depends on
    what was answered, and so does a difference from it: that is told as any rule by value is.
    """
    taken: Mapping[Any, Fraction] = {} if breach is None else breach.recipe
    if any(name.statistic.is_quantile for name in taken):
        return BY_VALUE
    recipe = [term(*each) for each in taken.items()] or None
    return Barred(ReasonClass.DIFFERENCE, differences_are_safe.id, recipe)


def term(name: Any, times: Fraction) -> dict[str, Any]:
    """Write how often a cell is taken, by its public name; null where it is of this plan."""
    release = None if name.release_id is None else str(name.release_id)
    told = {"basis": name.basis, "group": name.group, "statistic": name.statistic.value}
    of_item = {"item": name.item, **told, "period": name.period}
    return {"times": str(times), "release_id": release, **of_item}
