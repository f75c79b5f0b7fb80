"""Small systems of every shape that releases take, at random."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from app.disclosure.figures import Column, Figure, Setting
from app.disclosure.identities import Identity

RACE = Identity("all", ("a", "b"))
GRADE = Identity("all", ("early", "late"))


class System(NamedTuple):
    figures: list[Figure]
    setting: Setting
    identities: tuple[Identity, ...] = ()


def some(rng: Random, districts: list[int]) -> list[int]:
    return rng.sample(districts, rng.randint(0, len(districts)))


def summed(groups: list[list[int]], version: int = 0) -> list[dict[Column, int]]:
    return [{Column(each, None, version): 1 for each in group} for group in groups]


def overlapping(rng: Random, districts: list[int]) -> list[dict[Column, int]]:
    return summed([some(rng, districts) for _ in range(rng.randint(0, 6))])


def nested(rng: Random, districts: list[int]) -> list[dict[Column, int]]:
    order = rng.sample(districts, len(districts))
    return summed([order[: rng.randint(1, len(order))] for _ in range(rng.randint(1, 5))])


def crossing(rng: Random, districts: list[int]) -> list[dict[Column, int]]:
    """Two public bases, their margins and some of what they have in common."""
    row, column = ({each: rng.randint(0, 2) for each in districts} for _ in range(2))
    groups = [
        [each for each in districts if base[each] == of]
        for base in (row, column)
        for of in range(3)
    ]
    groups += [
        [each for each in districts if (row[each], column[each]) == (one, other)]
        for one in range(3)
        for other in range(3)
    ]
    return summed(rng.sample([each for each in groups if each] + [districts], rng.randint(1, 4)))


def by_category(rng: Random, districts: list[int]) -> list[dict[Column, int]]:
    names = ["all", "a", "b", "early", "late"]
    return [
        {Column(each, name): 1 for each in some(rng, districts)}
        for name in rng.choices(names, k=rng.randint(1, 5))
    ]


def over_releases(rng: Random, districts: list[int]) -> list[dict[Column, int]]:
    """Late joiners, withdrawals and answers given again, from release to release."""
    versions, members = dict.fromkeys(districts, 0), some(rng, districts)
    told = []
    for _ in range(rng.randint(1, 4)):
        told.append({Column(each, None, versions[each]): 1 for each in members})
        for each in some(rng, districts)[:3]:
            versions[each] += 1
        members = sorted({*members} ^ {*some(rng, districts)[:3]})
    return told


def weighted(rng: Random, districts: list[int]) -> list[dict[Column, int]]:
    """Pooled figures: by enrolment, by whatever, and with no weight at all."""
    size = {each: rng.randint(1, 10**12) for each in districts}
    kinds: list[Callable[[int], int]] = [
        size.__getitem__,
        lambda _: rng.randint(-2, 2),
        lambda _: rng.randint(1, 10**12),
        lambda _: 1,
    ]
    return [
        {Column(each): weight(each) for each in some(rng, districts)}
        for weight in rng.choices(kinds, k=rng.randint(1, 5))
    ]


SHAPES = (overlapping, nested, crossing, by_category, over_releases, weighted)


def system(seed: int) -> System:
    rng = Random(seed)  # noqa: S311 - it makes examples
    districts = list(range(rng.randint(1, 9)))
    shape = rng.choice(SHAPES)
    figures = [Figure(at, each) for at, each in enumerate(shape(rng, districts))]
    columns = [column for figure in figures for column in figure.weights]
    known = frozenset(each for each in columns if rng.random() < rng.choice((0, 0, 0.15)))
    run = {each: "together" for each in districts if rng.random() < rng.choice((0, 0, 0.2))}
    identities = rng.choice(((RACE,), (RACE, GRADE))) if shape is by_category else ()
    return System(figures, Setting(rng.choice((1, 2, 3, 3, 4, 5)), run, known), identities)
