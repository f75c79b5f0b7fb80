"""What could be had by taking figures from another: the simple half of DR-05.

Looks at one figure less one that stands for a part of it, and at one figure less several of one
basis that share no district. Figures of several bases together, sums of figures as what is taken
from, and everything that was released before are left to the audit of every combination.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from app.policy.charter import Charter
from app.policy.rules.disclosure import Contributors, differences_are_safe, enough_districts
from app.releases.verdicts import Candidate

Stand = dict[UUID, str | UUID]
"""The districts behind a figure, each with whoever runs it."""


class Published:
    """The figures of one item that are let out so far, in their public order."""

    def __init__(self, charter: Charter) -> None:
        self._charter = charter
        self._figures: defaultdict[str | None, list[Stand]] = defaultdict(list)

    def takes(self, candidate: Candidate) -> bool:
        """Let a figure out, unless fewer than T districts could be had with it by subtraction."""
        stand = {each.district_id: each.administration for each in candidate.contributions}
        if not differences_are_safe.holds(list(self._left(stand, candidate.basis))):
            return False
        self._figures[candidate.basis].append(stand)
        return True

    def _left(self, stand: Stand, basis: str | None) -> Iterator[Contributors]:
        """Name who is left of a figure without others, and of others without the figure."""
        beside = self._figures.get(basis, [])
        for parts in self._figures.values():
            yield from self._few(stand, parts, {})
            for larger in parts:
                if stand.keys() <= larger.keys():
                    yield from self._few(without(larger, stand), beside, {})

    def _few(self, whole: Stand, parts: Sequence[Stand], left: Stand) -> Iterator[Contributors]:
        """Name those of whom disjoint parts of a whole leave too few over, with who is left now.

        Each district is covered by a part or left, and nothing is followed where enough are left:
        for parts that share no district that is one way through them.
        """
        inside = [part for part in parts if part.keys() <= whole.keys()]
        covered = set[UUID]().union(*inside)
        left = left | {each: whole[each] for each in whole.keys() - covered}
        rest = Contributors(list(left.values()), self._charter)
        if enough_districts.holds(rest):
            return
        if not covered:
            if left:
                yield rest
            return
        one = min(covered)
        for part in inside:
            if one in part:
                yield from self._few(without(whole, part, left), inside, left)
        left = left | {one: whole[one]}
        yield from self._few(without(whole, left), inside, left)


def without(whole: Stand, *parts: Stand) -> Stand:
    """Give those who are in no part."""
    gone = set[UUID]().union(*parts)
    return {each: who for each, who in whole.items() if each not in gone}
