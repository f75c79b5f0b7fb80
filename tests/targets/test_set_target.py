"""A target is set for a measure that an indicator names, in a plan that takes edits (TR-11)."""

import pytest
from conftest import NORTH, SOUTH
from measures.drafts import PROFICIENT
from paths import told
from planning import EDITED, NOT_EDITED, a_plan, faults, led, planner
from targets.aimed import BACK_LOADED, BAND, COUNTED, NOTHING, WAY, a_draft, a_measure, named

from app.db import new_id
from app.policy.actions import WHO_MAY, Action
from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def test_a_way_is_shown_whole(as_):
    draft = await a_draft(as_) | WAY
    answer = await planner(as_).post("/v1/targets", json=draft)
    body = answer.json()
    assert (answer.status_code, body) == (
        201,
        NOTHING
        | draft
        | {
            "id": body["id"],
            "district_id": str(NORTH),
            "edition": 1,
            "direction": "increase",
            "baseline_edition": 1,
            "created_at": body["created_at"],
            "updated_at": body["updated_at"],
            "version": 1,
        },
    )
    assert answer.headers["location"] == f"/v1/targets/{body['id']}"
    again = await as_(Role.VIEWER, NORTH).get(answer.headers["location"])
    assert (again.json(), again.headers["etag"]) == (body, answer.headers["etag"])


async def test_a_band_is_shown_whole(as_):
    draft = await a_draft(as_, direction="maintain") | BAND | {"tolerance": 0.25}
    body = told(await planner(as_).post("/v1/targets", json=draft), 201)
    own = {name: body[name] for name in ("id", "created_at", "updated_at")}
    assert body == NOTHING | draft | own | {
        "district_id": str(NORTH),
        "edition": 1,
        "direction": "maintain",
        "version": 1,
    }


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PUBLIC}))
async def test_a_target_is_set_by_those_who_may(as_, role):
    draft = await a_draft(as_) | WAY
    answer = await as_(role, None if role.of_consortium else NORTH).post("/v1/targets", json=draft)
    may = role in WHO_MAY[Action.TARGET_SET]
    assert (answer.status_code, answer.json().get("rule")) == (
        (201, None) if may else (403, "TR-02")
    )


async def test_an_indicator_has_one_target_for_a_measure(as_):
    draft = await a_draft(as_) | WAY
    answers = [await planner(as_).post("/v1/targets", json=draft) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 409]


@pytest.mark.parametrize("state", [*EDITED, *NOT_EDITED])
async def test_a_target_is_set_while_the_plan_takes_edits(as_, state):
    plan = await a_plan(as_)
    measure = await a_measure(as_)
    indicator = await named(as_, measure, plan)
    await led(as_, plan, state)
    draft = {"indicator_id": indicator["id"], "measure_id": measure["id"]} | WAY
    answer = await planner(as_).post("/v1/targets", json=draft)
    taken = (201, None) if state in EDITED else (409, "TR-11")
    assert (answer.status_code, answer.json().get("rule")) == taken


async def test_what_is_referred_to_is_one_s_own(as_):
    own, theirs = await a_draft(as_), await a_draft(as_, SOUTH)
    elsewhere = await a_measure(as_)
    sent = [
        theirs,
        own | {"indicator_id": str(new_id())},
        own | {"indicator_id": theirs["indicator_id"]},
        own | {"measure_id": theirs["measure_id"]},
        own | {"measure_id": elsewhere["id"]},
        own | {"measure_id": str(new_id())},
    ]
    answers = [await planner(as_).post("/v1/targets", json=draft | WAY) for draft in sent]
    assert [faults(answer) for answer in answers] == [
        *[[("/indicator_id", "unknown_reference")]] * 3,
        *[[("/measure_id", "unknown_reference")]] * 3,
    ]


@pytest.mark.parametrize(
    ("aims", "expected"),
    [
        ({}, [("/baseline_period", "required"), ("/baseline_value", "required"),
              ("/aim_value", "required"), ("/due_in", "required")]),
        (WAY | {"low": 1, "high": 2, "starts_in": "2021-22"},
         [("/low", "unexpected"), ("/high", "unexpected"), ("/starts_in", "unexpected")]),
        (WAY | {"due_in": "2021-22"}, [("/due_in", "not_after_baseline")]),
        (WAY | {"due_in": "2021-22-S2"}, [("/due_in", "not_after_baseline")]),
        (WAY | {"milestones": BACK_LOADED[::-1]}, [("/milestones", "out_of_order")]),
        (WAY | {"milestones": BACK_LOADED[:1] * 2}, [("/milestones", "out_of_order")]),
        (WAY | {"milestones": [{"period": "2026-27", "value": 1}]},
         [("/milestones", "out_of_order")]),
        (WAY | {"milestones": [{"period": "2023", "value": 1}]},
         [("/milestones/0/period", "malformed")]),
        (WAY | {"milestones": [{"period": "2023-24"}]}, [("/milestones/0/value", "required")]),
        (WAY | {"milestones": None}, [("/milestones", "not_a_list")]),
        (WAY | {"tolerance": -1}, [("/tolerance", "out_of_range")]),
        (WAY | {"aim_value": True}, [("/aim_value", "not_a_number")]),
        (WAY | {"aim_value": 0.1234567}, [("/aim_value", "too_many_decimals")]),
        (WAY | {"baseline_edition": 2}, [("/baseline_edition", "unknown_reference")]),
        (WAY | {"direction": "decrease"}, [("/direction", "unknown_member")]),
    ],
)  # fmt: skip
async def test_a_way_that_makes_no_sense_is_refused(as_, aims, expected):
    answer = await planner(as_).post("/v1/targets", json=await a_draft(as_) | aims)
    assert faults(answer) == expected


@pytest.mark.parametrize(
    ("aims", "expected"),
    [
        ({}, [("/low", "required"), ("/high", "required"), ("/starts_in", "required")]),
        (BAND | {"low": 97}, [("/low", "above_high")]),
        (BAND | {"due_in": "2020-21"}, [("/due_in", "before_start")]),
        (BAND | {"milestones": BACK_LOADED}, [("/milestones", "unexpected")]),
        (BAND | {"baseline_period": "2021-22", "baseline_value": 1, "aim_value": 2},
         [("/baseline_period", "unexpected"), ("/baseline_value", "unexpected"),
          ("/aim_value", "unexpected")]),
    ],
)  # fmt: skip
async def test_a_band_that_makes_no_sense_is_refused(as_, aims, expected):
    draft = await a_draft(as_, direction="maintain")
    answer = await planner(as_).post("/v1/targets", json=draft | aims)
    assert faults(answer) == expected


async def test_a_neutral_measure_takes_no_target(as_):
    draft = await a_draft(as_, **dict.fromkeys(PROFICIENT) | COUNTED)
    answer = await planner(as_).post("/v1/targets", json=draft | WAY)
    assert faults(answer) == [("/measure_id", "neutral")]


@pytest.mark.parametrize("breaks", [True, False])
async def test_baseline_and_aim_are_of_one_era(as_, breaks):
    draft = await a_draft(as_)
    edition = PROFICIENT | {"definition": "Anew.", "era_break": breaks, "reason": "New test."}
    path = f"/v1/measures/{draft['measure_id']}/editions"
    told(await as_(Role.DATA_STEWARD, NORTH).post(path, json=edition), 201)
    old = await planner(as_).post("/v1/targets", json=draft | WAY | {"baseline_edition": 1})
    outcome = (409, "TR-15") if breaks else (201, None)
    assert (old.status_code, old.json().get("rule")) == outcome
    if breaks:
        new = told(await planner(as_).post("/v1/targets", json=draft | WAY), 201)
        assert (new["edition"], new["baseline_edition"]) == (2, 2)
