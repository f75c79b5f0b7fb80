"""The pictures of ``docs/trust.md``: drawn from the invented demo, decided by ``app.disclosure``.

They show one item as if all twelve districts had answered. In the demo that is served one of them
is late and another withdraws; ten answers have no halves.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from app.disclosure.figures import Column, Figure, Setting
from app.disclosure.planner import plan
from app.disclosure.quantiles import Answer, Place, quantiles
from app.disclosure.verdict import spelled
from app.policy.charter import Charter
from app.releases.figures import mean_of_districts, rounded
from app.releases.position import band
from app.vocabulary import CellStatus
from demo.drawing import HATCHED, INK, PALE, Drawing, Scale
from demo.invented import ITEMS, TOLD, Told, groups_of
from demo.scenario import Group

CHARTER: Final = Charter(version=1)
SETTING: Final = Setting(CHARTER.fewest_districts)
ITEM: Final = next(each for each in ITEMS if each["code"] == "students-per-teacher")
UNIT: Final = str(ITEM["unit"])
OWN: Final = "z-06"
"""Whose place the third picture shows."""
NAMES: Final = {
    Place.LOWER_HALF: "the lower six",
    Place.MIDDLE_HALF: "the middle six",
    Place.UPPER_HALF: "the upper six",
}
ALL: Final = "all"
SMALL: Final = "Small"
LARGE: Final = "Large"


class Shown(NamedTuple):
    """A figure that goes out, by what it is the mean of."""

    name: str
    value: Decimal


def pictures() -> Mapping[str, str]:
    """Draw every picture, by the name of its file."""
    return {
        "twelve.svg": twelve(),
        "difference.svg": difference(),
        "place.svg": own_place(),
    }


def figures() -> dict[str, Decimal]:
    """Give each district's own figure, by its code in public order."""
    return {told.code: Decimal(told.students) / Decimal(told.teachers) for told in TOLD}


def mean(values: Sequence[Decimal]) -> Decimal:
    """Give the mean as it is released."""
    return mean_of_districts(values, int(str(ITEM["decimals"])))


def released() -> list[Shown]:
    """Give what goes out of twelve answers: the mean and the halves that the planner keeps."""
    own = figures()
    answers = [Answer(Column(code), value) for code, value in own.items()]
    halves = quantiles(answers, SETTING, CHARTER.neighbours)
    everyone = Figure(ALL, {each.column: 1 for each in answers})
    planned = [everyone, *(each.figure(each.place) for each in halves)]
    kept = plan([], planned, SETTING, trades=0).kept
    whole = [Shown("all twelve", mean(list(own.values())))] if ALL in kept else []
    return whole + [
        Shown(NAMES[each.place], mean([answer.value for answer in each.answers]))
        for each in halves
        if each.place in kept
    ]


def twelve() -> str:
    """Draw what twelve districts tell, sealed, and what goes out of it."""
    shown = released()
    said = ", ".join(f"the mean of {each.name} {each.value}" for each in shown)
    drawing = Drawing(
        "Twelve sealed answers, and the figures that go out",
        f"Left, twelve invented districts, each with a closed box. Right, on a scale in {UNIT},"
        f" {said}. No district's own figure is shown, no lowest and no highest.",
        250,
    )
    drawing.text(20, 28, "Twelve answers go in, sealed", bold=True)
    for place, told in enumerate(TOLD):
        sealed(drawing, 20 + place % 2 * 135, 42 + place // 2 * 33, told)
    drawing.line([(300, 140), (340, 140)], 2)
    drawing.shape([(350, 140), (338, 134), (338, 146)])
    drawing.text(370, 28, f"{len(shown)} figures come out: {UNIT}", bold=True)
    scale = Scale(380, 685, 150, [each.value for each in shown])
    scale.draw(drawing)
    cut_points(drawing, scale, shown)
    drawing.text(370, 220, "Each is the mean of six districts or more. Who is in", size=11)
    drawing.text(370, 235, "which six is told to nobody; nor is a lowest or a highest.", size=11)
    return drawing.svg()


def cut_points(drawing: Drawing, scale: Scale, shown: Sequence[Shown]) -> None:
    """Mark what is released on a scale: the mean of all in black and higher up."""
    for place, each in enumerate(shown):
        x, y = scale.x(each.value), scale.y - (36 if place else 72)
        drawing.line([(x, scale.y), (x, y + 6)])
        drawing.circle(x, scale.y, 6, PALE if place else INK)
        drawing.text(x, y - 14, each.name.removeprefix("the "), "middle")
        drawing.text(x, y + 1, str(each.value), "middle", bold=True)


def sealed(drawing: Drawing, x: float, y: float, told: Told) -> None:
    """Draw the answer of a district as a closed box with its name."""
    drawing.box(x, y, 127, 26, PALE)
    drawing.line([(x + 9, y + 12), (x + 9, y + 8), (x + 15, y + 8), (x + 15, y + 12)], 1.5)
    drawing.shape([(x + 7, y + 12), (x + 17, y + 12), (x + 17, y + 20), (x + 7, y + 20)])
    drawing.text(x + 22, y + 17, told.name, size=10)


def difference() -> str:
    """Draw how one figure taken from another would tell of three districts, and the refusal."""
    everyone = [told.code for told in TOLD]
    groups = {each.name: each for each in groups_of(TOLD)}
    small, large = groups[SMALL], groups[LARGE]
    planned = plan([], figures_of(everyone, [large, small]), SETTING)
    recipe = spelled(planned.dropped[SMALL].recipe, {ALL: ALL, SMALL: SMALL})
    n, left = len(small.codes), len(everyone) - len(small.codes)
    least = CHARTER.fewest_districts
    drawing = Drawing(
        "A difference that is refused",
        f"Three rows of {len(everyone)} circles, one for each district. In the first, the mean of"
        f" all, every circle is filled. In the second, the mean of the small districts, {n} are."
        f" The third is the first less the second: the {left} large districts are left, which are"
        f" fewer than {least}. So the second figure is withheld: {recipe}.",
        290,
    )
    drawing.text(
        20, 28, "Twelve invented districts, one circle each; black: in the figure", size=11
    )
    row(drawing, 60, f"Mean of all {len(everyone)}", "goes out", everyone)
    row(drawing, 110, f"Mean of the {n} small", "withheld (DR-05)", small.codes)
    row(drawing, 160, f"Mean of the {left} large", "withheld (DR-01)", [], large.codes)
    drawing.line([(20, 192), (700, 192)])
    drawing.text(20, 218, f"Recipe: {recipe}", bold=True)
    drawing.text(
        20, 240,
        f"{len(everyone)} times the one less {n} times the other is the sum of the {left} large"
        " (hatched).",
    )  # fmt: skip
    drawing.text(20, 262, f"They are fewer than {least}. So both are kept back.")
    return drawing.svg()


def figures_of(everyone: Sequence[str], groups: Sequence[Group]) -> list[Figure]:
    """Say what becomes known with the mean of all, and with those of groups."""
    return [
        Figure(name, {Column(code): 1 for code in codes})
        for name, codes in [(ALL, everyone), *((each.name, each.codes) for each in groups)]
    ]


def row(
    drawing: Drawing, y: float, name: str, verdict: str,
    inside: Sequence[str], left: Sequence[str] = (),
) -> None:  # fmt: skip
    """Draw who is in a figure, filled, or left over by another, hatched."""
    drawing.text(20, y + 5, name, bold=True)
    for place, told in enumerate(TOLD):
        fill = INK if told.code in inside else HATCHED if told.code in left else "white"
        drawing.circle(190 + place * 30, y, 11, fill)
    drawing.text(560, y + 5, verdict)


def own_place() -> str:
    """Draw one district's own figure beside what is released, as that district alone sees it."""
    shown = released()
    told = next(each for each in TOLD if each.code == OWN)
    own = rounded(figures()[OWN], int(str(ITEM["decimals"])))
    bands = [band(own, CellStatus.PUBLISHED, each.value) for each in shown]
    said = ", ".join(f"{word} {each.name}" for word, each in zip(bands, shown, strict=True))
    drawing = Drawing(
        f"The place of {told.name}, as its own people see it",
        f"A scale in {UNIT}. The released means stand above it; the district's own figure, {own},"
        f" below it. It is {said}. There is no rank.",
        306,
    )
    drawing.text(20, 28, f"{told.name} (invented): {UNIT}", bold=True)
    scale = Scale(40, 680, 140, [own, *(each.value for each in shown)])
    scale.draw(drawing)
    cut_points(drawing, scale, shown)
    x, y = scale.x(own), scale.y
    drawing.shape([(x, y - 8), (x + 8, y), (x, y + 8), (x - 8, y)], HATCHED)
    drawing.line([(x, y + 8), (x, y + 26)])
    drawing.text(x, y + 40, f"your own {own}", "middle", bold=True)
    for place, (word, each) in enumerate(zip(bands, shown, strict=True)):
        line = 212 + place * 18
        drawing.text(40, line, f"mean of {each.name}")
        drawing.text(230, line, str(each.value), "end")
        drawing.text(260, line, f"you are {word}")
    drawing.text(40, 296, "Nobody else sees your figure or your place.", size=11)
    return drawing.svg()
