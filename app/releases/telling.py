"""Which figures tell too much of the sums that are withheld (DR-08), and what figures come to."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from app.disclosure.attackers import Attacker, Sum
from app.disclosure.dominance import Exact, OutOfBoundsError, exact
from app.disclosure.figures import Column, Figure
from app.disclosure.on_demand import protect
from app.instruments.models import Item
from app.releases.candidates import Candidate
from app.releases.contributions import ABOVE, BELOW, CellName, InPeriod, PastFigure, within
from app.releases.figures import FINEST
from app.releases.verdicts import Judge
from app.submissions.content import Content
from app.vocabulary import Statistic

HALF: Final = Fraction(1, 2)
ZERO: Final = Fraction(0)


def too_telling(
    kept: Sequence[Candidate], barred: Sequence[Candidate], period: InPeriod, judge: Judge
) -> tuple[CellName, ...]:
    """Name the cells that have to be withheld so that sensitive sums stay uncertain enough.

    The means and the pooled sums are other unknowns, so each are looked at by themselves. Of items
    that add up, the means of all are looked at together, under the tightest bounds of any.
    """
    found: list[CellName] = []
    for pooled in (False, True):
        sensitive = [
            figure
            for cell in barred
            if is_pooled(cell.statistic) is pooled and judge.is_sensitive(cell)
            for figure in cell.figures()
        ]
        shown = [
            cell for cell in kept if is_pooled(cell.statistic) is pooled and not cell.categories
        ]
        if sensitive and shown:
            found += withheld_besides(shown, sensitive, period, judge, pooled=pooled)
    return tuple(found)


def withheld_besides(
    shown: Sequence[Candidate],
    sensitive: Sequence[Figure],
    period: InPeriod,
    judge: Judge,
    *,
    pooled: bool,
) -> Iterator[CellName]:
    """Withhold what brings an attacker too near; everything, of a value that no bound explains."""
    item = shown[0].item
    bounds = [each.item.highest for each in shown if each.item.highest is not None]
    contents = dict(period.contents) | {each.column: each.content for each in period.contributions}
    values = values_of(contents, item, pooled=pooled)
    attacker = Attacker(
        nearness=judge.charter.nearness,
        coalition=judge.charter.coalition,
        administrations=judge.setting.administrations,
        known=judge.setting.known,
        lowest=Decimal(0) if pooled else max(each.lowest for each in shown),
        highest=None if pooled else min(bounds, default=None),
        ties=() if pooled else judge.setting.ties,
    )
    finely = FINEST if item.decimals is None else item.decimals
    decimals = None if pooled else finely
    published = [each for cell in shown for each in sums_of(cell.figures(), values, decimals)]
    fixed = [
        each
        for past in period.past
        if is_pooled(past.name.statistic) is pooled and not past.categories
        for each in sums_of(past.figures(), values, decimals if as_now(past, item) else None)
    ]
    try:
        names = protect(published, sensitive, values, attacker, fixed).withheld
    except OutOfBoundsError:
        names = tuple(cell.name for cell in shown)
    yield from (each for each in names if isinstance(each, CellName))


def as_now(past: PastFigure, item: Item) -> bool:
    """Whether a figure was told as finely as an item's are now; an edition may change that."""
    return past.measured == (item.factor, item.decimals)


def is_pooled(statistic: Statistic | None) -> bool:
    """Whether a figure is a pooled ratio."""
    return statistic is Statistic.POOLED


def values_of(contents: dict[Column, Content], item: Item, *, pooled: bool) -> dict[Column, Exact]:
    """Give the value of each unknown.

    What cannot be opened any more has none, nor has what answered the item when it asked otherwise.
    """
    if not pooled:
        told = {column: content.figure(item.factor) for column, content in contents.items()}
        return {column: figure for column, figure in told.items() if figure is not None}
    return {
        within(column, category): getattr(content, category) or Decimal(0)
        for column, content in contents.items()
        for category in (ABOVE, BELOW)
    }


def sums_of(
    figures: Sequence[Figure], values: dict[Column, Exact], decimals: int | None
) -> Iterator[Sum]:
    """Say what figures tell: a mean to its last digit, or as if told exactly without decimals."""
    for figure in figures:
        count = sum(figure.weights.values())
        truth = sum((exact(values[each]) for each in figure.weights if each in values), ZERO)
        if decimals is None:
            yield Sum(figure, truth)
        else:
            last = Fraction(1, 10**decimals)
            yield Sum(figure, round(truth / count, decimals) * count, last * HALF * count)
