"""A total is attested with parts that come to it, or without them."""

import pytest
from answers import attested, batch, put, rows, steward
from conftest import NORTH
from paths import PLAIN, an_instrument, open_round, told

pytestmark = pytest.mark.anyio
NOTHING = {"status": "not_applicable", "comment": "There is none."}
NOT_COLLECTED = {"status": "not_collected", "comment": "We keep one account."}
TEACHING, SUPPORT = 4210, 1410
ITEMS = [
    PLAIN | {"code": code, "prompt": "What is spent?", "lowest": 0, **more}
    for code, more in {
        "support": {"part_of": "spent"},
        "spent": {},
        "teaching": {"part_of": "spent"},
    }.items()
]


def told_as(**changes):
    return {
        "spent": {"value": TEACHING + SUPPORT},
        "teaching": {"value": TEACHING},
        "support": {"value": SUPPORT},
    } | changes


async def test_parts_that_do_not_add_up_are_not_attested(as_):
    instrument = await an_instrument(as_, *ITEMS)
    round_ = await open_round(as_, instrument=instrument)
    odd = told_as(support={"value": SUPPORT + 1})
    told(await batch(as_, round_, rows(odd)), 200)
    path = f"/v1/rounds/{round_['id']}/districts/{NORTH}/submission/attest"
    refused = await steward(as_).post(path)
    body = refused.json()
    assert (refused.status_code, body["rule"]) == (409, "TR-21")
    assert body["errors"] == [
        {
            "pointer": "/spent",
            "code": "does_not_add_up",
            "detail": "Its parts do not add up to it.",
        }
    ]
    told(await put(as_, round_, "support", {"value": SUPPORT}), 200)
    assert told(await steward(as_).post(path), 200)["state"] == "attested"


@pytest.mark.parametrize(
    "changes",
    [
        {"support": NOT_COLLECTED},
        {"spent": NOT_COLLECTED},
        {"support": NOTHING, "spent": {"value": 4210}},
        {
            "support": NOTHING,
            "teaching": NOTHING,
        },
    ],
    ids=["a part missing", "the total missing", "a part that is nothing", "no parts"],
)
async def test_what_is_not_told_need_not_add_up(as_, changes):
    instrument = await an_instrument(as_, *ITEMS)
    round_ = await open_round(as_, instrument=instrument)
    assert (await attested(as_, round_, told_as(**changes)))["state"] == "attested"


async def test_a_part_that_does_not_apply_adds_nothing(as_):
    instrument = await an_instrument(as_, *ITEMS)
    round_ = await open_round(as_, instrument=instrument)
    less = told_as(support=NOTHING)
    told(await batch(as_, round_, rows(less)), 200)
    path = f"/v1/rounds/{round_['id']}/districts/{NORTH}/submission/attest"
    assert (await steward(as_).post(path)).status_code == 409
