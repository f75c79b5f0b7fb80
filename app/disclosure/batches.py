"""Who must go together into a new release (DR-09).

One district that joins late, withdraws or corrects an answer could be read out of two releases, so
a figure is given anew only when enough contributors changed at once, and a release is made only
when some figure is.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from app.disclosure.figures import Column, Name, Setting

Cells = Mapping[Name, AbstractSet[Column]]
"""Whose answers, and in which version, stand behind each cell."""


class Batch(StrEnum):
    """Whether a new release may be made; ``pending`` is the release's state, and nobody's else."""

    UNCHANGED = "unchanged"
    PENDING = "pending"
    READY = "ready"


class Renewal(StrEnum):
    """What becomes of a cell in a new release.

    ``new`` has no earlier figure; ``same`` has the contributors it had, and keeps its figure;
    ``renewed`` gets another figure; ``held`` has changed too little for that: its earlier figure
    stands in the earlier release, and this one gives none.
    """

    NEW = "new"
    SAME = "same"
    RENEWED = "renewed"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Batching:
    """What a new release may hold; neither names nor counts whoever changed."""

    batch: Batch
    cells: Mapping[Name, Renewal]


def batching(earlier: Cells, now: Cells, setting: Setting, changed_together: int) -> Batching:
    """Compare the cells of the latest release with those of a new one.

    A district changed in a cell when it joined, withdrew or gave another version of an answer;
    districts under one administration count once. New cells are for the audit alone to judge: who
    is in them for the first time makes no release ready whose other figures are held.
    """
    cells = {
        key: renewal(earlier.get(key), contributors, setting, changed_together)
        for key, contributors in now.items()
    }
    became = set(cells.values())
    if Renewal.RENEWED in became:
        return Batching(Batch.READY, cells)
    return Batching(Batch.PENDING if Renewal.HELD in became else Batch.UNCHANGED, cells)


def renewal(
    before: AbstractSet[Column] | None,
    now: AbstractSet[Column],
    setting: Setting,
    changed_together: int,
) -> Renewal:
    """Say what becomes of one cell; what is known to its readers anyway hides no change."""
    if before is None:
        return Renewal.NEW
    changed = before ^ now
    if not changed:
        return Renewal.SAME
    enough = len(setting.hidden(changed)) >= changed_together
    return Renewal.RENEWED if enough else Renewal.HELD


def changed_contributors(earlier: Cells, now: Cells, setting: Setting) -> frozenset[Name]:
    """Name the administrations that changed in any cell both releases have.

    For the vault alone, such as to tell how long a batch has been waiting; never for an answer.
    """
    changed: Iterable[Column] = (
        column for key in earlier.keys() & now.keys() for column in earlier[key] ^ now[key]
    )
    return setting.hidden(changed)
