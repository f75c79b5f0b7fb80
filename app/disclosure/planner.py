"""DR-06, complementary suppression: which of the figures that are planned may go out together.

Candidates are taken in their public order, each unless it would give a group away together with
what is published and what was taken before it. That is the rule carried to its end: of each
combination that stands for too few, the least important figure is dropped; and none that was
dropped can be given back, since what dropped it stays. Who answered what is never looked at: the
choice hangs on who takes part in which figure, and on the order, alone.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy import sparse

from app.disclosure.atoms import Atoms
from app.disclosure.figures import Figure, Name, Setting
from app.disclosure.growing import PRIME, Growth, Light
from app.disclosure.joint import holding
from app.disclosure.recipes import Recipe, lifted, remaining
from app.disclosure.system import System
from app.disclosure.verdict import Audit, Breach, Outcome, Plan

APART: Final = 32
"""Candidates taken between two looks for what they complete together."""
RETURNS: Final = 16
"""How many that an audit could not clear are tried once more at the end."""

Progress = Callable[[int, int], None]
Group = tuple[int, ...]
"""The places of the figures under one key."""


def plan(
    published: Sequence[Figure],
    candidates: Sequence[Figure],
    setting: Setting,
    *,
    seed: int = 0,
    trades: int = 0,
    progress: Progress | None = None,
) -> Plan:
    """Plan which candidates go out, given in their public order, the most important first.

    Published figures stand. Candidates under one key go out together or not at all, in the order
    in which their keys first appear. So many ``trades`` are tried at the end: one candidate is
    given up where at least two others come back for it. Without, a candidate gives way to more
    important ones alone. ``progress`` is told how many keys of how many are done.
    """
    planning = Planning(published, candidates, setting, seed, trades)
    return planning.run(progress or silent)


def silent(done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Planning:
    """One plan in the making: what was taken so far, and why the others were not."""

    published: Sequence[Figure]
    candidates: Sequence[Figure]
    setting: Setting
    seed: int
    trades: int = 0
    system: System = field(init=False)
    keys: list[Name] = field(init=False)
    groups: list[Group] = field(init=False)
    growths: list[tuple[Atoms, Growth]] = field(init=False)
    kept: list[int] = field(default_factory=list)
    dropped: dict[int, Breach] = field(default_factory=dict)
    doubted: set[int] = field(default_factory=set)
    """Set aside, since an audit could not clear them, or for others."""
    blamed: int = -1
    """The candidate last found to complete something, when it had been taken already."""
    audits: int = 0
    furthest: int = 0

    def __post_init__(self) -> None:
        self.system = System.of([*self.published, *self.candidates], self.setting)
        places: dict[Name, list[int]] = {}
        for place, figure in enumerate(self.candidates, len(self.published)):
            places.setdefault(figure.key, []).append(place)
        self.keys, self.groups = list(places), [tuple(each) for each in places.values()]

    def run(self, progress: Progress) -> Plan:
        """Take candidates until the audit passes; begin again where it tells of a combination."""
        if self.published:
            audit = self.audit(())
            if not audit.passed:
                return Plan((), {}, tuple(self.keys), audit)
        rng = np.random.default_rng(self.seed)
        self.growths = [
            (each, Growth(each, self.setting.fewest, rng)) for each in self.system.readings
        ]
        for row in range(len(self.published)):
            self.take(-1, row)
        start = 0
        while True:
            self.grow(start, progress)
            audit = self.audit(self.kept)
            if audit.passed:
                break
            start = self.mend(audit)
        told = self.concluded(self.traded(audit, progress))
        progress(len(self.keys), len(self.keys))
        return told

    def concluded(self, audit: Audit) -> Plan:
        """Try those in doubt once more, and put the plan in the public order."""
        for each in sorted(self.doubted)[:RETURNS]:
            again = self.audit([*self.kept, each])
            if again.passed:
                audit = again
                self.kept.append(each)
                self.doubted.discard(each)
            elif again.outcome is Outcome.BREACHED:
                self.dropped[each] = again.breaches[0]
                self.doubted.discard(each)
        return Plan(
            tuple(self.keys[each] for each in sorted(self.kept)),
            {self.keys[each]: self.dropped[each] for each in sorted(self.dropped)},
            tuple(self.keys[each] for each in sorted(self.doubted)),
            audit,
        )

    def traded(self, audit: Audit, progress: Progress) -> Audit:
        """Give up those that hinder most, one after another, where more are kept without them."""
        tried: set[int] = set()
        for _ in range(self.trades):
            hindering = {each: n for each, n in self.hindering().items() if each not in tried}
            if not hindering:
                break
            one = max(hindering, key=lambda each: (hindering[each], each))
            tried.add(one)
            before = self.kept, self.dropped, {*self.doubted}
            stocks = [growth.saved() for _, growth in self.growths]
            self.doubted.add(one)
            self.grow(self.back(one), progress)
            again = self.audit(self.kept) if len(self.kept) > len(before[0]) else None
            if again is not None and again.passed:
                audit = again
                continue
            self.kept, self.dropped, self.doubted = before
            for (_, growth), stock in zip(self.growths, stocks, strict=True):
                growth.restore(stock)
        return audit

    def hindering(self) -> Counter[int]:
        """Count for each that is kept in how many recipes of those dropped it takes part."""
        owner = {row: each for each, group in enumerate(self.groups) for row in group}
        return Counter(
            each
            for breach in self.dropped.values()
            for each in {owner[row] for row in breach.places if row in owner} & {*self.kept}
        )

    def audit(self, kept: Iterable[int]) -> Audit:
        """Audit what is published and what is kept, each time with another seed."""
        self.audits += 1
        rows = [row for each in kept for row in self.groups[each]]
        return self.system.audit([*range(len(self.published)), *rows], seed=self.seed + self.audits)

    def grow(self, start: int, progress: Progress) -> None:
        """Take candidates from a place on, and now and then look at all that were taken."""
        position, since = start, 0
        while position < len(self.groups) or since:
            if since == APART or position == len(self.groups):
                since = 0
                position = min(self.looked(), position)
                continue
            self.furthest = max(self.furthest, position)
            progress(self.furthest, len(self.groups))
            if position not in self.doubted and self.place(position):
                since += 1
            position += 1

    def looked(self) -> int:
        """Look for what was completed unseen; go back to the first who did so, and return whom."""
        first = len(self.groups)
        for _, growth in self.growths:
            for owner, light in growth.near():
                growth.pool.append(light)
                first = min(first, owner)
        return self.back(first)

    def back(self, owner: int) -> int:
        """Forget what was decided of a candidate and of those after it."""
        for _, growth in self.growths:
            growth.back(owner)
        self.kept = [each for each in self.kept if each < owner]
        self.dropped = {each: why for each, why in self.dropped.items() if each < owner}
        self.blamed = owner
        return owner

    def place(self, owner: int) -> bool:
        """Take a candidate, unless it would complete a combination that stands for too few."""
        for row in self.groups[owner]:
            breach, found = self.alone(row), self.completed(row)
            if breach is None and found is None:
                self.take(owner, row)
                continue
            if breach is None and found is not None:
                breach = self.proven(row, *found)
            self.undo(owner)
            return self.settled(owner, breach)
        if owner == self.blamed:
            self.undo(owner)
            return self.settled(owner, None)
        self.kept.append(owner)
        return True

    def undo(self, owner: int) -> None:
        """Give back the figures of a candidate that were taken before one was refused."""
        for _, growth in self.growths:
            growth.back(owner)

    def take(self, owner: int, row: int) -> None:
        """Take a figure."""
        for _, growth in self.growths:
            growth.take(owner, row, growth.weighed(row))

    def alone(self, row: int) -> Breach | None:
        """Tell whether a figure stands for too few by itself."""
        for reading, _ in self.growths:
            own = reading.figures[[row]].indices
            count = holding(reading, own)
            if 0 < count < self.setting.fewest:
                return self.system.breach((Recipe(np.array([row]), (1,), own), count))
        return None

    def completed(self, row: int) -> tuple[Atoms, Growth, Light] | None:
        """Look for what a figure would complete, in each reading."""
        for reading, growth in self.growths:
            light = growth.completes(growth.weighed(row))
            if light is not None:
                return reading, growth, light
        return None

    def proven(self, row: int, reading: Atoms, growth: Growth, light: Light) -> Breach | None:
        """Prove in whole numbers that a figure completes what was found."""
        made = growth.made(row, light)
        residues = (list(made.values()), ([0] * len(made), list(made)))
        combination = sparse.csr_matrix(residues, shape=(1, len(self.system.keys)), dtype=np.int64)
        for recipe in lifted(reading.figures, combination, light.atoms, PRIME):
            count = holding(reading, recipe.left)
            if 0 < count < self.setting.fewest and row in recipe.rows:
                return self.system.breach((recipe, count))
        return None

    def settled(self, owner: int, breach: Breach | None) -> bool:
        """Drop a candidate; where its combination is not proven, an audit has to decide."""
        if breach is None:
            audit = self.audit([*self.kept, owner])
            if audit.passed:
                for row in self.groups[owner]:
                    self.take(owner, row)
                self.kept.append(owner)
                return True
            if audit.outcome is Outcome.UNDECIDED:
                self.doubted.add(owner)
                return False
            breach = audit.breaches[0]
        self.dropped[owner] = breach
        return False

    def mend(self, audit: Audit) -> int:
        """Go back to the first candidate that completed what an audit found, and return it."""
        if audit.outcome is Outcome.BREACHED:
            return self.back(min(map(self.completer, audit.breaches)))
        number = {key: each for each, key in enumerate(self.keys)}
        doubtful = sorted({number[key] for key in audit.suspicious if key in number} & {*self.kept})
        aside = doubtful[len(doubtful) // 2 :] or self.kept[len(self.kept) // 2 :]
        self.doubted |= {*aside}
        return self.back(aside[0])

    def completer(self, breach: Breach) -> int:
        """Return who completed a combination, and remember it."""
        rows = np.array(sorted(breach.places), dtype=np.int64)
        multiples = tuple(int(breach.places[row]) for row in rows.tolist())
        owners = [each for each, group in enumerate(self.groups) if not {*group}.isdisjoint(rows)]
        told = max(owners)
        for reading, growth in self.growths:
            left = remaining(reading.figures[rows], multiples)
            if 0 < holding(reading, left) < self.setting.fewest:
                owner = growth.learn(Recipe(rows, multiples, left))
                told = min(told, told if owner is None or owner < 0 else owner)
        return told
