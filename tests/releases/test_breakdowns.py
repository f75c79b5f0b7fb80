"""Items that are parts of another: what is told of them is held against their total, and back."""

import pytest
from answers import attested, faults
from conftest import NORTH
from members import join, member
from paths import PLAIN, an_instrument, open_round, step, told
from ten import TEN, cells_of, publish
from vaulted import sums_of

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
TWELVE = [*TEN, member(9), member(10)]
GROUPS = [("county", "Alder", TWELVE[:5]), ("size", "small", TWELVE[1:6])]
TEACHING = [4210, 3900, 4105, 4777, 3980, 4402, 4110, 4620, 3870, 4333, 4008, 4551]
SUPPORT = [1410, 1205, 1600, 1322, 1190, 1475, 1333, 1288, 1502, 1266, 1377, 1444]
NOT_COLLECTED = {"status": "not_collected", "comment": "We keep one account."}


def item(code, **changes):
    return PLAIN | {"code": code, "prompt": "What is spent?", "lowest": 0} | changes


ITEMS = [
    item("support", part_of="spent"),
    item("spent"),
    item("teaching", part_of="spent"),
]
PLAIN_SPENT = item("spent")


def answers_of(place, **changes):
    teaching, support = TEACHING[place], SUPPORT[place]
    return {
        "spent": {"value": teaching + support},
        "teaching": {"value": teaching},
        "support": {"value": support},
    } | changes


@pytest.fixture
async def broken_down(everyone, given):
    """Give a round in which twelve told what they spend, in parts, the first without them."""
    for number in (9, 10):
        await join(given, number)

    async def make(first=NOT_COLLECTED, groups=GROUPS):
        instrument = await an_instrument(everyone, *ITEMS)
        round_ = await open_round(everyone, instrument=instrument, review_days=0, groups=groups)
        for place, district in enumerate(TWELVE):
            parts = {"teaching": first, "support": first} if not place and first else {}
            await attested(everyone, round_, answers_of(place, **parts), district)
        return await step(everyone, round_["id"], "close", "review", "lock")

    return make


async def planned(caller, round_, **options):
    path = f"/v1/rounds/{round_['id']}/release-plans"
    return told(await caller(Role.ANALYST).post(path, json={"quantiles": False} | options), 201)


async def cells_of_plan(caller, plan):
    path = f"/v1/release-plans/{plan['id']}/cells"
    return told(await caller(Role.ANALYST).get(path, params={"limit": 200}), 200)["data"]


def verdicts(cells):
    return {(cell["item"], cell["group"]): cell["reason"] or "published" for cell in cells}


def recipes(cells):
    """Of each difference: what is taken how often, by item and group."""
    return {
        (cell["item"], cell["group"]): {
            (term["times"], term["item"], term["group"]) for term in cell["recipe"]
        }
        for cell in cells
        if cell["recipe"]
    }


async def test_parts_of_one_group_and_the_total_of_another_give_nobody_away(everyone, broken_down):
    """All less its parts is who has no parts; the small in parts less Alder is one less another."""
    plan = await planned(everyone, await broken_down())
    assert plan["breakdowns"] is True
    cells = await cells_of_plan(everyone, plan)
    assert [cell["item"] for cell in cells] == [
        code for code in ("support", "spent", "teaching") for _ in range(3)
    ]
    assert verdicts(cells) == {
        ("spent", None): "published",
        ("spent", "Alder"): "published",
        ("spent", "small"): "difference",
        ("support", None): "published",
        ("support", "Alder"): "too_few_districts",
        ("support", "small"): "published",
        ("teaching", None): "difference",
        ("teaching", "Alder"): "too_few_districts",
        ("teaching", "small"): "difference",
    }
    assert recipes(cells) == {
        ("spent", "small"): {("1", "spent", "Alder"), ("-1", "spent", "small")},
        ("teaching", None): {
            ("1", "spent", None),
            ("-1", "support", None),
            ("-1", "teaching", None),
        },
        ("teaching", "small"): {
            ("1", "spent", "Alder"),
            ("-1", "support", "small"),
            ("-1", "teaching", "small"),
        },
    }


async def test_without_breakdowns_the_totals_go_out_and_a_comparison_shows_it(
    everyone, broken_down
):
    round_ = await broken_down()
    with_, without = (
        await planned(everyone, round_),
        await planned(everyone, round_, breakdowns=False),
    )
    cells = await cells_of_plan(everyone, without)
    assert verdicts(cells) == {
        ("spent", None): "published",
        ("spent", "Alder"): "published",
        ("spent", "small"): "difference",
    }
    path = f"/v1/release-plans/{with_['id']}/comparison"
    body = told(await everyone(Role.ANALYST).get(path, params={"with": without["id"]}), 200)
    assert (body["in_both"], body["only_there"]) == (2, [])
    assert [(each["item"], each["group"]) for each in body["only_here"]] == [
        ("support", None),
        ("support", "small"),
    ]


async def test_parts_are_held_against_a_total_that_is_out_already(
    everyone, broken_down, owner, master_keys
):
    """The first release tells the totals, the second the parts; the auditor sees both together."""
    round_ = await broken_down()
    plan = await planned(everyone, round_, breakdowns=False)
    first = told(await publish(everyone, round_["id"], plan["id"]), 201)
    path = f"/v1/rounds/{round_['id']}/reopen"
    told(await everyone(Role.ANALYST).post(path, json={"reason": "The parts are asked for."}), 200)
    again = await step(everyone, round_["id"], "lock")
    plan = await planned(everyone, again)
    cells = await cells_of_plan(everyone, plan)
    assert verdicts(cells)["teaching", None] == "difference"
    (told_of,) = (each for each in cells if (each["item"], each["group"]) == ("teaching", "small"))
    assert {each["release_id"] for each in told_of["recipe"]} == {None, first["id"]}
    second = told(await publish(everyone, round_["id"], plan["id"]), 201)
    shown = await cells_of(everyone, second, item="support")
    mean = sum(SUPPORT[1:]) / 11
    assert [(cell["n"], cell["value"]) for cell in shown if cell["group"] is None] == [
        (11, round(mean))
    ]
    for release in (first, second):
        audit = await everyone(Role.AUDITOR).post(f"/v1/releases/{release['id']}/audit")
        body = told(audit, 200)
        assert (body["passed"], body["systems"]) == (True, 1)
        kept = [sum_ for _, sum_ in await sums_of(owner, master_keys, release["id"])]
        districts = {sum_.total.district for sum_ in kept}
        assert (len(kept), len(districts), {sum_.certain for sum_ in kept}) == (11, 11, {True})


async def test_whole_breakdowns_go_out_whole(everyone, broken_down):
    round_ = await broken_down(first=None, groups=GROUPS[:1])
    cells = await cells_of_plan(everyone, await planned(everyone, round_))
    assert {*verdicts(cells).values()} == {"published"}


async def test_a_consent_to_every_part_is_one_to_the_total(everyone, broken_down):
    """Of twelve seven may be known, in parts or in whole; an eighth may tell one part."""
    round_ = await broken_down(first=None, groups=())
    plan = await planned(everyone, round_, breakdowns=False)
    told(await publish(everyone, round_["id"], plan["id"]), 201)

    async def give(district, code):
        body = {"round_id": round_["id"], "item": code, "recipients": [str(NORTH)]}
        path = f"/v1/districts/{district}/consents"
        answer = await everyone(Role.SUPERINTENDENT, district).post(path, json=body)
        return answer.status_code

    for district in TWELVE[1:8]:
        assert [await give(district, code) for code in ("teaching", "support")] == [201, 201]
    assert [await give(TWELVE[8], code) for code in ("teaching", "support", "spent")] == [
        201,
        403,
        403,
    ]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"part_of": "nothing"}, "unknown_reference"),
        ({"part_of": "support"}, "nested"),
        ({"part_of": "teaching"}, "nested"),
        ({"unit": "EUR per student"}, "other_measure"),
        ({"decimals": 2}, "other_measure"),
        ({"highest": 9_000}, "other_measure"),
        ({"cost": True}, "other_measure"),
        ({"disclosure": "public_fact"}, "other_measure"),
        ({"numerator": "dollars", "denominator": "students"}, "no_plain_value"),
    ],
)
async def test_a_part_is_measured_as_its_total(everyone, changed, code):
    items = [ITEMS[0], ITEMS[1], ITEMS[2] | changed]
    answer = await drafted(everyone, items)
    assert faults(answer)[-1] == ("/items/2/part_of", code)


async def test_a_total_starts_at_nothing_has_two_parts_and_is_a_figure(everyone):
    above = [each | {"lowest": 5} for each in ITEMS]
    assert faults(await drafted(everyone, above)) == [
        ("/items/0/part_of", "other_measure"),
        ("/items/2/part_of", "other_measure"),
    ]
    assert faults(await drafted(everyone, ITEMS[:2])) == [("/items/0/part_of", "alone")]
    rubric = {"code": "spent", "prompt": "?", "kind": "rubric", "options": ["a", "b"]}
    assert faults(await drafted(everyone, [ITEMS[0], rubric, ITEMS[2]])) == [
        ("/items/0/part_of", "no_plain_value"),
        ("/items/2/part_of", "no_plain_value"),
    ]


async def drafted(caller, items):
    """What becomes of an instrument."""
    topic = (await an_instrument(caller))["items"][0]["topic_id"]
    draft = {
        "code": "spending",
        "title": "Spending",
        "items": [each | {"topic_id": topic} for each in items],
    }
    return await caller(Role.ANALYST).post("/v1/instruments", json=draft)


async def test_neither_a_total_nor_a_part_has_quantiles(everyone, broken_down):
    """Twelve who answer an item that stands alone have three, which is looked at by default."""
    round_ = await broken_down(first=None, groups=())
    plan = await planned(everyone, round_, quantiles=True)
    assert plan["quantiles"] is True
    shown = [(cell["item"], cell["statistic"]) for cell in await cells_of_plan(everyone, plan)]
    means = [(code, "mean_of_districts") for code in ("support", "spent", "teaching")]
    assert shown == means


@pytest.mark.parametrize(
    ("later", "wrong"),
    [
        ([PLAIN_SPENT], ["/items/0"]),
        ([PLAIN_SPENT, item("teaching")], ["/items/0", "/items/1"]),
        ([*ITEMS, item("rest", part_of="spent")], ["/items/1"]),
        ([each | {"decimals": 2} for each in ITEMS], ["/items/0", "/items/1", "/items/2"]),
        ([each | {"prompt": "Told anew?"} for each in ITEMS], []),
    ],
)
async def test_an_edition_breaks_down_as_the_one_before(everyone, later, wrong):
    """What was told of a total is audited with its parts for ever."""
    assert (await drafted(everyone, ITEMS)).status_code == 201
    answer = await drafted(everyone, later)
    assert answer.status_code == (422 if wrong else 201)
    assert (faults(answer) if wrong else []) == [(each, "kept") for each in wrong]


async def test_what_stood_alone_is_not_broken_down_later(everyone):
    assert (await drafted(everyone, [PLAIN_SPENT])).status_code == 201
    assert faults(await drafted(everyone, ITEMS)) == [("/items/1", "kept")]
