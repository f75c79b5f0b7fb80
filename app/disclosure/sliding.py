"""Movements that leave every published sum exactly as it is, found without a linear program.

The projection of a goal on all such movements is one of them. Where it goes too far for some value,
cutting it off there and projecting again, a few times, mostly finds one that fits. Standing still
of one more atom is a correction of rank one, so that one matrix answers for every insider at once.
What is found here is a proof; what is not found here may exist all the same.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from app.disclosure.region import HAIR, TOLERANCE, Floats

SAME: Final = 1e-12
"""What counts as nothing beside the largest of its kind."""
ENOUGH: Final = 1 + 2 * HAIR
ROUNDS: Final = 100
"""After so many times of cutting off and projecting again the solver is quicker."""
FEWER_ROUNDS: Final = 20
WITHIN: Final = 0.7
"""How much of its room a value takes at first: others find some where it must stand still."""


class Sliding:
    """All movements that keep the sums, as a projection in which large values move more easily."""

    def __init__(self, sums: Floats, ease: Floats) -> None:
        """Find them. An atom with no ``ease`` does not move."""
        turned, sizes, _ = np.linalg.svd((sums * ease).T, full_matrices=False)
        self._basis = turned[:, sizes > SAME * np.max(sizes, initial=0.0)]
        self._sums, self._ease = csr_array(sums), ease
        self._inverse = np.where(ease > 0, 1 / np.where(ease > 0, ease, 1.0), 0.0)
        free = np.eye(len(ease)) - self._basis @ self._basis.T
        self._project = ease[:, None] * free * ease
        own = self._project.diagonal()
        free_to_go = own > SAME * np.max(own, initial=0.0)
        self._own = np.where(free_to_go, own, np.inf)

    def _kept(self, by: Floats) -> Floats:
        """Change movements, a column each, so little as may be until they keep the sums."""
        scaled = (by.T * self._inverse).T
        scaled -= self._basis @ (self._basis.T @ scaled)
        return (scaled.T * self._ease).T

    def _slips(self, by: Floats) -> NDArray[np.bool_]:
        slips: NDArray[np.bool_] = np.max(np.abs(self._sums @ by), axis=0, initial=0.0) > TOLERANCE
        return slips

    def _pull(self, goal: Floats) -> Floats | None:
        """Project a goal; None where the sums hold it entirely."""
        pull: Floats = self._project @ goal
        least = SAME * float(np.max(np.abs(goal)) * np.max(np.square(self._ease * (goal != 0))))
        return pull if goal @ pull > least else None

    def towards(self, goal: Floats, down: Floats, up: Floats) -> Floats | None:
        """Move the goal, whose weights these are, by what is needed; None where no way is found."""
        pull = self._pull(goal)
        if pull is None:
            return None
        pull *= ENOUGH / float(goal @ pull)
        by = pull
        for _ in range(ROUNDS):
            cut = np.clip(by, -WITHIN * down, WITHIN * up)
            if np.array_equal(cut, by):
                break
            by = self._kept(cut)
            by = by + pull * (1 - goal @ by / ENOUGH)
        fits = bool(np.all((-down <= by) & (by <= up))) and goal @ by >= 1 + HAIR
        return by if fits and not self._slips(by) else None

    def stands(self, by: Floats, goal: Floats, atoms: list[int], down: Floats, up: Floats) -> bool:
        """Say whether a movement still reaches the goal when these atoms stand still."""
        across = self._project[:, atoms]
        inner = np.linalg.pinv(across[atoms], rcond=SAME, hermitian=True)
        moved = by - across @ (inner @ by[atoms])
        moved[atoms] = 0.0
        reach = float(goal @ moved)
        if reach <= HAIR:
            return False
        moved *= ENOUGH / reach
        fits = bool(np.all((-down <= moved) & (moved <= up)))
        return fits and not self._slips(moved)

    def standing(
        self, by: Floats, goal: Floats, atoms: NDArray[np.intp], down: Floats, up: Floats
    ) -> NDArray[np.bool_]:
        """Say of each of these atoms whether the goal is reached when it alone stands still."""
        answered = np.zeros(len(atoms), dtype=np.bool_)
        pull = self._pull(goal)
        if pull is None:
            return answered
        moved = by[:, None] - (self._project[:, atoms] / self._own[atoms]) * by[atoms]
        waiting = np.arange(len(atoms))
        for _ in range(FEWER_ROUNDS):
            moved = self._upright(moved, goal, pull, atoms[waiting])
            fits = np.all((moved >= -down[:, None]) & (moved <= up[:, None]), axis=0)
            fits &= (goal @ moved >= 1 + HAIR) & ~self._slips(moved)
            fits &= np.abs(moved[atoms[waiting], np.arange(len(waiting))]) <= TOLERANCE
            answered[waiting[fits]] = True
            waiting, moved = waiting[~fits], moved[:, ~fits]
            if not len(waiting):
                break
            moved = self._kept(np.clip(moved, -WITHIN * down[:, None], WITHIN * up[:, None]))
        return answered

    def _upright(
        self, moved: Floats, goal: Floats, pull: Floats, atoms: NDArray[np.intp]
    ) -> Floats:
        """Bring each movement back to the goal and its atom to a stand, keeping the sums."""
        columns = np.arange(len(atoms))
        missing, standing = ENOUGH - goal @ moved, -moved[atoms, columns]
        size, across = float(goal @ pull), pull[atoms]
        own = np.where(np.isfinite(self._own[atoms]), self._own[atoms], 0.0)
        determinant = size * own - across**2
        possible = determinant > SAME * size * own
        safe = np.where(possible, determinant, 1.0)
        along = np.where(possible, (missing * own - standing * across) / safe, missing / size)
        aside = np.where(possible, (standing * size - missing * across) / safe, 0.0)
        upright: Floats = moved + pull[:, None] * along + self._project[:, atoms] * aside
        return upright
