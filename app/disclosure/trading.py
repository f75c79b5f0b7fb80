"""One figure given up for others that it keeps out, so that more are told.

What is known are combinations of which one has to stay out. Where one that is kept is in all of
them that keep another out, that comes back if the one is given up. Such a trade is made where
those that come back fit together and stand for as many administrations as the one, so that
neither how many figures are told nor how much they tell ever falls. One for one is a trade, too:
others may open up. What does not fit tells another combination. Who has to stay out is not asked
of values, and how much is tried is counted in steps and not in seconds: a plan is the same on any
machine. As when candidates are taken, the search may overlook something, and the audit decides.
"""

from copy import copy
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.disclosure.atoms import Atoms, touching
from app.disclosure.growing import Growth
from app.disclosure.taking import PUBLISHED, Taking
from app.disclosure.verdict import Audit, Breach

REST: Final = 10
"""Steps for which one that was tried is left alone."""
AUDITS: Final = 4
"""Audits of what came of trades, at most."""
AGAIN: Final = 4
"""Where an audit found something, one in so many steps is taken once more."""


@dataclass(slots=True)
class Trading:
    """Trades between those that are kept and those that were dropped."""

    taking: Taking
    firm: set[int]
    """Who is not given up."""
    seed: int
    steps: int
    taken: int = 0
    rng: np.random.Generator = field(init=False)
    widths: list[int] = field(init=False)
    """How many administrations each candidate stands for."""
    combinations: NDArray[np.bool_] = field(init=False)
    """A row for each combination that may not be kept whole, a column for each candidate."""
    resting: NDArray[np.int64] = field(init=False)
    """The step up to which each candidate is left alone."""

    def __post_init__(self) -> None:
        taking = self.taking
        self.rng = np.random.default_rng(self.seed)
        touched = touching(*taking.system.readings[0])
        self.widths = [len(np.unique(touched[list(rows)].indices)) for rows in taking.groups]
        self.resting = np.zeros(len(self.widths), dtype=np.int64)
        self.combinations = np.zeros((0, len(self.widths)), dtype=np.bool_)
        for breach in taking.dropped.values():
            self.learn(taking.makers(breach))
        self.firm &= {*taking.kept}

    def run(self, audit: Audit) -> Audit:
        """Trade, and audit what comes of it; where that is no better, or not safe, stay."""
        taking = self.taking
        before = [*taking.kept], taking.dropped, {*taking.doubted}, self.growths()
        limit = self.steps
        for _ in range(AUDITS):
            while self.taken < limit and self.step():
                pass
            limit += self.steps // AGAIN
            self.refill()
            if len(taking.kept) <= len(before[0]):
                continue
            again = taking.audit(taking.kept)
            if again.passed:
                return again
            for breach in again.breaches:
                self.part(breach)
        taking.kept, taking.dropped, taking.doubted, taking.growths = before
        return audit

    def growths(self) -> list[tuple[Atoms, Growth]]:
        """Keep what was taken, to come back to it."""
        return [(reading, copy(growth)) for reading, growth in self.taking.growths]

    def learn(self, owners: set[int]) -> None:
        """Remember a combination of which one has to stay out."""
        row = np.zeros((1, len(self.widths)), dtype=np.bool_)
        row[0, sorted(owners - {PUBLISHED})] = True
        self.combinations = np.vstack([self.combinations, row])

    def hindered(self) -> dict[int, list[int]]:
        """List, for each that may be given up, whom nobody else is known to keep out."""
        kept = np.zeros(len(self.widths), dtype=np.bool_)
        kept[self.taking.kept] = True
        alone = (self.combinations & ~kept).sum(axis=1) == 1
        why = self.combinations[alone]
        whom = (why & ~kept).argmax(axis=1)
        told: dict[int, list[int]] = {}
        for each in np.unique(whom).tolist():
            for one in np.flatnonzero(why[whom == each].all(axis=0) & kept).tolist():
                if not {each, one} & self.still():
                    told.setdefault(one, []).append(each)
        return told

    def still(self) -> set[int]:
        """Name who is neither given up nor comes back at this step."""
        resting = np.flatnonzero(self.resting >= self.taken).tolist()
        return {*resting} | self.firm | self.taking.doubted

    def step(self) -> bool:
        """Try to give up the one that keeps out most, by chance among equals."""
        self.taken += 1
        hindered = self.hindered()
        if not hindered:
            return False
        chance = self.rng.permutation(len(self.widths))
        one = max(hindered, key=lambda each: (len(hindered[each]), chance[each]))
        self.resting[one] = self.taken + REST
        growths = self.growths()
        self.taking.undo(one)
        back = [each for each in hindered[one] if self.fits(each)]
        told = sum(self.widths[each] for each in back)
        if back and told >= self.widths[one] and not self.seen():
            self.taking.kept = [each for each in self.taking.kept if each != one] + back
        else:
            self.taking.growths = growths
        return True

    def fits(self, owner: int) -> bool:
        """Take a candidate, unless it completes a combination; remember that."""
        taking = self.taking
        for row in taking.groups[owner]:
            found = taking.completed(row)
            if found is not None:
                _, growth, light = found
                made = growth.made(row, light)
                self.learn({taking.owner.get(each, PUBLISHED) for each in made})
                taking.undo(owner)
                return False
            taking.take(owner, row)
        return True

    def seen(self) -> bool:
        """Look for what was completed unseen, and remember it."""
        told = False
        for _, growth in self.taking.growths:
            for light in growth.near():
                growth.pool.append(light)
                self.learn(growth.makers(light))
                told = True
        return told

    def refill(self) -> None:
        """Take what else fits, and say anew why the others do not."""
        taking = self.taking
        why, taking.dropped, taking.blamed = taking.dropped, {}, PUBLISHED
        for each in range(len(taking.keys)):
            if each in {*taking.kept, *taking.doubted}:
                continue
            known = why.get(each)
            if known is not None and taking.makers(known) <= {*taking.kept, each}:
                taking.dropped[each] = known
            else:
                taking.place(each)

    def part(self, breach: Breach) -> None:
        """Give up the least important of a combination, unless one was given up already."""
        taking, makers = self.taking, self.taking.makers(breach)
        self.learn(makers)
        taking.learned(breach)
        if makers <= {*taking.kept}:
            one = max(makers - self.firm)
            taking.undo(one)
            taking.kept = [each for each in taking.kept if each != one]
