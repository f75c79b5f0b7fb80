"""Two services with one history, in which only what the north answers differs: nobody else can tell.

Whatever is done in whatever order, each answer to anybody else is the same in both. Ids are counted,
so that both hand out the same; times and what is made of them are blanked. What a release lets out
is computed from all answers: its figures are the one exception, in the groups the north belongs to.
"""

import os
import re
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from answers import FULL, at, attested, rows
from anyio.from_thread import BlockingPortal, start_blocking_portal
from conftest import BASE_URL, NORTH, SECRETS, SOUTH, emptied, enrolled, prepared, put, utc
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from hypothesis.stateful import run_state_machine_as_test as run
from members import join, member, secret
from paths import adopted_topic, an_instrument, open_round
from slow import slow
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from ten import GROUPS, TEN, answers_of
from walk import addresses_of

from app.identity.verifier import Verifier
from app.main import create_app
from app.policy.house import house as open_house
from app.vocabulary import Role

STEPS = 50
EXAMPLES = int(os.environ.get("C34_TWINS", "3"))
"""How many sequences are taken; ``C34_TWINS=200`` takes more than 5,000 steps."""
OTHERS = (
    *((role, None) for role in Role if role.of_consortium),
    (Role.SUPERINTENDENT, SOUTH),
    (Role.DATA_STEWARD, SOUTH),
    (Role.PLANNER, SOUTH),
    (Role.VIEWER, NORTH),
    (Role.SUPERINTENDENT, member(5)),
)
BLANK = re.compile(
    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)"
    rb'|"(cursor|next_cursor)":"[^"]*"|[0-9a-f]{64}|"signature":"[^"]*"|(?<=cursor=)[^&"]*'
)
"""Times, places in a feed, and what is hashed or signed with a time in it."""
DRAFT = {"quantiles": False, "prevalence": False, "trends": False}


class Twin:
    """One of the two services."""

    def __init__(self, app: FastAPI, owner: AsyncEngine, patch: pytest.MonkeyPatch) -> None:
        self.app, self.owner, self.patch = app, owner, patch
        self.ids = count()

    def caller(self, role: Role, place: UUID | None = None) -> AsyncClient:
        further = place is not None and place.int > 100
        key = secret(role, place) if further else SECRETS[role, place]
        return AsyncClient(
            transport=ASGITransport(self.app, raise_app_exceptions=False),
            base_url=BASE_URL,
            headers={"Authorization": f"Bearer {key.shown}"},
        )

    def counted(self) -> None:
        """Have ids counted from here on: those of this service."""
        self.patch.setattr(
            "app.db.uuid7", lambda: UUID(int=0x0198C0DE00007000800000000000000 + next(self.ids))
        )

    async def begun(self) -> dict[str, Any]:
        """A round that nine of ten have answered, and the north has not."""
        self.ids = count()
        self.counted()
        self.app.state.house.recorder._windows.clear()
        await emptied(self.owner)
        await enrolled(self.owner)
        for number in range(1, 9):
            await join(partial(put, self.owner), number)
        topic = await adopted_topic(self.caller, code="adults")
        instrument = await an_instrument(self.caller, topic_id=topic["id"], code="resources")
        round_ = await open_round(self.caller, instrument=instrument, groups=GROUPS, review_days=0)
        for place, district in enumerate(TEN):
            if district != NORTH:
                await attested(self.caller, round_, answers_of(place), district)
        return round_

    async def asked(self, who: tuple[Role, UUID | None], method: str, path: str, how: Any) -> Any:
        self.counted()
        async with self.caller(*who) as caller:
            return await caller.request(method, path, **how)


def blanked(answer: Response) -> tuple[int, bytes]:
    """Give an answer without what differs whatever is answered."""
    body = answer.content.replace(answer.headers["x-request-id"].encode(), b"")
    return answer.status_code, BLANK.sub(b"", body)


def figure(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least, most)


ANSWERS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "expenditure": figure(5000, 7000).map(lambda n: {"value": n}),
    "students-per-teacher": figure(150, 250).map(lambda n: {"numerator": n, "denominator": 11}),
    "advisory": figure(1, 4).map(lambda n: {"level": n}),
    "who-coaches": st.sampled_from(["a colleague", "the principal", "nobody"]).map(
        lambda word: {"option": word}
    ),
    "survey": st.booleans().map(lambda yes: {"yes": yes}),
    "learned": st.sampled_from(["Much.", "Little.", "That a quagga is odd."]).map(
        lambda words: {"text": words}
    ),
}
"""What the north may answer; both services take each."""
STEWARD = (Role.DATA_STEWARD, NORTH)
ANALYST = (Role.ANALYST, None)


class Pair(RuleBasedStateMachine):
    """Takes each step in both services."""

    twins: tuple[Twin, Twin]
    portal: BlockingPortal
    taken = 0
    compared = 0

    def __init__(self) -> None:
        super().__init__()
        self.last: dict[str, tuple[Any, Any]] = {}
        self.plan: str | None = None
        self.released = False
        self.known: list[str] = []

    @initialize()
    def begin(self) -> None:
        rounds = [self.portal.call(twin.begun) for twin in self.twins]
        assert rounds[0]["id"] == rounds[1]["id"]
        self.round = rounds[0]

    def ask(self, who: Any, method: str, path: str, one: Any = None, two: Any = None) -> Any:
        """Ask both the same, but for a body; who is not of the north is answered the same."""
        headers = {"Idempotency-Key": str(uuid4())} if method == "POST" else {}
        first, second = (
            self.portal.call(
                twin.asked, who, method, path, {"headers": headers} | ({"json": b} if b else {})
            )
            for twin, b in zip(self.twins, (one, one if two is None else two), strict=True)
        )
        if who != STEWARD:
            assert blanked(first) == blanked(second), (who, method, path)
            type(self).compared += 1
        assert first.status_code == second.status_code, (path, first.text, second.text)
        assert first.status_code < 500, (path, first.text)
        if method != "GET":
            self.known = []
        return first

    def another(self, item: str, which: int) -> st.SearchStrategy[dict[str, Any]]:
        """An answer that is not the last one of a service."""
        last = self.last.get(item, (None, None))[which]
        return ANSWERS[item].filter(lambda each: each != last)

    def step(self) -> None:
        type(self).taken += 1

    @rule(data=st.data(), item=st.sampled_from(sorted(ANSWERS)))
    def enter(self, data: st.DataObject, item: str) -> None:
        """That an answer is another than before is told by its version; what it is, is not."""
        self.step()
        pair = tuple(data.draw(self.another(item, which)) for which in (0, 1))
        path = f"{at(self.round)}/answers/{item}"
        if self.ask(STEWARD, "PUT", path, *pair).status_code in {200, 201}:
            self.last[item] = pair

    @rule(data=st.data())
    def enter_all(self, data: st.DataObject) -> None:
        self.step()
        pairs = [
            {code: data.draw(self.another(code, which)) for code in ANSWERS} for which in (0, 1)
        ]
        bodies = [{"items": rows(FULL | each)} for each in pairs]
        if self.ask(STEWARD, "POST", f"{at(self.round)}/answers/batch", *bodies).is_success:
            self.last = {code: (pairs[0][code], pairs[1][code]) for code in ANSWERS}

    @rule()
    def attest(self) -> None:
        self.step()
        self.ask(STEWARD, "POST", f"{at(self.round)}/submission/attest")

    @rule(one=st.sampled_from(["Why not.", "Time."]), two=st.sampled_from(["Why.", "No time."]))
    def withdraw(self, one: str, two: str) -> None:
        self.step()
        path = f"{at(self.round)}/submission/withdraw"
        self.ask(STEWARD, "POST", path, {"reason": one}, {"reason": two})

    @rule(verb=st.sampled_from(["close", "review", "lock", "open", "review"]))
    def advance(self, verb: str) -> None:
        self.step()
        self.ask(ANALYST, "POST", f"/v1/rounds/{self.round['id']}/{verb}")

    @rule(value=figure(5000, 7000))
    def another_enters(self, value: int) -> None:
        self.step()
        who = (Role.DATA_STEWARD, SOUTH)
        path = f"{at(self.round, SOUTH)}/answers/expenditure"
        self.ask(who, "PUT", path, {"value": value})

    @rule()
    def draft(self) -> None:
        """Which means go out depends on who answered, here where nobody's figure stands out."""
        self.step()
        answer = self.ask(ANALYST, "POST", f"/v1/rounds/{self.round['id']}/release-plans", DRAFT)
        if answer.status_code == 201:
            self.plan = answer.json()["id"]

    @rule(data=st.data())
    def read(self, data: st.DataObject) -> None:
        """Read at a handful of addresses, as anybody else."""
        self.step()
        if not self.known:
            first = self.twins[0]
            self.known = self.portal.call(addresses_of, first.app, first.owner, 2)
        who = data.draw(st.sampled_from(OTHERS))
        start = data.draw(st.integers(0, 9))
        for path in self.known[start::10]:
            self.ask(who, "GET", path)

    def teardown(self) -> None:
        """Read everything, as who sees most."""
        if hasattr(self, "round"):
            first = self.twins[0]
            for path in self.portal.call(addresses_of, first.app, first.owner, 1):
                for who in (ANALYST, (Role.SUPERINTENDENT, SOUTH)):
                    self.ask(who, "GET", path)


@slow
def test_no_sequence_of_actions_tells_anybody_what_a_district_answers(
    server, master_keys, issuer, monkeypatch
):
    with start_blocking_portal("asyncio") as portal:
        twins, houses, engines = [], [], []
        for name in ("one", "two"):
            addresses = portal.call(prepared, server, f"twin_{name}")
            house = portal.wrap_async_context_manager(
                open_house(
                    url=addresses.app,
                    release_url=addresses.release,
                    keys=master_keys,
                    issuer=issuer,
                    verifier=Verifier([issuer.trusted()], utc),
                )
            )
            app = create_app(lambda: None, issuer)
            app.state.house = house.__enter__()
            houses.append(house)
            engines.append(create_async_engine(addresses.owner))
            twins.append(Twin(app, engines[-1], monkeypatch))
        Pair.twins, Pair.portal = tuple(twins), portal
        try:
            run(
                Pair,
                settings=settings(
                    max_examples=EXAMPLES,
                    stateful_step_count=STEPS,
                    deadline=None,
                    derandomize=True,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            for house in houses:
                house.__exit__(None, None, None)
            for engine in engines:
                portal.call(engine.dispose)
    assert Pair.taken >= 20 * EXAMPLES
    assert Pair.compared > Pair.taken, (Pair.compared, Pair.taken)
