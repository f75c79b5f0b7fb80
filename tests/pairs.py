"""Takes steps in two services with one history, and compares each answer to anybody but the north.

Ids are counted, so that both hand out the same; times and what is made of them are blanked.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import product
from random import Random
from typing import Any, ClassVar
from uuid import uuid5

from answers import at
from anyio.from_thread import BlockingPortal
from conftest import NORTH, SOUTH
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from let_out import LetOut
from members import member
from twins import FAMILY, Twin, Who, blanked, spent
from walk import addresses_of

from app.vocabulary import Role

OTHERS: tuple[Who, ...] = (
    *((role, None) for role in Role if role.of_consortium),
    (Role.SUPERINTENDENT, SOUTH),
    (Role.BOARD_MEMBER, SOUTH),
    (Role.DATA_STEWARD, SOUTH),
    (Role.PLANNER, SOUTH),
    (Role.VIEWER, NORTH),
    (Role.SUPERINTENDENT, member(5)),
    None,
)
MEMBERS: tuple[Who, ...] = ((Role.SUPERINTENDENT, SOUTH), (Role.SUPERINTENDENT, member(5)))
STEWARD, ANALYST = (Role.DATA_STEWARD, NORTH), (Role.ANALYST, None)
HEAD = (Role.SUPERINTENDENT, NORTH)
OWN = {STEWARD, HEAD}
"""Who is told what the north answers."""
OF_RELEASE = re.compile("/v1/releases/[^/?]+")
SPENDING = [spent(place) for place in range(500)]
ANSWERS: dict[str, list[dict[str, Any]]] = {
    "expenditure": [{"value": n} for n in range(5000, 7000)],
    "students-per-teacher": [{"numerator": n, "denominator": 11} for n in range(150, 250)],
    "advisory": [{"level": n} for n in range(1, 5)],
    "who-coaches": [{"option": word} for word in ("a colleague", "the principal", "nobody")],
    "survey": [{"yes": False}, {"yes": True}],
    "learned": [{"text": words} for words in ("Much.", "Little.", "That a quagga is odd.")],
    **{code: [each[code] for each in SPENDING] for code in FAMILY},
}
"""What the north may answer: nobody's figure stands out."""
ALONE = [code for code in ANSWERS if code not in FAMILY]
UNITS: list[tuple[str, ...]] = [*((code,) for code in ALONE), FAMILY]
"""What is answered at once, since it adds up."""


@dataclass
class Course:
    """How far a round has come: of which items the north's own answers were entered, and counted.

    They are those to which it answers one thing in one service and another in the other.
    """

    round: dict[str, Any]
    stage: str = "open"
    fresh: bool = False
    entered: set[str] = field(default_factory=set)
    counted: set[str] = field(default_factory=set)
    plans: list[str] = field(default_factory=list)
    releases: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Give the address of the round."""
        return f"/v1/rounds/{self.round['id']}"

    def at(self, district: Any = NORTH) -> str:
        """Give the address of what a district does with it."""
        return at(self.round, district)


class Pair(RuleBasedStateMachine):
    """Takes each step in both services; ``salt`` tells its sequences from those of another test."""

    twins: tuple[Twin, Twin]
    portal: BlockingPortal
    salt: ClassVar[int]
    steps: ClassVar[Counter[str]]
    done: ClassVar[Counter[str]]
    compared: ClassVar[Counter[str]]
    ways: ClassVar[tuple[str, ...]]
    """What is done, some of it more often."""

    def __init__(self) -> None:
        super().__init__()
        self.turned: dict[str, int] = {}
        self.let_out = LetOut()
        self.asked = 0
        self.known: list[str] = []

    @initialize(number=st.integers(0, 2**40))
    def begin(self, number: int) -> None:
        for twin in self.twins:
            self.portal.call(twin.begun)
        dice = self.dice(number)
        self.courses = [Course(each) for each in self.twins[0].rounds]
        self.course = self.courses[-1]
        for unit in UNITS:
            turn = dice.randrange(len(ANSWERS[unit[0]]))
            self.turned |= dict.fromkeys(unit, turn)
        self.let_out.turned = {code for code, turn in self.turned.items() if turn}
        self.quantiles, self.place = dice.random() < 0.5, dice.randrange(10_000)
        self.under_way(dice)

    def under_way(self, dice: Random) -> None:
        """Take first steps."""

    def dice(self, number: int) -> Random:
        """Make of a number what else a step asks for."""
        return Random(f"{self.salt} {self.asked} {number}")  # noqa: S311 - it makes examples

    @rule(number=st.integers(0, 2**40))
    def take(self, number: int) -> None:
        """Take a step, most often in the later round."""
        dice = self.dice(number)
        self.course = self.courses[dice.random() < 0.7]
        getattr(self, dice.choice(self.ways))(dice)

    def both(
        self, who: Who, method: str, path: str, one: Any = None, two: Any = None
    ) -> tuple[Any, Any]:
        """Ask both the same, but for a body; who is not of the north is answered the same."""
        self.asked += 1
        key = str(uuid5(NORTH, f"request {self.asked}"))
        headers = {"Idempotency-Key": key} if method == "POST" else {}
        first, second = (
            self.portal.call(twin.asked, who, method, path, {"headers": headers, "json": body})
            if body is not None
            else self.portal.call(twin.asked, who, method, path, {"headers": headers})
            for twin, body in zip(self.twins, (one, one if two is None else two), strict=True)
        )
        assert first.status_code < 500, (path, first.text)
        if who in OWN:
            assert first.status_code == second.status_code, (path, first.text, second.text)
        else:
            self.compare((who, method, path), path, first, second)
        return first, second

    def ask(self, who: Who, method: str, path: str, one: Any = None, two: Any = None) -> Any:
        """Ask both, and go by what the first says."""
        return self.both(who, method, path, one, two)[0]

    def compare(self, what: Any, path: str, first: Any, second: Any) -> None:
        """Insist that both answer the same, but for what was let out."""
        one, two = blanked(first), blanked(second)
        if self.let_out.concerns(path) and first.is_success:
            assert one[:2] == two[:2], (what, one, two)
            agreed = self.let_out.agree(path, one[2], two[2])
            assert agreed, (what, self.let_out, *apart(one[2], two[2]))
            why = "a consent" if "shared-answers" in path else "a release"
            self.compared[f"but for {why}"] += 1
            self.compared[f"told apart by {why}"] += one != two
        else:
            assert one == two, (what, self.let_out, *apart(one[2], two[2]))
            self.compared["whole"] += 1

    def took(self, name: str, answer: Any) -> bool:
        """Count a step that was taken, and read on at the next address, as the next of the others."""
        self.steps[name] += 1
        self.done[name] += answer.is_success
        if answer.status_code == 201:
            self.known = []
        self.place += 1
        addresses, who = self.addresses(), OTHERS[self.place % len(OTHERS)]
        self.ask(who, "GET", addresses[self.place * 31 % len(addresses)])
        return bool(answer.is_success)

    def addresses(self) -> list[str]:
        """List what can be read; there is more after what was made."""
        if not self.known:
            first = self.twins[0]
            self.known = self.portal.call(addresses_of, first.app, first.owner, 2)
        return self.known

    def read(self, dice: Random) -> None:
        """Read at a handful of addresses, as anybody else."""
        who = dice.choice(OTHERS)
        for path in self.addresses()[dice.randrange(80) :: 80]:
            answer = self.ask(who, "GET", path)
        self.steps["read"] += 1
        self.done["read"] += answer.is_success

    def teardown(self) -> None:
        """Read every other address, each as one of the others, and what was released last as a few."""
        if not hasattr(self, "courses"):
            return
        first = self.twins[0]
        released = [each.releases[-1] for each in self.courses if each.releases]
        for place, path in enumerate(self.portal.call(addresses_of, first.app, first.owner, 1)):
            if place % 2 == self.place % 2:
                self.ask(OTHERS[(place // 2 + self.place) % len(OTHERS)], "GET", path)
            for id_, who in product(released, (ANALYST, *MEMBERS)):
                if OF_RELEASE.match(path):
                    self.ask(who, "GET", OF_RELEASE.sub(f"/v1/releases/{id_}", path))


def apart(one: bytes, two: bytes) -> tuple[bytes, bytes]:
    """Cut two bodies out around where they first differ."""
    first = next(
        (at for at, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]), 0
    )
    return one[max(0, first - 200) : first + 200], two[max(0, first - 200) : first + 200]
