"""What published sums leave possible, as movements away from the truth, in one warm model.

A movement says by how much each value is other than the true one. Standing still is always
possible, so that a linear program only has to find out how far a goal can be moved. Everything here
is in floating point, and each doubt counts against moving: room less than a hair is no room, what
room there is ends a hair early, and a movement counts only when checked again after the solver.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
HAIR: Final = 1e-6
"""What is left unused of any room, in parts of the movement that is needed; over TOLERANCE."""
TOLERANCE: Final = 1e-9
"""What the solver may be wrong by, of the same."""
FAR: Final = 1e4
"""No value is moved further than so many times what is needed, which keeps the numbers in scale."""
EFFORT: Final = 1e-4
"""What moving costs: little, so that few values are moved, and the goal comes first."""


class Movement(NamedTuple):
    """How far the goal went, of the 1 that it needs; by what each atom moved; which rows held it.

    ``enough`` is False whenever the solver failed.
    """

    enough: bool
    reach: float
    by: Floats
    held: tuple[int, ...] = ()


class Region:
    """The linear program: a column of two for each atom, a row for each sum and each goal.

    ``rows`` give the weights of the atoms; ``below`` and ``above`` how far a row may sink or rise,
    ``down`` and ``up`` the same for an atom. Rows past the ends of ``below`` are goals, which bind
    nobody until they are asked for.
    """

    def __init__(
        self,
        rows: Sequence[Mapping[int, int]],
        below: Floats,
        above: Floats,
        down: Floats,
        up: Floats,
    ) -> None:
        self._below, self._above = below, above
        self._down, self._up = down, up
        self._atoms, self._sums = len(down), len(below)
        self._rows = [
            (np.array(list(row), dtype=np.int32), np.array(list(row.values()), dtype=np.float64))
            for row in rows
        ]
        self.shown = np.ones(self._sums, dtype=np.bool_)
        self._every = np.arange(2 * self._atoms, dtype=np.int32)
        self._effort = np.full(2 * self._atoms, EFFORT)
        self._model = self._built(rows)
        self._dense = np.zeros((self._sums, self._atoms))
        for row, (index, weight) in enumerate(self._rows[: self._sums]):
            self._dense[row, index] = weight
        self.ease = np.minimum(down, up)

    def sums(self) -> Floats:
        """Give the weights of the sums that are shown."""
        return self._dense[self.shown]

    def weights(self, row: int) -> Floats:
        """Give the weights of a row, over all atoms."""
        weights = np.zeros(self._atoms)
        index, weight = self._rows[row]
        weights[index] = weight
        return weights

    def _built(self, rows: Sequence[Mapping[int, int]]) -> Any:
        """Write the model down once; later only bounds and costs change."""
        new: Any = highspy.Highs  # has no types
        model = new()
        for option, value in {
            "output_flag": False,
            "presolve": "off",
            "threads": 1,
            "simplex_strategy": 4,
            "primal_feasibility_tolerance": TOLERANCE,
            "dual_feasibility_tolerance": TOLERANCE,
        }.items():
            model.setOptionValue(option, value)
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = 2 * self._atoms, len(rows)
        program.col_cost_ = self._effort
        program.col_lower_ = program.col_upper_ = np.zeros(2 * self._atoms)
        program.row_lower_ = np.full(len(rows), -highspy.kHighsInf)
        program.row_upper_ = np.full(len(rows), highspy.kHighsInf)
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.start_ = np.cumsum([0, *(2 * len(row) for row in rows)])
        matrix.index_ = np.concatenate(
            [part for index, _ in self._rows for part in (index, index + self._atoms)]
        )
        matrix.value_ = np.concatenate(
            [part for _, weight in self._rows for part in (weight, -weight)]
        )
        model.passModel(program)
        return model

    def room(self, unit: float, left: Mapping[int, tuple[float, float]]) -> tuple[Floats, Floats]:
        """Say how far each atom may sink and rise, in units; ``left`` says it of some otherwise."""
        down, up = self._down.copy(), self._up.copy()
        for atom, (down_left, up_left) in left.items():
            down[atom], up[atom] = down_left, up_left
        return short(down / unit), short(up / unit)

    def furthest(self, goal: int, unit: float, left: Mapping[int, tuple[float, float]]) -> Movement:
        """Move the row ``goal`` up as far as it goes, at most a hair further than one ``unit``.

        The unit is the movement that is needed, and what everything is measured in.
        """
        down, up = self.room(unit, left)
        self._bound(goal, unit, down, up)
        index, weight = self._rows[goal]
        both = np.concatenate([index, index + self._atoms])
        pull = np.concatenate([-weight, weight])
        self._model.changeColsCost(len(both), both, pull + EFFORT)
        moved = self._moved(goal, down, up)
        if not moved.enough:
            # without the cost of moving, for the last bit of the way and for who holds it
            self._model.changeColsCost(len(self._every), self._every, np.zeros(len(self._every)))
            self._model.changeColsCost(len(both), both, pull)
            moved = self._moved(goal, down, up)
        self._model.changeColsCost(len(self._every), self._every, self._effort)
        return moved

    def _bound(self, goal: int, unit: float, down: Floats, up: Floats) -> None:
        """Set all bounds for one question."""
        rows = len(self._rows)
        low, high = np.full(rows, -highspy.kHighsInf), np.full(rows, highspy.kHighsInf)
        low[: self._sums] = np.where(self.shown, -short(self._below / unit), -highspy.kHighsInf)
        high[: self._sums] = np.where(self.shown, short(self._above / unit), highspy.kHighsInf)
        high[goal] = 1 + 2 * HAIR
        self._model.changeRowsBounds(rows, np.arange(rows, dtype=np.int32), low, high)
        self._model.changeColsBounds(
            len(self._every), self._every, np.zeros(len(self._every)), np.concatenate([up, down])
        )
        self._low, self._high = low, high

    def _moved(self, goal: int, down: Floats, up: Floats) -> Movement:
        """Run the solver, and look at what it says before believing it."""
        nowhere = np.zeros(self._atoms)
        status = self._model.run()
        optimal = self._model.getModelStatus() == highspy.HighsModelStatus.kOptimal
        if status != highspy.HighsStatus.kOk or not optimal:
            self._model.clearSolver()
            return Movement(enough=False, reach=0.0, by=nowhere)
        solution = self._model.getSolution()
        values = np.asarray(solution.col_value)
        by = values[: self._atoms] - values[self._atoms :]
        sums = np.array([float(weight @ by[index]) for index, weight in self._rows])
        slip = max(
            np.max(self._low - sums, initial=0.0),
            np.max(sums - self._high, initial=0.0),
            np.max(-down - by, initial=0.0),
            np.max(by - up, initial=0.0),
        )
        reach = float(sums[goal])
        duals = np.abs(np.asarray(solution.row_dual)[: self._sums])
        held = tuple(int(row) for row in np.flatnonzero(duals > HAIR))
        fits = slip <= 10 * TOLERANCE * max(1.0, float(np.max(np.abs(by), initial=0.0)))
        return Movement(fits and reach >= 1 + HAIR, reach, by, held)


def short(room: Floats) -> Floats:
    """Take a hair off what room there is; a hair is none, and there is an end to it."""
    return np.clip(room - HAIR, 0.0, FAR)
