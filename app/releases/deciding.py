"""What a release lets out of all its cells together: the audit decides, the vault does as it says.

Pure, and long: it runs beside the event loop. What it is given is opened, so nothing here is told,
logged or kept but the verdicts and what they let out.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Final, NamedTuple
from uuid import UUID

from app.disclosure.batches import Batch, Batching, Renewal, batching
from app.disclosure.figures import Column, Name, Setting
from app.disclosure.on_demand import plan
from app.disclosure.verdict import TRADES, Breach
from app.policy.charter import Charter
from app.policy.rules.disclosure import batch_is_large_enough, differences_are_safe
from app.releases.candidates import Candidate, Cells, Options
from app.releases.contributions import ABOVE, BELOW, Asked, CellName, Gathered, InPeriod
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
    """What is let out and kept back, in public order, and whether enough changed since before."""

    cells: list[Decided]
    batch: Batch


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
    found: list[Decided] = []
    batches: set[Batch] = set()
    for place, asked in enumerate(gathered.asked):
        share = Share(terms.tell, place, len(gathered.asked))
        share.tell(0)
        of_item = OfItem(gathered, asked, terms, share)
        found += of_item.decided()
        batches.add(of_item.batch)
    whole = Batch.PENDING if Batch.PENDING in batches else Batch.UNCHANGED
    return Decision(found, Batch.READY if Batch.READY in batches else whole)


@dataclass(frozen=True, slots=True)
class Share:
    """How far the work on all items has come while it is at one of them."""

    whole: Tell
    place: int
    places: int

    def tell(self, percent: float) -> None:
        """Say how far the work on this item is, in per cent."""
        self.whole(int((self.place * WHOLE + percent) / self.places), WHOLE)


class OfItem:
    """The cells of one item on their way to a verdict."""

    def __init__(self, gathered: Gathered, asked: Asked, terms: Terms, share: Share) -> None:
        self._asked = asked
        self._terms = terms
        self._share = share
        self._now = gathered.now[asked.item.id]
        self._before = gathered.before.get(asked.item.id)
        self._settings = {
            each.period: setting_of(asked, each, gathered.offices, terms.charter)
            for each in (self._now, self._before)
            if each is not None
        }
        cells = Cells(terms.charter, terms.options, self._settings[self._now.period])
        self._cells = list(cells.of_item(asked, self._now, self._before, gathered.groups))
        self._batching = self._batched(gathered.releases)
        self.batch = self._batching.batch

    def decided(self) -> Iterator[Decided]:
        """Decide on each cell of the item."""
        barred = {place: self._bars(cell) for place, cell in enumerate(self._cells)}
        if not self._asked.public:
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
        if barred is None and not self._asked.public:
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
            if cell.period == period.period and barred[place] is None
        }
        setting = self._settings[period.period]
        past = [figure for each in period.past for figure in each.figures()]
        candidates = [figure for place in left.values() for figure in self._cells[place].figures()]
        made = plan(
            past,
            candidates,
            setting,
            seed=self._terms.seed,
            firm={name for name in left if name.group is None},
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

    def _trades(self, names: Iterable[CellName]) -> int:
        """Trade nothing beside quantiles: their windows hang on values, and so would the trades."""
        return 0 if any(name.statistic.is_quantile for name in names) else TRADES

    def _progress(self, done: int, total: int) -> None:
        """Tell how far the planner is with this item."""
        self._share.tell(WHOLE * done / max(total, 1))


def setting_of(
    asked: Asked, period: InPeriod, offices: Mapping[UUID, Name], charter: Charter
) -> Setting:
    """Say what the audit of an item in a period is held against: T, who runs whom, what is known.

    An answer that is published elsewhere, or that its district let others know, hides nobody.
    """
    past = {column for each in period.past for column in each.columns}
    columns = past | {each.column for each in period.contributions}
    categories = (None, ABOVE, BELOW, *asked.options)
    known = {
        each._replace(category=category)
        for each in columns
        if asked.public or each.district in period.consenting
        for category in categories
    }
    run_by: dict[Name, Name] = dict(offices.items())
    return Setting(charter.fewest_districts, run_by, frozenset(known))


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
    return {"times": str(times), "release_id": release, **told, "period": name.period}
