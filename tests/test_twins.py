"""Two services with one history, in which only what the north answers differs: nobody else can tell.

Whatever is done in whatever order, each answer to anybody else is the same in both, whole: status,
headers and body. What a release lets out is computed from all answers, and what the north shows by
consent is its answer: these are the exceptions, and ``let_out`` says how far they go.

Each item's answers are turned by so many places in the second service, so that an answer is given
again unchanged in one when it is in the other: that it was is told (DR-09). An item that is not
turned is answered alike in both, and must be told alike, in releases too.
"""

import os
from collections import Counter
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test as run
from in_rounds import InRounds
from in_sharing import InSharing
from pairs import Pair
from twins import same_in_both, two_services

AT_LENGTH = "C34_SLOW" in os.environ
SALTS = range(2) if AT_LENGTH else range(1)
SEQUENCES, LENGTH, FEWEST = (26, 110, 2500) if AT_LENGTH else (2, 40, 40)
"""For each salt: how many sequences of how many steps are tried, and how many are taken at least."""
ONCE = ("leave", "wait", "leave_out", "withdraw", "misstep", "another_enters", "audit", "retract")
TWICE = ("enter", "others_correct", "draft", "publish", "revoke", "seek", "reply", "tell", "read")
MORE = ("enter_all", "attest", "look", "consent")
MOST = ("advance",)


class Both(InSharing, InRounds):
    """Takes every kind of step."""

    ways = (*ONCE, *TWICE * 2, *MORE * 3, *MOST * 6)


@pytest.fixture
def twins(server, master_keys, issuer, monkeypatch):
    """Two services over databases of their own."""
    same_in_both(monkeypatch)
    with start_blocking_portal("asyncio") as portal:
        opened = portal.wrap_async_context_manager(two_services(server, master_keys, issuer))
        with opened as pair:
            yield portal, pair


def prepared(made: type[Pair], twins: Any, salt: int) -> None:
    """Have a class take its steps in these services, and count them."""
    made.salt, (made.portal, made.twins) = salt, twins
    made.steps, made.done, made.compared = Counter(), Counter(), Counter()
    one, two = ([each["id"] for each in twin.rounds] for twin in made.twins)
    assert one == two


@pytest.mark.parametrize("salt", SALTS)
def test_no_sequence_of_actions_tells_anybody_what_a_district_answers(twins, salt):
    made = type("Sequences", (Both,), {})
    prepared(made, twins, salt)
    run(
        made,
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=LENGTH,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert made.steps.total() >= FEWEST, (made.steps, made.done, made.compared)
    assert made.compared["whole"] > 2 * made.steps.total()
    if AT_LENGTH:
        names = {each.replace("_", " ") for each in Both.ways} | made.steps.keys()
        assert {name for name in names if made.done[name] < 3} <= {"misstep"}
        assert made.compared["told apart by a release"] > 100
        assert made.compared["told apart by a consent"] > 5
