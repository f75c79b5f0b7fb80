"""What the demo of 12 releases, computed from figures that are typed here once more."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

COUNTED = {
    "z-01": ("coast", 412, "24.5", 60, 31, 41),
    "z-02": ("plain", 1310, "71", 45, 96, 131),
    "z-03": ("plain", 980, "55.25", 75, 70, 98),
    "z-04": ("plain", 6240, "301.8", 48, 455, 624),
    "z-05": ("plain", 233, "17", None, 18, 23),
    "z-06": ("plain", 2875, "150", 55, 214, 287),
    "z-08": ("coast", 5105, "262", 50, 377, 510),
    "z-09": ("coast", 3460, "171.6", 65, None, None),
    "z-10": ("coast", 147, "12.2", 90, 12, 14),
    "z-11": ("coast", 8020, "389", 35, 590, 802),
}
"""What counts of the ten that attested, after the correction of z-04: setting, students, teachers,
minutes of music, students who finished, students who began."""
WITHOUT_FIGURE = ("mentoring", "breakfast", "adviser", "belonging")
GROUPS = (
    (None, None),
    ("setting", "By the sea"),
    ("setting", "On the plain"),
    ("size", "Large"),
    ("size", "Small"),
)


def within(group: str | None) -> list[tuple[Any, ...]]:
    """What counts of the districts of a group."""
    return [
        told
        for told in COUNTED.values()
        if group is None
        or group == {"coast": "By the sea", "plain": "On the plain"}[told[0]]
        or group == ("Large" if told[1] >= 4000 else "Small")
    ]


def figures(item: str, group: str | None) -> list[Fraction]:
    """What the districts of a group report, exactly."""
    told = within(group)
    if item == "students-per-teacher":
        return [Fraction(each[1]) / Fraction(each[2]) for each in told]
    if item == "music-minutes":
        return [Fraction(each[3]) for each in told if each[3] is not None]
    return [Fraction(each[4], each[5]) * 100 for each in told if each[4] is not None]


def cell(item: str, decimals: int, basis: str | None, group: str | None) -> dict[str, Any]:
    """The figure of a group, unless it or what it leaves of the whole stands for fewer than five."""
    """A figure is shown of five or more, when everyone less them is nobody or five or more."""
    own = figures(item, group)
    others = len(figures(item, None)) - len(own)
    shown = len(own) >= 5 and (others == 0 or others >= 5)
    value = Decimal(round(sum(own) / len(own) * 10**decimals)).scaleb(-decimals)
    return {
        "item": item,
        "basis": basis,
        "group": group,
        "statistic": "mean_of_districts",
        "status": "published" if shown else "withheld",
        "n": len(own) if shown else None,
        "value": value if shown else None,
    }


def no_figure(item: str, basis: str | None, group: str | None) -> dict[str, Any]:
    return {
        "item": item,
        "basis": basis,
        "group": group,
        "statistic": None,
        "status": "withheld",
        "n": None,
        "value": None,
    }


def expected() -> list[dict[str, Any]]:
    return [
        *(cell("students-per-teacher", 1, *group) for group in GROUPS),
        *(cell("music-minutes", 0, *group) for group in GROUPS),
        *(no_figure(item, *group) for item in WITHOUT_FIGURE for group in GROUPS),
        *(cell("finished", 1, *group) for group in GROUPS),
    ]


def trimmed(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cells as the service tells them, without what only names them."""
    names = {"id", "position", "peer_group_id", "unit"}
    return [
        {name: each[name] for name in each if name not in names}
        | {"value": None if each["value"] is None else Decimal(str(each["value"]))}
        for each in cells
    ]
