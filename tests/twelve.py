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
MENTORING = ("Not begun", "Some schools", "Most schools", "Every school")
BREAKFAST = ("In the classroom", "In the canteen", "Nowhere yet")
CHOSEN = {
    "z-01": (2, 1, "yes"),
    "z-02": (3, 0, "yes"),
    "z-03": (3, 0, "no"),
    "z-04": (2, 2, "no"),
    "z-05": (2, None, "yes"),
    "z-06": (4, 0, "yes"),
    "z-08": (3, 1, "yes"),
    "z-09": (2, 2, "yes"),
    "z-10": (4, 0, "yes"),
    "z-11": (1, 1, "no"),
}
"""What they chose: the level of mentoring, where there is breakfast, whether there are advisers."""
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


def is_shown(count: int, everyone: int) -> bool:
    """A figure is shown of five or more, when everyone less them is nobody or five or more."""
    return count >= 5 and (everyone == count or everyone - count >= 5)


def cell(item: str, decimals: int, basis: str | None, group: str | None) -> dict[str, Any]:
    """The figure of a group, unless it or what it leaves of the whole stands for fewer than five."""
    own = figures(item, group)
    shown = is_shown(len(own), len(figures(item, None)))
    value = Decimal(round(sum(own) / len(own) * 10**decimals)).scaleb(-decimals)
    return told_of(
        item,
        basis,
        group,
        statistic="mean_of_districts",
        status="published" if shown else "withheld",
        n=len(own) if shown else None,
        value=value if shown else None,
    )


def shares(
    item: str, options: tuple[str, ...], basis: str | None, group: str | None
) -> list[dict[str, Any]]:
    """How common each answer is: of ten in tenths, of fewer as a band."""
    place = {"mentoring": 0, "breakfast": 1, "adviser": 2}[item]
    those = [code for code, told in COUNTED.items() if told in within(group)]
    given = [CHOSEN[code][place] for code in those if CHOSEN[code][place] is not None]
    everyone = [told[place] for told in CHOSEN.values() if told[place] is not None]
    shown, fine = is_shown(len(given), len(everyone)), len(given) >= 10
    names = {"mentoring": (1, 2, 3, 4), "breakfast": (0, 1, 2), "adviser": ("yes", "no")}[item]
    cells = []
    for name, option in zip(names, options, strict=True):
        count = given.count(name)
        quarters = 4 * count / len(given)
        few = "none_few" if quarters < 1 else "most_all" if quarters > 3 else "some"
        cells.append(
            told_of(
                item,
                basis,
                group,
                statistic="prevalence",
                category=option,
                status="published" if shown else "withheld",
                n=len(given) if shown else None,
                value=Decimal(10 * count) if shown and fine else None,
                band=few if shown and not fine else None,
                reading="nearest" if shown and fine else None,
            )
        )
    return cells


def told_of(item: str, basis: str | None, group: str | None, **told: Any) -> dict[str, Any]:
    """A cell as the service tells it, without what only names it."""
    place = {"item": item, "basis": basis, "group": group, "category": None}
    nothing = {"period": "2023-24", "n": None, "value": None, "band": None, "reading": None}
    return place | nothing | told


def expected() -> list[dict[str, Any]]:
    words = {"statistic": None, "status": "withheld"}
    chosen = (("mentoring", MENTORING), ("breakfast", BREAKFAST), ("adviser", ("yes", "no")))
    return [
        *(cell("students-per-teacher", 1, *group) for group in GROUPS),
        *(cell("music-minutes", 0, *group) for group in GROUPS),
        *(
            each
            for item, options in chosen
            for group in GROUPS
            for each in shares(item, options, *group)
        ),
        *(told_of("belonging", *group, **words) for group in GROUPS),
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
