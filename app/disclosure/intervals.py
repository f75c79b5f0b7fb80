"""Sums that are withheld, and how near others bring an attacker to them (DR-08).

A sum that DR-03 finds sensitive is not published; other sums can say nearly the same. An attacker
knows every published sum as it was rounded, that no value lies beyond its public bounds, and, as an
insider, the values of its own administration. The highest that remains possible is its best upper
estimate of the largest contributor, and must stay p percent above the truth. What it may make of
the withheld sum less its own share is an estimate of the same, and never a nearer one.

Findings depend on values, and are for nobody but the vault.

Complementary suppression by intervals: of the figures that bind an attacker's estimate the lowest
in the public order is withheld, until every sensitive sum is safe; then each is given back without
which all of them are still safe. The order is the caller's, and does not depend on values.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from app.disclosure.attack import Attack
from app.disclosure.attackers import Attacker, Finding, Sum
from app.disclosure.dominance import Exact
from app.disclosure.figures import Column, Figure, Name
from app.disclosure.verdict import Protection


def interval_audit(
    published: Sequence[Sum],
    sensitive: Sequence[Figure],
    values: Mapping[Column, Exact],
    attacker: Attacker,
) -> tuple[Finding, ...]:
    """Say of each sensitive sum whether the published ones leave enough open about it.

    A value that is not in ``values`` counts as known to everybody. Raises OutOfBoundsError for one
    beyond the public bounds, and ValueError for a published sum that its values do not come to.
    """
    attack = Attack(published, sensitive, values, attacker)
    return tuple(attack.finding(place) for place in range(len(sensitive)))


def protect(
    published: Sequence[Sum],
    sensitive: Sequence[Figure],
    values: Mapping[Column, Exact],
    attacker: Attacker,
    fixed: Sequence[Sum] = (),
) -> Protection:
    """Withhold figures of ``published``, the highest in public order first, until all is safe.

    ``fixed`` are sums that are out already. Sums under one key are withheld together. Raises what
    ``interval_audit`` does.
    """
    plan = Plan(published, sensitive, values, attacker, fixed)
    for place in range(len(sensitive)):
        plan.make_safe(place)
    plan.give_back()
    return plan.protection()


class Plan:
    """Figures on their way to being published or withheld."""

    def __init__(
        self,
        published: Sequence[Sum],
        sensitive: Sequence[Figure],
        values: Mapping[Column, Exact],
        attacker: Attacker,
        fixed: Sequence[Sum],
    ) -> None:
        self._attack = Attack([*fixed, *published], sensitive, values, attacker)
        self._rows: defaultdict[Name, list[int]] = defaultdict(list)
        for row, each in enumerate(published, start=len(fixed)):
            self._rows[each.figure.key].append(row)
        out = {each.figure.key for each in fixed}
        self._rank = {key: rank for rank, key in enumerate(self._rows) if key not in out}
        self._names = [figure.key for figure in sensitive]
        self._withheld: set[Name] = set()
        self._for: dict[Name, int] = {}
        self._for_good: set[Name] = set()
        self._unprotected: list[int] = []

    def _show(self, key: Name, shown: bool) -> None:
        for row in self._rows[key]:
            self._attack.show(row, shown)
        (self._withheld.discard if shown else self._withheld.add)(key)

    def make_safe(self, place: int) -> None:
        """Withhold figures until one sensitive sum is safe, or nothing is left that binds it."""
        given: list[Name] = []
        while not (finding := self._attack.finding(place)).safe:
            binding = [key for key in finding.held if key in self._rank]
            if not binding:
                self._unprotected.append(place)
                self._for_good.update(given)
                return
            given.append(max(binding, key=self._rank.__getitem__))
            self._for[given[-1]] = place
            self._show(given[-1], shown=False)

    def give_back(self) -> None:
        """Show again, the highest in rank first, whatever leaves all that is safe safe."""
        safe = [place for place in range(len(self._names)) if place not in self._unprotected]
        for key in sorted(self._withheld - self._for_good, key=self._rank.__getitem__):
            self._show(key, shown=True)
            # whom it was withheld for is the likeliest to need it
            if not all(self._attack.finding(place).safe for place in [self._for[key], *safe]):
                self._show(key, shown=False)

    def protection(self) -> Protection:
        """Say what came of it."""
        withheld = sorted(self._withheld, key=self._rank.__getitem__)
        return Protection(tuple(withheld), tuple(self._names[each] for each in self._unprotected))
