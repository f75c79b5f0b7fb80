"""Whether both applications give the same answers: nothing is timed before they do."""

from collections.abc import Mapping
from math import isclose
from typing import Any, Final

from bench.consortium import GOALS, INDICATORS, MEASURES, WIDE, Size
from bench.scenarios import GOALS_OF, PAGE, Side, callers, dashboard, goal

SHOWN: Final = 1e-6
"""How exactly computed numbers are shown."""
COMPARED: Final = {
    "observation": ("period", "status", "value", "numerator", "denominator", "source", "as_of"),
    "target": (
        *("direction", "baseline_period", "baseline_value", "aim_value", "low", "high"),
        *("starts_in", "due_in", "milestones"),
    ),
    "status": (
        *("status", "reason", "actual", "expected", "expected_from", "difference", "tolerance"),
        *("progress", "fresh_until"),
    ),
}
"""What is compared of each measure of a dashboard."""


def require(sides: tuple[Side, Side], size: Size) -> None:
    """Raise ``RuntimeError`` where the answers differ in what both tell."""
    ours, peer = sides
    for district in callers(size):
        path = goal(district, district % GOALS)
        require_equal(path, said(ours, district, path), said(peer, district, path))
        path = dashboard(district)
        require_equal(
            path, outline(said(ours, district, path)), outline(said(peer, district, path))
        )
    mine, others = (said(side, WIDE, GOALS_OF)["data"] for side in sides)
    if not len(mine) == len(others) == PAGE:
        raise RuntimeError(f"A page has {len(mine)} and {len(others)} goals, not {PAGE}.")
    for own, other in zip(mine, others, strict=True):
        require_equal(GOALS_OF, own, other)


def said(side: Side, district: int, path: str) -> Any:
    """Read an answer, or raise what was answered instead."""
    answer, body = side.served.ask(side.get(district, path))
    if answer.status != 200:  # noqa: PLR2004 - that it is there
        raise RuntimeError(f"{side.name} answered {path} with {answer.status}: {body}")
    return body


def outline(body: Mapping[str, Any]) -> dict[str, Any]:
    """Lay a dashboard out flat: what is compared, each under a name of its own."""
    told: dict[str, Any] = {}
    counted = {"goals": len(body["goals"]), "indicators": 0, "measures": 0}
    for each in body["goals"]:
        for indicator in each["indicators"]:
            counted["indicators"] += 1
            for measure in indicator["measures"]:
                counted["measures"] += 1
                for part, names in COMPARED.items():
                    shown = measure[part] or {}
                    for name in names:
                        key = f"{each['id']} {indicator['id']} {measure['id']} {part} {name}"
                        told[key] = shown.get(name)
    if counted != {"goals": GOALS, "indicators": INDICATORS, "measures": MEASURES}:
        raise RuntimeError(f"A dashboard has {counted}.")
    return told


def require_equal(what: str, ours: Mapping[str, Any], peers: Mapping[str, Any]) -> None:
    """Raise unless the service tells all that the peer tells, and the same."""
    for name, value in peers.items():
        if not alike(ours[name], value):
            raise RuntimeError(f"{what}: {name} is {ours[name]} and {value}.")


def alike(own: Any, other: Any) -> bool:
    """Tell whether two values are the same, as numbers where they are such."""
    if isinstance(own, int | float) and isinstance(other, int | float):
        return isclose(own, other, rel_tol=SHOWN, abs_tol=SHOWN)
    if isinstance(own, list) and isinstance(other, list):
        return len(own) == len(other) and all(map(alike, own, other))
    if isinstance(own, dict) and isinstance(other, dict):
        return own.keys() == other.keys() and all(alike(own[name], other[name]) for name in own)
    return bool(own == other)
