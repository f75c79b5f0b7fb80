"""An audit by looking at everything: for every few administrations, ranks in whole numbers."""

from itertools import chain, combinations

from app.disclosure.figures import Column, Figure, Setting
from app.disclosure.identities import Identity

Rows = list[list[int]]


def rank(rows: Rows) -> int:
    """Bareiss' elimination, which stays within the whole numbers."""
    left, done, before = [list(row) for row in rows], 0, 1
    for column in range(len(left[0]) if left else 0):
        pivot = next((at for at in range(done, len(left)) if left[at][column]), None)
        if pivot is None:
            continue
        left[done], left[pivot] = left[pivot], left[done]
        top = left[done]
        for at in range(done + 1, len(left)):
            factor = left[at][column]
            left[at] = [
                (top[column] * mine - factor * its) // before
                for mine, its in zip(left[at], top, strict=True)
            ]
        before, done = top[column], done + 1
    return done


def breached(
    figures: list[Figure], setting: Setting, identities: tuple[Identity, ...] = ()
) -> bool:
    """Something can be derived that stands for fewer than T: of versions apart, or as one.

    What is in doubt adds up, or it does not.
    """
    laws = [*said(figures, identities), *map(dict, setting.ties)]
    held = [laws]
    if setting.doubted:
        held.append([*laws, *map(dict, setting.doubted)])
    return any(
        gives_away(figures, setting, ties, as_one) for ties in held for as_one in (False, True)
    )


def gives_away(
    figures: list[Figure], setting: Setting, ties: list[dict[Column, int]], as_one: bool
) -> bool:
    """Everybody knows the laws: the identities, and what is known.

    For some few, the unknowns of all others are E. What can be derived that speaks of those few
    alone is more than the laws say, if rank(A, K) + rank(E', K) > rank(K) + rank(A, K, E').
    """

    def read(sums: dict[Column, int]) -> dict[Column, int]:
        told: dict[Column, int] = {}
        for column, weight in sums.items():
            name = column._replace(version=0) if as_one else column
            told[name] = told.get(name, 0) + weight
        return told

    stated = [read(figure.weights) for figure in figures]
    laws = [read(law) for law in ties]
    laws += [read({column: 1}) for column in setting.known]
    order = list(dict.fromkeys(chain.from_iterable(stated + laws)))
    owner = [setting.administrations.get(each.district, each.district) for each in order]
    own, public = (
        [[row.get(each, 0) for each in order] for row in rows] for rows in (stated, laws)
    )
    owners = list(dict.fromkeys(owner))
    all_, base = rank(own + public), rank(public)
    for few in combinations(owners, min(setting.fewest - 1, len(owners))):
        units = [
            [int(at == place) for at in range(len(order))]
            for place, name in enumerate(owner)
            if name in few
        ]
        if all_ + rank(units + public) > base + rank(own + public + units):
            return True
    return False


def said(figures: list[Figure], identities: tuple[Identity, ...]) -> list[dict[Column, int]]:
    """Write each identity for each answer, as a sum that is nothing."""
    answers = {(column.district, column.version) for figure in figures for column in figure.weights}
    return [
        {Column(district, law.total, version): -1}
        | {Column(district, part, version): 1 for part in law.parts}
        for district, version in sorted(answers)
        for law in identities
    ]


def pairwise(figures: list[Figure], setting: Setting) -> bool:
    """What systems without a joint audit do: each figure, and each two of them, by their size."""
    sets = [frozenset(column.district for column in figure.weights) for figure in figures]
    apart = [one ^ other for one, other in combinations(sets, 2)]
    return any(0 < len(each) < setting.fewest for each in sets + apart)
