"""Two services with one history, in which only what the north answers differs: nobody else can tell.

Whatever is done in whatever order, each answer to anybody else is the same in both, whole: status,
headers and body. Ids are counted, so that both hand out the same; times and what is made of them
are blanked. What a release lets out is computed from all answers, and is the one exception:
``let_out`` says how far it goes.

Each item's answers are turned by so many places in the second service, so that an answer is given
again unchanged in one when it is in the other: that it was is told (DR-09). An item that is not
turned is answered alike in both, and must be told alike, in releases too.
"""

import os
from collections import Counter
from http import HTTPStatus
from typing import Any, ClassVar
from uuid import uuid5

import pytest
from answers import FULL, at, rows
from anyio.from_thread import BlockingPortal, start_blocking_portal
from conftest import NORTH, SOUTH
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from hypothesis.stateful import run_state_machine_as_test as run
from let_out import LetOut
from members import member
from twins import Twin, Who, blanked, same_in_both, two_services
from walk import addresses_of

from app.vocabulary import Role

AT_LENGTH = "C34_SLOW" in os.environ
SEQUENCES, LENGTH, FEWEST = (48, 110, 5000) if AT_LENGTH else (2, 40, 40)
"""How many sequences of how many steps are tried, and how many steps are taken at least."""
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
ANSWERS: dict[str, list[dict[str, Any]]] = {
    "expenditure": [{"value": n} for n in range(5000, 7000)],
    "students-per-teacher": [{"numerator": n, "denominator": 11} for n in range(150, 250)],
    "advisory": [{"level": n} for n in range(1, 5)],
    "who-coaches": [{"option": word} for word in ("a colleague", "the principal", "nobody")],
    "survey": [{"yes": False}, {"yes": True}],
    "learned": [{"text": words} for words in ("Much.", "Little.", "That a quagga is odd.")],
}
"""What the north may answer: nobody's figure stands out."""
NUMBERS = {"expenditure", "students-per-teacher"}
WHY = {"reason": "Counted again."}
VERBS = ("open", "close", "review", "lock", "publish")
NEXT = {"open": "close", "closed": "review", "in_review": "lock", "published": "reopen"}
STEPS = [
    *("enter", "enter", "enter", "enter_all", "enter_all", "leave_out", "attest", "attest"),
    *("attest", "withdraw", "advance", "advance", "advance", "misstep", "another_enters"),
    *("others_correct", "others_correct", "draft", "draft", "publish", "retract", "audit"),
    *("read", "read"),
]
"""What is done, some of it more often."""


class Pair(RuleBasedStateMachine):
    """Takes each step in both services."""

    twins: tuple[Twin, Twin]
    portal: BlockingPortal
    steps: ClassVar[Counter[str]] = Counter()
    done: ClassVar[Counter[str]] = Counter()
    compared: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.turned: dict[str, int] = {}
        self.let_out = LetOut()
        self.counted: set[str] = set()
        self.entered: set[str] = set()
        self.stage, self.asked, self.fresh = "open", 0, False
        self.plans: list[str] = []
        self.releases: list[str] = []
        self.known: list[str] = []

    @initialize(
        turns=st.fixed_dictionaries(
            {code: st.integers(0, len(each) - 1) for code, each in ANSWERS.items()}
        ),
        quantiles=st.booleans(),
        place=st.integers(0, 10_000),
    )
    def begin(self, turns: dict[str, int], quantiles: bool, place: int) -> None:
        for twin in self.twins:
            self.portal.call(twin.begun)
        self.round = self.twins[0].round
        self.path = f"/v1/rounds/{self.round['id']}"
        self.turned, self.quantiles, self.place = turns, quantiles, place

    def ask(self, who: Who, method: str, path: str, one: Any = None, two: Any = None) -> Any:
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
        if who == STEWARD:
            assert first.status_code == second.status_code, (path, first.text, second.text)
        else:
            self.compare((who, method, path), path, first, second)
        return first

    def compare(self, what: Any, path: str, first: Any, second: Any) -> None:
        """Insist that both answer the same, but for what a release let out."""
        one, two = blanked(first), blanked(second)
        if self.let_out.concerns(path) and first.is_success:
            assert one[:2] == two[:2], (what, one, two)
            agreed = self.let_out.agree(path, one[2], two[2])
            assert agreed, (what, self.let_out, *apart(one[2], two[2]))
            self.compared["but for a release"] += 1
            self.compared["told apart by a release"] += one != two
        else:
            assert one == two, (what, self.let_out, *apart(one[2], two[2]))
            self.compared["whole"] += 1

    def took(self, name: str, answer: Any) -> bool:
        """Count a step that was taken, and read on at the next address, as the next of the others."""
        self.steps[name] += 1
        self.done[name] += answer.is_success
        if answer.status_code == HTTPStatus.CREATED:
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

    def answer(self, code: str, place: int) -> tuple[Any, Any]:
        """Give an answer to an item as the one service takes it, and as the other."""
        all_ = ANSWERS[code]
        return tuple(all_[each % len(all_)] | WHY for each in (place, place + self.turned[code]))

    def answered(self, codes: set[str]) -> None:
        self.entered |= {code for code in codes if self.turned[code]}

    @rule(name=st.sampled_from(STEPS), number=st.integers(0, 10**9))
    def take(self, name: str, number: int) -> None:
        """Take a step; what it is done with is a digit or more of a number."""
        getattr(self, name)(number)

    def enter(self, number: int) -> None:
        item = sorted(ANSWERS)[number % len(ANSWERS)]
        answer = self.ask(
            STEWARD, "PUT", f"{at(self.round)}/answers/{item}", *self.answer(item, number // 7)
        )
        if self.took("enter", answer):
            self.answered({item})

    def enter_all(self, number: int) -> None:
        pairs = {code: self.answer(code, number // 7**place) for place, code in enumerate(ANSWERS)}
        bodies = [
            {"items": rows(FULL | {code: each[which] for code, each in pairs.items()})}
            for which in (0, 1)
        ]
        answer = self.ask(STEWARD, "POST", f"{at(self.round)}/answers/batch", *bodies)
        if self.took("enter all", answer):
            self.answered(set(ANSWERS))

    def leave_out(self, number: int) -> None:
        """That there is no answer is told by the counts, so there is none in either."""
        path = f"{at(self.round)}/answers/{sorted(ANSWERS)[number % len(ANSWERS)]}"
        body = {"status": "not_collected", "comment": "Nobody counted."} | WHY
        self.took("leave out", self.ask(STEWARD, "PUT", path, body))

    def attest(self, _number: int) -> None:
        if self.took("attest", self.ask(STEWARD, "POST", f"{at(self.round)}/submission/attest")):
            self.counted |= self.entered

    def withdraw(self, number: int) -> None:
        one, two = {"reason": "Why not."}, {"reason": ("Why not.", "No time.")[number % 2]}
        path = f"{at(self.round)}/submission/withdraw"
        if self.took("withdraw", self.ask(STEWARD, "POST", path, one, two)):
            self.counted = set()

    def advance(self, number: int) -> None:
        """Take the next step of the round, which from a lock is a plan and then a release."""
        if self.stage == "locked":
            (self.publish if self.fresh else self.draft)(number)
            return
        verb = NEXT[self.stage]
        body = WHY if verb == "reopen" else None
        self.moved("advance", self.ask(ANALYST, "POST", f"{self.path}/{verb}", body))

    def misstep(self, number: int) -> None:
        verb = VERBS[number % len(VERBS)]
        self.moved("misstep", self.ask(ANALYST, "POST", f"{self.path}/{verb}"))

    def moved(self, name: str, answer: Any) -> None:
        if self.took(name, answer):
            self.stage = answer.json()["stage"]

    def another_enters(self, number: int) -> None:
        path = f"{at(self.round, SOUTH)}/answers/expenditure"
        body = {"value": 5000 + number % 2000} | WHY
        self.took("another enters", self.ask((Role.DATA_STEWARD, SOUTH), "PUT", path, body))

    def others_correct(self, number: int) -> None:
        """Four others do, who with the north are as many as a release waits for; or five."""
        for each in range(4 + number % 2, 9):
            who, path = (Role.DATA_STEWARD, member(each)), at(self.round, member(each))
            body = {"value": 5000 + (number + 7 * each) % 2000} | WHY
            answer = self.ask(who, "PUT", f"{path}/answers/expenditure", body)
            if answer.is_success:
                answer = self.ask(who, "POST", f"{path}/submission/attest")
            if not answer.is_success:
                break
        self.took("others correct", answer)

    def draft(self, number: int) -> None:
        """Plan a release: of means, shares and trends, or in some sequences of quantiles too."""
        looks = {"quantiles": self.quantiles and number % 2 == 1, "trends": number % 3 > 0}
        if looks["quantiles"] and self.stage == "locked":
            self.let_out.loose |= self.counted & NUMBERS
            self.let_out.told |= self.let_out.loose
        answer = self.ask(ANALYST, "POST", f"{self.path}/release-plans", looks)
        if self.took("draft", answer):
            self.plans.append(answer.json()["id"])
            self.fresh = True

    def publish(self, number: int) -> None:
        """Publish one of the last plans, which may be out of date, or published already."""
        if self.stage == "locked":
            self.let_out.told |= self.counted
        plan = self.plans[-1 - min(number % 4, len(self.plans) - 1)] if self.plans else str(NORTH)
        answer = self.ask(ANALYST, "POST", f"{self.path}/releases", {"plan_id": plan})
        if self.took("publish", answer):
            self.stage, self.fresh = "published", False
            self.releases.append(answer.json()["id"])

    def retract(self, number: int) -> None:
        """Retract a cell of the last release, that is published in both."""
        path = f"/v1/releases/{self.releases[-1] if self.releases else NORTH}"
        cells = [
            {
                each["id"]
                for each in self.portal.call(
                    twin.asked, ANALYST, "GET", f"{path}/cells?limit=200", {}
                )
                .json()
                .get("data", ())
                if each["status"] == "published"
            }
            for twin in self.twins
        ]
        both = sorted(cells[0] & cells[1])
        cell = both[number % len(both)] if both else str(SOUTH)
        answer = self.ask(ANALYST, "POST", f"{path}/cells/{cell}/retract", WHY)
        self.took("retract", answer)

    def audit(self, _number: int) -> None:
        release = self.releases[-1] if self.releases else NORTH
        who = (Role.AUDITOR, None)
        self.took("audit", self.ask(who, "POST", f"/v1/releases/{release}/audit"))

    def read(self, number: int) -> None:
        """Read at a handful of addresses, as anybody else."""
        who = OTHERS[number % len(OTHERS)]
        for path in self.addresses()[number // 17 % 80 :: 80]:
            answer = self.ask(who, "GET", path)
        self.steps["read"] += 1
        self.done["read"] += answer.is_success

    def teardown(self) -> None:
        """Read everything, each address as one of the others, and what was released as a few."""
        if not hasattr(self, "round"):
            return
        first = self.twins[0]
        for place, path in enumerate(self.portal.call(addresses_of, first.app, first.owner, 1)):
            self.ask(OTHERS[(place + self.place) % len(OTHERS)], "GET", path)
            if self.releases and path.startswith("/v1/releases/"):
                for who in (ANALYST, *MEMBERS):
                    self.ask(who, "GET", path)


def apart(one: bytes, two: bytes) -> tuple[bytes, bytes]:
    """Cut two bodies out around where they first differ."""
    first = next(
        (at for at, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]), 0
    )
    return one[max(0, first - 200) : first + 200], two[max(0, first - 200) : first + 200]


@pytest.fixture
def twins(server, master_keys, issuer, monkeypatch):
    """Two services over databases of their own."""
    same_in_both(monkeypatch)
    with start_blocking_portal("asyncio") as portal:
        opened = portal.wrap_async_context_manager(two_services(server, master_keys, issuer))
        with opened as pair:
            yield portal, pair


def test_no_sequence_of_actions_tells_anybody_what_a_district_answers(twins):
    Pair.portal, Pair.twins = twins
    assert Pair.twins[0].round["id"] == Pair.twins[1].round["id"]
    run(
        Pair,
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=LENGTH,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Pair.steps.total() >= FEWEST, (Pair.steps, Pair.done, Pair.compared)
    assert Pair.compared["whole"] > 2 * Pair.steps.total()
    if AT_LENGTH:
        assert {name for name, count in Pair.done.items() if count < 5} == set()
        assert Pair.compared["told apart by a release"] > 100
