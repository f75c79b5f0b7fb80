"""What a target aims at: from what was sent, into the columns of a target, and as a document."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from app.measures.scalars import fit
from app.measuring.targets import Target as Aim
from app.measuring.words import Direction
from app.problems import Fault
from app.targets.models import Target
from app.targets.schemas import Aims, Milestone
from app.targets.standing import TargetRow, target_of
from app.wire.faults import invalid

WAY: Final = ("baseline_period", "baseline_value", "aim_value", "due_in")
BAND: Final = ("low", "high", "starts_in")
ONLY_OF_A_WAY: Final = ("baseline_period", "baseline_value", "baseline_edition", "aim_value")
POINTERS: Final = {
    "aim": "/due_in",
    "due": "/due_in",
    "low": "/low",
    "milestones": "/milestones",
    "tolerance": "/tolerance",
    "reason": "/reason",
    "new": "",
}
"""Where in a body the arithmetic's fields stand."""


def columns_of(aims: Aims, direction: Direction, edition: int) -> dict[str, Any]:
    """Turn what was sent into the columns of a target, or raise ``Invalid``.

    ``direction`` and ``edition`` are those of the measure today.
    """
    if direction is Direction.NEUTRAL:
        detail = "The measure is neutral: it is watched, and has no target."
        raise invalid([Fault("/measure_id", "neutral", detail)])
    band = direction is Direction.MAINTAIN
    needed, others = (BAND, ONLY_OF_A_WAY) if band else (WAY, BAND)
    faults = [
        Fault(f"/{name}", "required", f"A measure to {direction.value} needs it.")
        for name in needed
        if getattr(aims, name) is None
    ]
    faults += [
        Fault(f"/{name}", "unexpected", f"A measure to {direction.value} has none.")
        for name in others
        if getattr(aims, name) is not None
    ]
    if faults:
        raise invalid(faults)
    columns = {name: getattr(aims, name) for name in (*WAY, *BAND, "tolerance")}
    began = None if band else aims.baseline_edition or edition
    return columns | {
        "direction": direction,
        "edition": edition,
        "baseline_edition": began,
        "milestones": stored(aims.milestones, direction),
    }


def stored(milestones: Sequence[Milestone], direction: Direction) -> list[dict[str, str]]:
    """Write milestones as they are kept: numbers as text, so that they stay exact.

    Raises ``Invalid`` for milestones of a band.
    """
    if milestones and direction is Direction.MAINTAIN:
        raise invalid([Fault("/milestones", "unexpected", "A band has no milestones.")])
    return [{"period": each.period, "value": plain(each.value)} for each in milestones]


def plain(number: Decimal) -> str:
    """Write a decimal without an exponent."""
    return format(number, "f")


def row_of(target: Target) -> TargetRow:
    """Take what a status depends on out of a stored target."""
    return TargetRow(*(getattr(target, name) for name in TargetRow._fields))


def aim_of(columns: Mapping[str, Any], eras: Sequence[int]) -> Aim:
    """Read columns as the arithmetic does, or raise ``Invalid`` where they make no sense."""
    with fit(POINTERS):
        return target_of(TargetRow(**columns), eras)


def document_of(row: TargetRow) -> dict[str, Any]:
    """Write a target as its history keeps it: numbers as text, so that they stay exact."""
    return {
        name: plain(value) if isinstance(value, Decimal) else value
        for name, value in row._asdict().items()
    }
