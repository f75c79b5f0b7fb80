"""May I, and why (not)?: the answer is that of the request itself, and nothing comes of asking."""

from uuid import UUID

import pytest
from conftest import NORTH, SOUTH
from paths import open_round, put_motion, scheduled_round, step, told
from planning import a_plan
from sqlalchemy import text

from app.explaining.states import ASKED, LEFT
from app.policy import Action
from app.policy.rulebook import CLAUSES
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
STEWARD = (Role.DATA_STEWARD, NORTH)
TAKES_ANSWERS = "Answers are entered while the round is open, and corrected while it is in review."


async def explained(caller, action: str, **subject: str | UUID) -> dict:
    asked = {"action": action} | {name: str(value) for name, value in subject.items()}
    return told(await caller.post("/v1/charter/explain", json=asked), 200)


def in_short(body: dict) -> tuple[bool, list[tuple[str, str]]]:
    return body["allowed"], [(each["rule"], each["outcome"]) for each in body["checks"]]


async def test_what_may_be_done_is_told_with_the_checks_in_the_order_of_the_gate(as_):
    opened = await open_round(as_)
    body = await explained(as_(*STEWARD), "submission:enter", round_id=opened["id"])
    after = "It depends on what is sent: the answer to the request itself tells."
    says = {clause.id: clause.says for clause in CLAUSES}
    assert body == {
        "action": "submission:enter",
        "meaning": "Enter or correct one's own district's answers.",
        "allowed": True,
        "checks": [
            {"rule": rule, "says": sentence, "outcome": outcome, "why": why}
            for rule, sentence, outcome, why in [
                ("TR-01", says["TR-01"], "holds", None),
                ("TR-02", says["TR-02"], "holds", None),
                ("TR-05", says["TR-05"], "holds", None),
                (
                    "TR-21",
                    "Only an active district enters, corrects and attests answers.",
                    "holds",
                    None,
                ),
                (
                    "TR-21",
                    TAKES_ANSWERS,
                    "holds",
                    None,
                ),
                ("TR-21", says["TR-21"], "not_evaluated", after),
            ]
        ],
    }


async def test_a_role_that_does_not_allow_it_ends_the_answer(as_):
    body = await explained(as_(Role.VIEWER, NORTH), "submission:enter", district_id=NORTH)
    assert in_short(body) == (
        False,
        [
            ("TR-01", "holds"),
            ("TR-02", "refuses"),
            *[("TR-21", "not_evaluated")] * 3,
        ],
    )
    assert body["checks"][1]["why"] == "None of your roles allows submission:enter."


async def test_a_scope_that_is_not_there_ends_the_answer(as_):
    caller = as_(*STEWARD, scopes="charter:explain submission:read")
    body = await explained(caller, "submission:attest")
    assert in_short(body)[1][0] == ("TR-01", "refuses")
    assert in_short(body)[0] is False


async def test_a_token_needs_the_scope_to_ask_at_all(as_):
    caller = as_(*STEWARD, scopes="submission:read")
    answer = await caller.post("/v1/charter/explain", json={"action": "submission:read"})
    assert told(answer, 403)["rule"] == "TR-01"


@pytest.mark.parametrize("place", [SOUTH, UUID(int=99)])
async def test_another_district_and_none_look_the_same(as_, place):
    body = await explained(as_(*STEWARD), "submission:read", district_id=place)
    assert in_short(body) == (
        False,
        [("TR-01", "holds"), ("TR-02", "holds"), ("TR-05", "refuses")],
    )


async def test_another_district_s_plan_and_none_look_the_same(as_):
    plan = await a_plan(as_)
    planner, other = as_(Role.PLANNER, NORTH), as_(Role.PLANNER, SOUTH)
    told_ = [
        await explained(other, "plan:draft", plan_id=which) for which in (plan["id"], UUID(int=9))
    ]
    assert told_[0] == told_[1]
    assert in_short(told_[0])[1][2] == ("TR-05", "refuses")
    assert in_short(await explained(planner, "plan:draft", plan_id=plan["id"])) == (
        True,
        [
            ("TR-01", "holds"),
            ("TR-02", "holds"),
            ("TR-05", "holds"),
            ("TR-11", "holds"),
            ("TR-11", "not_evaluated"),
        ],
    )


async def test_the_state_of_a_round_refuses_as_it_would(as_):
    waiting = await scheduled_round(as_)
    body = await explained(as_(*STEWARD), "submission:attest", round_id=waiting["id"])
    assert in_short(body) == (
        False,
        [
            ("TR-01", "holds"),
            ("TR-02", "holds"),
            ("TR-05", "holds"),
            ("TR-21", "holds"),
            ("TR-21", "refuses"),
            ("TR-24", "not_evaluated"),
        ],
    )


async def test_what_the_question_does_not_name_is_not_evaluated(as_):
    body = await explained(as_(Role.ANALYST), "release:publish")
    assert [each["why"] for each in body["checks"][2:]] == [
        "The question does not name what the rule looks at.",
        *["It depends on what is sent: the answer to the request itself tells."] * 3,
    ]


async def test_who_did_not_share_is_told_that_it_will_not_see_the_release(as_):
    opened = await open_round(as_, review_days=0)
    await step(as_, opened["id"], "close", "review", "lock")
    asked = {"action": "release:read", "round_id": opened["id"]}
    told_ = {
        role: in_short(await explained(as_(role, place), **asked))
        for role, place in ((Role.VIEWER, NORTH), (Role.ANALYST, None), (Role.AUDITOR, None))
    }
    gate = [("TR-01", "holds"), ("TR-02", "holds"), ("TR-05", "holds")]
    assert told_ == {
        Role.VIEWER: (False, [*gate, ("TR-24", "refuses")]),
        Role.ANALYST: (True, [*gate, ("TR-24", "holds")]),
        Role.AUDITOR: (
            False,
            [("TR-01", "holds"), ("TR-02", "refuses"), ("TR-24", "not_evaluated")],
        ),
    }


async def test_a_motion_is_decided_from_the_day_of_its_meeting(as_):
    motion = await put_motion(as_, held_on="2199-04-25", kind="set_review_days", review_days=3)
    admin = as_(Role.CONSORTIUM_ADMIN)
    body = await explained(admin, "motion:decide", motion_id=motion["id"])
    assert in_short(body)[1][3:] == [
        ("TR-20", "holds"),
        ("TR-20", "refuses"),
        ("TR-20", "not_evaluated"),
    ]


@pytest.mark.parametrize("action", Action)
async def test_every_action_is_explained_as_the_gate_decides_it(as_, action):
    """The same scopes and roles, asked of the gate itself in the list of what one may do."""
    for role, place in ((Role.SUPERINTENDENT, NORTH), (Role.ANALYST, None)):
        caller = as_(role, place)
        mine = told(await caller.get("/v1/me"), 200)["actions"]
        refused = [
            each["rule"]
            for each in (await explained(caller, action.value))["checks"]
            if each["outcome"] == "refuses"
        ]
        assert refused == ([] if action.value in mine else ["TR-02"])


async def test_asking_leaves_nothing_behind(as_, owner):
    await explained(as_(Role.VIEWER, NORTH), "release:publish", district_id=SOUTH)
    async with owner.connect() as connection:
        for table in ("ledger", "changes", "jobs", "idempotency_records"):
            assert await connection.scalar(text(f"select count(*) from {table}")) == 0


async def test_nobody_asks_without_saying_who_it_is(client, owner):
    answer = await client.post("/v1/charter/explain", json={"action": "release:read"})
    assert told(answer, 401)["code"] == "unauthenticated"


async def test_an_action_that_is_not_there_is_a_fault(as_):
    answer = await as_(*STEWARD).post("/v1/charter/explain", json={"action": "everything"})
    assert [each["pointer"] for each in told(answer, 422)["errors"]] == ["/action"]


def test_every_rule_that_is_asked_or_left_is_in_the_charter():
    named = {each.rule.id for asked in ASKED.values() for each in asked}
    named |= {rule for left in LEFT.values() for rule in left}
    assert named <= {clause.id for clause in CLAUSES if clause.in_force}
