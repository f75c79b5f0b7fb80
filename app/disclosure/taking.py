"""Candidates taken one after another, each unless it would give a group away with those before."""

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
from app.disclosure.verdict import Audit, Breach, Outcome

APART: Final = 32
"""Candidates taken between two looks for what they complete together."""
PUBLISHED: Final = -1
"""Stands for who published figures are of, where a candidate would be named."""

Progress = Callable[[int, int], None]
Group = tuple[int, ...]
"""The places of the figures under one key."""


@dataclass(slots=True)
class Taking:
    """What was taken of the candidates so far, and why the others were not."""

    published: Sequence[Figure]
    candidates: Sequence[Figure]
    setting: Setting
    seed: int
    progress: Progress
    system: System = field(init=False)
    keys: list[Name] = field(init=False)
    groups: list[Group] = field(init=False)
    owner: dict[int, int] = field(init=False)
    """Which candidate a figure is of, by their places."""
    growths: list[tuple[Atoms, Growth]] = field(init=False)
    kept: list[int] = field(default_factory=list)
    dropped: dict[int, Breach] = field(default_factory=dict)
    doubted: set[int] = field(default_factory=set)
    """Set aside, since an audit could not clear them."""
    blamed: int = PUBLISHED
    """The candidate last found to complete something, when it had been taken already."""
    audits: int = 0
    furthest: int = 0

    def __post_init__(self) -> None:
        self.system = System.of([*self.published, *self.candidates], self.setting)
        places: dict[Name, list[int]] = {}
        for place, figure in enumerate(self.candidates, len(self.published)):
            places.setdefault(figure.key, []).append(place)
        self.keys, self.groups = list(places), [tuple(each) for each in places.values()]
        self.owner = {row: each for each, group in enumerate(self.groups) for row in group}

    def begin(self) -> None:
        """Take what is published."""
        rng = np.random.default_rng(self.seed)
        self.growths = [
            (each, Growth(each, self.setting.fewest, rng)) for each in self.system.readings
        ]
        for row in range(len(self.published)):
            self.take(PUBLISHED, row)

    def run(self) -> Audit:
        """Take candidates until the audit passes; begin again where it tells of a combination."""
        self.begin()
        start = 0
        while True:
            self.grow(start)
            audit = self.audit(self.kept)
            if audit.passed:
                return audit
            start = self.mend(audit)

    def audit(self, kept: Iterable[int]) -> Audit:
        """Audit what is published and what is kept, each time with another seed."""
        self.audits += 1
        rows = [row for each in kept for row in self.groups[each]]
        return self.system.audit([*range(len(self.published)), *rows], seed=self.seed + self.audits)

    def grow(self, start: int) -> None:
        """Take candidates from a place on, and now and then look at all that were taken."""
        position, since = start, 0
        while position < len(self.groups) or since:
            if since == APART or position == len(self.groups):
                since = 0
                position = min(self.looked(), position)
                continue
            self.furthest = max(self.furthest, position)
            self.progress(self.furthest, len(self.groups))
            if position not in self.doubted and self.place(position):
                since += 1
            position += 1

    def looked(self) -> int:
        """Look for what was completed unseen; go back to the first who did so, and return whom."""
        first = len(self.groups)
        for _, growth in self.growths:
            for light in growth.near():
                growth.pool.append(light)
                first = min(first, max(growth.makers(light)))
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
            growth.without(owner)

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
        told = max(self.makers(breach))
        for growth, light in self.learned(breach):
            told = min(told, max(growth.makers(light), default=told))
        return told

    def makers(self, breach: Breach) -> set[int]:
        """Name whose figures are in a combination, but for those published."""
        return {self.owner[row] for row in breach.places if row in self.owner}

    def learned(self, breach: Breach) -> list[tuple[Growth, Light]]:
        """Remember a combination in the readings where it touches too few, and return these."""
        told: list[tuple[Growth, Light]] = []
        rows = np.array(sorted(breach.places), dtype=np.int64)
        multiples = tuple(int(breach.places[row]) for row in rows.tolist())
        for reading, growth in self.growths:
            left = remaining(reading.figures[rows], multiples)
            if 0 < holding(reading, left) < self.setting.fewest:
                told.append((growth, growth.learn(Recipe(rows, multiples, left))))
        return told
