"""What a member is shown beside its own answers: shares, quantiles, trends, what is retracted."""

from datetime import date
from uuid import UUID

import pytest
from answers import attested, put
from conftest import NORTH, SOUTH
from members import join
from paths import PLAIN, an_instrument, open_round, step, told
from ten import SPENT, TEN, answers_of, cells_of, published

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
GROUPS = [("county", "Alder", TEN[:5]), ("county", "Birch", TEN[5:7])]
PLACE = {"peer_group_id": None, "basis": None, "group": None}


async def beside(caller, release, item, district=NORTH):
    """What a district is shown of one item."""
    path = f"/v1/releases/{release['id']}/position"
    answer = await caller(Role.DATA_STEWARD, district).get(
        path, params={"district_id": str(district)}
    )
    return next(each for each in told(answer, 200)["items"] if each["item"] == item)


def share(option, percent, *, own=False):
    """A share of ten districts, in tenths."""
    return {
        "option": option,
        "own": own,
        "status": "published",
        "n": 10,
        "value": percent,
        "band": None,
        "reading": "nearest",
    }


async def test_how_common_each_option_is_is_told_with_the_own_one_marked(everyone, released):
    levels = {
        place: answers_of(n) | {"advisory": {"level": n // 4 + 1}} for n, place in enumerate(TEN)
    }
    release = await released(levels, GROUPS)
    item = await beside(everyone, release, "advisory", TEN[4])
    alder = item["shares"][1]["peer_group_id"]
    few = {"status": "published", "n": 5, "value": None, "reading": None, "own": False}
    assert (item["figure"], item["released"], item["trends"]) == (None, [], [])
    assert item["shares"] == [
        PLACE
        | {
            "options": [
                share("not begun", 40),
                share("planned", 40, own=True),
                share("in some schools", 20),
                share("in all schools", 0),
            ]
        },
        {
            "peer_group_id": alder,
            "basis": "county",
            "group": "Alder",
            "options": [
                few | {"option": "not begun", "band": "most_all"},
                few | {"option": "planned", "band": "none_few", "own": True},
                few | {"option": "in some schools", "band": "none_few"},
                few | {"option": "in all schools", "band": "none_few"},
            ],
        },
    ]
    assert UUID(alder)


@pytest.mark.parametrize(
    ("answer", "own"),
    [
        ({"yes": False}, {"yes": False, "no": True}),
        ({"status": "not_collected", "comment": "Next year."}, {"yes": False, "no": False}),
    ],
)
async def test_a_yes_or_no_is_marked_where_it_was_reported(everyone, released, answer, own):
    release = await released({NORTH: answers_of(0) | {"survey": answer}})
    whole = (await beside(everyone, release, "survey"))["shares"][0]
    assert {each["option"]: each["own"] for each in whole["options"]} == own


async def test_shares_that_are_withheld_are_so_without_a_reason(everyone, released):
    release = await released(groups=GROUPS)
    birch = (await beside(everyone, release, "survey", TEN[5]))["shares"][1]
    nothing = {"status": "withheld", "n": None, "value": None, "band": None, "reading": None}
    assert birch["options"] == [
        nothing | {"option": "yes", "own": False},
        nothing | {"option": "no", "own": True},
    ]


async def test_a_narrative_is_shown_alone(everyone, released):
    release = await released()
    item = await beside(everyone, release, "learned")
    assert (item["answer"]["comment"], item["figure"]) == ("We began this year.", None)
    assert (item["released"], item["shares"], item["trends"]) == ([], [], [])


async def test_what_was_retracted_is_shown_as_that(everyone, released):
    release = await released()
    for item in ("expenditure", "survey"):
        cell, *_ = await cells_of(everyone, release, item=item)
        path = f"/v1/releases/{release['id']}/cells/{cell['id']}/retract"
        told(await everyone(Role.ANALYST).post(path, json={"reason": "Counted twice."}), 201)
    spent = (await beside(everyone, release, "expenditure"))["released"]
    assert spent[0] == PLACE | {
        "statistic": "mean_of_districts",
        "status": "retracted",
        "n": None,
        "value": None,
        "band": "retracted",
    }
    assert [each["band"] for each in spent[1:]] == ["above"]
    (yes, _) = (await beside(everyone, release, "survey"))["shares"][0]["options"]
    assert yes == {
        "option": "yes",
        "own": False,
        "status": "retracted",
        "n": None,
        "value": None,
        "band": None,
        "reading": None,
    }


async def test_each_quantile_is_a_cut_point_of_its_own(everyone, given):
    """Of 17 districts that answer 100, 200, ... 1700: each quartile is a mean of five of them."""
    members = [*TEN, *[await join(given, number) for number in range(9, 16)]]
    instrument = await an_instrument(everyone, PLAIN)
    opened = await open_round(everyone, instrument=instrument, review_days=0)
    for place, district in enumerate(members, start=1):
        await attested(everyone, opened, {"expenditure": {"value": 100 * place}}, district)
    release = await published(
        everyone, await step(everyone, opened["id"], "close", "review", "lock")
    )
    bands = {}
    for place in (1, 5, 9, 17):
        item = await beside(everyone, release, "expenditure", members[place - 1])
        bands[place] = [each["band"] for each in item["released"]]
    assert [(each["statistic"], each["value"]) for each in item["released"]] == [
        ("mean_of_districts", 900),
        ("lower_quartile", 500),
        ("median", 900),
        ("upper_quartile", 1300),
    ]
    assert bands == {
        1: ["below", "below", "below", "below"],
        5: ["below", "at", "below", "below"],
        9: ["at", "above", "at", "below"],
        17: ["above", "above", "above", "above"],
    }


async def two_years(everyone, *, silent_before=(), silent_now=()):
    """Releases of the same item in two periods; a year later everybody spends 100 more."""
    instrument = await an_instrument(everyone, PLAIN)
    for period, more, silent in (("2025-26", 0, silent_before), ("2026-27", 100, silent_now)):
        opened = await open_round(
            everyone, instrument=instrument, period=period, groups=GROUPS, review_days=0
        )
        for district, number in zip(TEN, SPENT, strict=True):
            if district not in silent:
                answer = {"expenditure": {"value": number + more}}
                await attested(everyone, opened, answer, district)
        closed = await step(everyone, opened["id"], "close", "review", "lock")
        release = await published(everyone, closed)
    return release


def panel(period, value, n, figure, band):
    """One period of a trend."""
    return {
        "period": period,
        "figure": figure,
        "status": "published",
        "n": n,
        "value": value,
        "band": band,
    }


async def test_a_trend_follows_the_same_districts_beside_the_own_figures(everyone):
    release = await two_years(everyone)
    item = await beside(everyone, release, "expenditure")
    assert [each["statistic"] for each in item["released"]] == ["mean_of_districts"] * 2
    assert item["trends"] == [
        PLACE
        | {
            "before": panel("2025-26", 5702, 10, 6385, "above"),
            "now": panel("2026-27", 5802, 10, 6485, "above"),
        },
        {
            "peer_group_id": item["released"][1]["peer_group_id"],
            "basis": "county",
            "group": "Alder",
            "before": panel("2025-26", 5865, 5, 6385, "above"),
            "now": panel("2026-27", 5965, 5, 6485, "above"),
        },
    ]


async def test_who_was_not_in_the_earlier_period_has_no_figure_there(everyone):
    release = await two_years(everyone, silent_before=TEN[5:])
    whole, birch = (await beside(everyone, release, "expenditure", TEN[5]))["trends"]
    assert (whole["before"]["figure"], whole["before"]["band"]) == (None, "not_answered")
    assert (whole["now"]["figure"], whole["now"]["period"]) == (SPENT[5] + 100, "2026-27")
    assert [(each["status"], each["band"]) for each in (birch["before"], birch["now"])] == [
        ("withheld", "withheld")
    ] * 2


async def test_a_later_draft_of_an_earlier_answer_is_not_shown(everyone, locked):
    """What a trend shows of the earlier period is what was attested then."""
    release = await two_years(everyone)
    path = f"/v1/rounds/{release['round_id']}"
    now = told(await everyone(Role.ANALYST).get(path), 200)
    listed = told(
        await everyone(Role.ANALYST).get("/v1/rounds", params={"period": "2025-26"}), 200
    )["data"]
    (before,) = [each for each in listed if each["instrument_id"] == now["instrument_id"]]
    reopen = f"/v1/rounds/{before['id']}/reopen"
    told(await everyone(Role.ANALYST).post(reopen, json={"reason": "Counted again."}), 200)
    told(await put(everyone, before, "expenditure", {"value": 1, "reason": "A slip."}), 200)
    trend, _ = (await beside(everyone, release, "expenditure"))["trends"]
    assert trend["before"]["figure"] == 6385


async def test_a_late_member_sees_trends_and_shares_without_an_own_figure(
    everyone, given, released
):
    release = await released()
    late = await join(given, 9, joined_on=date(2100, 1, 1))
    whole = (await beside(everyone, release, "survey", late))["shares"][0]
    assert {each["own"] for each in whole["options"]} == {False}


async def test_who_did_not_share_sees_no_position(everyone, released):
    """TR-24; and the refusal says the same of every item and of none."""
    release = await released({SOUTH: {}})
    path = f"/v1/releases/{release['id']}/position"
    answer = await everyone(Role.SUPERINTENDENT, SOUTH).get(
        path, params={"district_id": str(SOUTH)}
    )
    assert told(answer, 403)["rule"] == "TR-24"
