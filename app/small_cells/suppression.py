"""Suppression: which cells a snapshot withholds, beside the small ones."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from app.small_cells.audit import Audit, Breach, Small
from app.small_cells.cells import Cell, Figure, Snapshot, Told


def told(figures: Mapping[Cell, Figure | None], withheld: Collection[Cell]) -> Snapshot:
    """Write the snapshot that withholds these cells."""
    return {cell: Told(figure, cell not in withheld) for cell, figure in figures.items()}


def given_away(
    before: Sequence[Snapshot],
    figures: Mapping[Cell, Figure | None],
    kept: Collection[Cell],
    small: Small,
) -> list[Breach]:
    """List what the next snapshot gives away, together with all before it, if it keeps cells."""
    return list(Audit(before, figures, small).breaches(kept))


def withheld(
    before: Sequence[Snapshot], figures: Mapping[Cell, Figure | None], small: Small
) -> frozenset[Cell]:
    """Choose the cells that the next snapshot of a table withholds, after those ``before``.

    The small ones first, and what the source withheld; then, while anything is given away, the
    first cell in order of those that would keep it; last, each of these is shown again, the last
    one in order first, where nothing is given away by it. What was ever shown is not taken back.
    Whether that was enough is for the audit to say: what was shown before may leave no choice.
    """
    audit = Audit(before, figures, small)
    primary = {cell for cell, figure in figures.items() if figure is None or small(figure)}
    chosen: set[Cell] = set()
    while more := keepers(audit.breaches(primary | chosen)):
        chosen |= more
    for cell in sorted(chosen, key=lambda each: each.order, reverse=True):
        if next(audit.breaches((primary | chosen) - {cell}), None) is None:
            chosen.discard(cell)
    return frozenset(primary | chosen)


def keepers(found: Iterable[Breach]) -> set[Cell]:
    """Choose one cell to withhold for each breach that another choice does not end already."""
    chosen: set[Cell] = set()
    for breach in found:
        if breach.keepers and not breach.keepers & chosen:
            chosen.add(min(breach.keepers, key=lambda cell: cell.order))
    return chosen
