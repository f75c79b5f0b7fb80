"""The attacker's knowledge as a region in which the true values are one point among many."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import Final, NamedTuple

import numpy as np

from app.disclosure.attackers import NO_INSIDER, Attacker, Finding, Sum, range_of
from app.disclosure.dominance import PERCENT, Exact, OutOfBoundsError, contributions, exact
from app.disclosure.figures import Column, Figure, Name
from app.disclosure.identities import rewritten, solved
from app.disclosure.region import TOLERANCE, Movement, Region, short
from app.disclosure.rooms import Bounds, tightened
from app.disclosure.sliding import Sliding

SPECK: Final = Fraction(1, 10**6)
"""What must remain open about a contribution of zero, as a part of the largest value of all."""
MANY: Final = 3000
"""From more atoms than these the solver is asked alone: sliding takes their square in memory."""
Room = tuple[float, float]
Fault = tuple[frozenset[Name], tuple[int, ...]]


class Goal(NamedTuple):
    """Whose contribution is to stay uncertain, in which row, and by how much more it may be."""

    row: int
    office: Name
    unit: float


class Attack:
    """The attacker's region over all that may be published, with single figures shown or not."""

    def __init__(
        self,
        published: Sequence[Sum],
        sensitive: Sequence[Figure],
        values: Mapping[Column, Exact],
        attacker: Attacker,
    ) -> None:
        self._attacker = attacker
        self._keys = [each.figure.key for each in published]
        self._names = [figure.key for figure in sensitive]
        self._values = {
            column: exact(value) for column, value in values.items() if column not in attacker.known
        }
        self._largest = max((abs(value) for value in self._values.values()), default=Fraction(1))
        self._instead = self._solved()
        self._rooms = tightened(self._instead, self._bounds)
        rows = [rewritten(self._open(each.figure.weights), self._instead) for each in published]
        ranges = [range_of(each, values) for each in published]
        self._asked: dict[frozenset[tuple[Column, int]], int] = {}
        self._goals = [self._goal(figure, rows) for figure in sensitive]
        self._members = self._atoms(rows)
        down, up = (
            np.array([sum(room[side] for room in each.values()) for each in self._members])
            for side in (0, 1)
        )
        below, above = (np.array([float(each[side]) for each in ranges]) for side in (0, 1))
        self._region = Region(self._of_atoms, below, above, down, up)
        self._sliding: Sliding | None = None
        self._faults: dict[int, Fault | None] = {}

    def _open(self, weights: Mapping[Column, int]) -> dict[Column, int]:
        """Leave out what everybody knows."""
        return {each: weight for each, weight in weights.items() if weight and each in self._values}

    def _solved(self) -> dict[Column, Mapping[Column, int]]:
        """Solve the ties for one value of each; what has none here is as good as known."""
        ties = [tie for tie in self._attacker.ties if not self._values.keys().isdisjoint(tie)]
        unknown = {column for tie in ties for column in tie} - self._values.keys()
        return solved(ties, unknown) if ties else {}

    def _goal(self, figure: Figure, rows: list[dict[Column, int]]) -> Goal | None:
        """Ask for the largest contributor of a sum whom not everybody knows, if there is one.

        Each question has a row of its own, and the same question the same: whoever is the largest
        in many sums is asked for once.
        """
        row = self._open(figure.weights)
        least = exact(self._attacker.lowest)
        offices: dict[Name, Name] = {column: self._attacker.office(column) for column in row}
        above: dict[Name, Exact] = {
            column: weight * (self._values[column] - least) for column, weight in row.items()
        }
        shares = contributions(above, offices)
        if not shares:
            return None
        largest = next(iter(shares))
        own = rewritten(
            {column: weight for column, weight in row.items() if offices[column] == largest},
            self._instead,
        )
        place = self._asked.setdefault(frozenset(own.items()), len(rows))
        if place == len(rows):
            rows.append(own)
        need = shares[largest] * self._attacker.nearness / PERCENT
        return Goal(place, largest, float(need or self._largest * SPECK or 1))

    def _atoms(self, rows: Sequence[Mapping[Column, int]]) -> list[dict[Name, Room]]:
        """Make one of all values that stand in the same rows with the same weights.

        Of each it is kept how far the values of each office can sink and rise.
        """
        signatures: defaultdict[Column, list[tuple[int, int]]] = defaultdict(list)
        for place, row in enumerate(rows):
            for column, weight in row.items():
                signatures[column].append((place, weight))
        atoms: dict[tuple[tuple[int, int], ...], int] = {}
        members: list[dict[Name, Room]] = []
        for column, signature in signatures.items():
            atom = atoms.setdefault(tuple(signature), len(atoms))
            if atom == len(members):
                members.append({})
            office = self._attacker.office(column)
            down, up = members[atom].get(office, (0.0, 0.0))
            further = self._room(column)
            members[atom][office] = (down + further[0], up + further[1])
        self._of_atoms: list[dict[int, int]] = [{} for _ in rows]
        self._where: defaultdict[Name, list[int]] = defaultdict(list)
        for rows_of_it, atom in atoms.items():
            for place, weight in rows_of_it:
                self._of_atoms[place][atom] = weight
            for office in members[atom]:
                self._where[office].append(atom)
        return members

    def _room(self, column: Column) -> Room:
        """Say how far a value can sink and rise."""
        down, up = self._rooms.get(column) or self._bounds(column)
        return (np.inf if down is None else float(down)), (np.inf if up is None else float(up))

    def _bounds(self, column: Column) -> Bounds:
        """Say how far below and above a value the public bounds lie."""
        value, highest = self._values[column], self._attacker.highest
        down = value - exact(self._attacker.lowest)
        up = None if highest is None else exact(highest) - value
        if down < 0 or (up is not None and up < 0):
            raise OutOfBoundsError("a value lies beyond the bounds that are publicly known")
        return down, up

    def show(self, row: int, shown: bool) -> None:
        """Publish a sum, or withhold it."""
        self._region.shown[row] = shown
        self._sliding = None
        # with a sum less to know, what was safe is so still
        kept = {} if shown else {row: None for row, fault in self._faults.items() if fault is None}
        self._faults = dict(kept)

    def finding(self, place: int) -> Finding:
        """Judge one sensitive sum against what is shown."""
        name, goal = self._names[place], self._goals[place]
        if goal is None:
            return Finding(name, safe=True)
        if goal.row not in self._faults:
            self._faults[goal.row] = self._fault(goal)
        fault = self._faults[goal.row]
        if fault is None:
            return Finding(name, safe=True)
        insiders, held = fault
        keys = tuple(dict.fromkeys(self._keys[row] for row in held))
        return Finding(name, safe=False, insiders=insiders, held=keys)

    def _fault(self, goal: Goal) -> Fault | None:
        """Find insiders who come too near to a goal, and the rows that bring them there.

        Those who know most are asked first. What is tied to known values alone moves for nobody.
        """
        if not self._of_atoms[goal.row]:
            return NO_INSIDER, ()
        questions, asked = [NO_INSIDER], {NO_INSIDER}
        while questions:
            insiders = questions.pop()
            moved = self._movement(goal, insiders)
            if not moved.enough:
                return insiders, moved.held
            further = self._further(goal, insiders, moved) - asked
            asked |= further
            questions += sorted(further, key=self._knowledge)
        return None

    def _knowledge(self, insiders: AbstractSet[Name]) -> float:
        """Add up how far the values of these could sink."""
        return sum(self._members[atom][each][0] for each in insiders for atom in self._where[each])

    def _movement(self, goal: Goal, insiders: frozenset[Name]) -> Movement:
        """Move a goal while the insiders stand still: by sliding if that will do."""
        left = self._left(insiders)
        sliding = None if insiders else self._slide()
        if sliding is not None:
            weights = self._region.weights(goal.row)
            by = sliding.towards(weights, *self._region.room(goal.unit, left))
            if by is not None:
                return Movement(enough=True, reach=1.0, by=by)
        return self._region.furthest(goal.row, goal.unit, left)

    def _slide(self) -> Sliding | None:
        """Find the movements that keep what is shown, once; not where there are very many atoms."""
        if self._sliding is None and len(self._members) <= MANY:
            self._sliding = Sliding(self._region.sums(), self._region.ease)
        return self._sliding

    def _left(self, insiders: AbstractSet[Name]) -> dict[int, Room]:
        """Say how far the atoms can move that hold values of these, if those stand still."""
        return {
            atom: self._without(atom, insiders) for each in insiders for atom in self._where[each]
        }

    def _without(self, atom: int, insiders: AbstractSet[Name]) -> Room:
        rooms = [room for office, room in self._members[atom].items() if office not in insiders]
        return sum(room[0] for room in rooms), sum(room[1] for room in rooms)

    def _further(
        self, goal: Goal, insiders: frozenset[Name], moved: Movement
    ) -> set[frozenset[Name]]:
        """Name the coalitions, one larger, that are not answered for yet.

        A movement answers for those it can do without: their standing still changes nothing, in
        whatever company of others like them.
        """
        more = self._attacker.coalition - len(insiders)
        if more <= 0:
            return set()
        further = set()
        for atom in np.flatnonzero(np.abs(moved.by) > TOLERANCE).tolist():
            further |= self._needed(atom, float(moved.by[atom]), goal, insiders, more)
        if not insiders and more == 1:
            further -= self._answered(goal, further, moved)
        return {insiders | {office} for office in further}

    def _needed(
        self, atom: int, by: float, goal: Goal, insiders: frozenset[Name], more: int
    ) -> set[Name]:
        """Name the offices of an atom without whom, and others, it could not move so far."""
        members, side = self._members[atom], int(by > 0)
        others = members.keys() - insiders - {goal.office}
        if len(members) == 1:
            return set(others)
        ranked = sorted(others, key=lambda office: members[office][side], reverse=True)
        found = set()
        for office in ranked:
            company = [each for each in ranked if each != office][: more - 1]
            room = self._without(atom, insiders | {office, *company})[side]
            if abs(by) > short(np.array(room / goal.unit)) + TOLERANCE:
                found.add(office)
        return found

    def _answered(self, goal: Goal, offices: AbstractSet[Name], moved: Movement) -> set[Name]:
        """Name those of the offices in spite of whose standing still sliding is enough."""
        sliding = self._slide()
        if sliding is None:
            return set()
        weights, by = self._region.weights(goal.row), moved.by
        room = self._region.room(goal.unit, {})
        alone = {
            self._where[office][0]: office
            for office in offices
            if len(self._where[office]) == len(self._members[self._where[office][0]]) == 1
        }
        atoms = np.array(list(alone), dtype=np.intp)
        standing = sliding.standing(by, weights, atoms, *room)
        answered = {alone[atom] for atom in atoms[standing].tolist()}
        for office in offices - set(alone.values()):
            still = [atom for atom in self._where[office] if len(self._members[atom]) == 1]
            room = self._region.room(goal.unit, self._left({office}))
            if sliding.stands(by, weights, still, *room):
                answered.add(office)
        return answered
