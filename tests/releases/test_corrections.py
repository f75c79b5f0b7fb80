"""Corrections, late members and withdrawals go out in a release of their own, together (DR-09)."""

from decimal import Decimal

import pytest
from answers import attested, once, put, steward
from conftest import NORTH, SOUTH
from members import join
from paths import step, told
from sqlalchemy import text
from ten import SPENT, TEN, answers_of, cells_of, drafted, in_short, mean, publish, published
from vaulted import members_of

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
GROUPS = [("county", "Alder", TEN[:5]), ("county", "Cedar", TEN[5:])]


async def reopened(caller, round_):
    """The round of a release, in review again."""
    path = f"/v1/rounds/{round_['id']}/reopen"
    return told(await caller(Role.ANALYST).post(path, json={"reason": "Counted again."}), 200)


async def corrected(caller, round_, district, answer, code="expenditure"):
    """One answer corrected, and attested."""
    told(await put(caller, round_, code, answer | {"reason": "Counted again."}, district), 200)
    path = f"/v1/rounds/{round_['id']}/districts/{district}/submission/attest"
    return told(await steward(caller, district).post(path), 200)


async def withdrawn(caller, round_, district):
    path = f"/v1/rounds/{round_['id']}/districts/{district}/submission/withdraw"
    return await steward(caller, district).post(path, json={"reason": "A slip."})


async def test_five_corrections_go_together_and_the_first_release_stays(everyone, locked):
    round_ = await locked(groups=GROUPS)
    first = await published(everyone, round_)
    before = await cells_of(everyone, first, item="expenditure")
    await reopened(everyone, round_)
    for place in range(5, 10):
        await corrected(everyone, round_, TEN[place], {"value": SPENT[place] + 100})
    assert await cells_of(everyone, first, item="expenditure") == before
    second = await published(everyone, await step(everyone, round_["id"], "lock"))
    assert (second["number"], second["round_id"]) == (2, round_["id"])
    spent = [Decimal(each) for each in SPENT]
    spent[5:] = [each + 100 for each in spent[5:]]
    after = [in_short(cell) for cell in await cells_of(everyone, second, item="expenditure")]
    assert after == [
        ("expenditure", None, 10, mean(spent, "1")),
        ("expenditure", "Alder", 5, mean(spent[:5], "1")),
        ("expenditure", "Cedar", 5, mean(spent[5:], "1")),
    ]
    listed = await everyone(Role.VIEWER, NORTH).get(f"/v1/rounds/{round_['id']}/releases")
    assert [each["number"] for each in told(listed, 200)["data"]] == [1, 2]
    assert await cells_of(everyone, first, item="expenditure") == before


async def test_one_correction_waits_for_others_and_the_plan_says_so(everyone, locked, owner):
    round_ = await locked(groups=GROUPS)
    await published(everyone, round_)
    await reopened(everyone, round_)
    await corrected(everyone, round_, NORTH, {"value": 6386})
    round_ = await step(everyone, round_["id"], "lock")
    plan = await drafted(everyone, round_)
    path = f"/v1/release-plans/{plan['id']}/cells"
    page = await everyone(Role.ANALYST).get(path, params={"item": "expenditure"})
    assert [
        (cell["group"], cell["verdict"], cell["reason"], cell["rule"])
        for cell in told(page, 200)["data"]
    ] == [
        (None, "withheld", "pending_batch", "DR-09"),
        ("Alder", "withheld", "pending_batch", "DR-09"),
        ("Cedar", "published", None, None),
    ]
    refused = await publish(everyone, round_["id"], plan["id"])
    told_ = (refused.status_code, refused.json()["code"], refused.json()["rule"])
    assert told_ == (409, "pending_batch", "DR-09")
    async with owner.connect() as connection:
        assert await connection.scalar(text("select count(*) from releases")) == 1


async def test_corrections_that_are_too_few_wait_for_those_of_another_review(everyone, locked):
    round_ = await locked(groups=GROUPS)
    await published(everyone, round_)
    await reopened(everyone, round_)
    await corrected(everyone, round_, TEN[5], {"value": SPENT[5] + 100})
    await step(everyone, round_["id"], "lock")
    plan = await drafted(everyone, round_)
    assert (await publish(everyone, round_["id"], plan["id"])).json()["code"] == "pending_batch"
    await reopened(everyone, round_)
    for place in range(6, 10):
        await corrected(everyone, round_, TEN[place], {"value": SPENT[place] + 100})
    second = await published(everyone, await step(everyone, round_["id"], "lock"))
    spent = [Decimal(each) for each in SPENT]
    spent[5:] = [each + 100 for each in spent[5:]]
    assert [in_short(cell) for cell in await cells_of(everyone, second, item="expenditure")] == [
        ("expenditure", None, 10, mean(spent, "1")),
        ("expenditure", "Alder", 5, mean(spent[:5], "1")),
        ("expenditure", "Cedar", 5, mean(spent[5:], "1")),
    ]


async def test_a_withdrawal_waits_for_nobody_and_a_release_without_it_does(everyone, locked):
    round_ = await locked(groups=GROUPS)
    await published(everyone, round_)
    await reopened(everyone, round_)
    assert (await withdrawn(everyone, round_, SOUTH)).status_code == 200
    round_ = await step(everyone, round_["id"], "lock")
    plan = await drafted(everyone, round_)
    refused = await publish(everyone, round_["id"], plan["id"])
    assert (refused.status_code, refused.json()["code"]) == (409, "pending_batch")


async def late_members(caller, given, round_, count):
    """So many who join after the release, and answer."""
    for number in range(9, 9 + count):
        late = await join(given, number)
        answers = {
            code: answer | {"reason": "We joined late."} for code, answer in answers_of(3).items()
        }
        await attested(caller, round_, answers, late)


async def test_five_late_members_go_together(everyone, locked, given):
    round_ = await locked(groups=GROUPS)
    await published(everyone, round_)
    await reopened(everyone, round_)
    await late_members(everyone, given, round_, 5)
    second = await published(everyone, await step(everyone, round_["id"], "lock"))
    cells = await cells_of(everyone, second, item="expenditure")
    assert [
        (cell["group"], cell["n"]) for cell in cells if cell["statistic"] == "mean_of_districts"
    ] == [(None, 15), ("Alder", 5), ("Cedar", 5)]


async def test_corrections_do_not_hide_a_late_member(everyone, locked, given):
    """A correction may change next to nothing: what is left would then be the late member."""
    round_ = await locked(groups=GROUPS)
    await published(everyone, round_)
    await reopened(everyone, round_)
    await late_members(everyone, given, round_, 1)
    for place in range(5, 9):
        await corrected(everyone, round_, TEN[place], {"value": SPENT[place] + 100})
    second = await published(everyone, await step(everyone, round_["id"], "lock"))
    cells = await cells_of(everyone, second, item="expenditure")
    assert [(cell["group"], cell["n"]) for cell in cells] == [
        (None, None),
        (None, None),
        ("Alder", 5),
        ("Cedar", None),
    ]


async def test_an_answer_that_is_given_again_unchanged_is_no_change(
    everyone, locked, owner, master_keys
):
    """6385, then 1, then 6385 again: the third version says as the first."""
    round_ = await locked(groups=GROUPS)
    first = await published(everyone, round_)
    await reopened(everyone, round_)
    await corrected(everyone, round_, NORTH, {"value": 1})
    await corrected(everyone, round_, NORTH, {"value": 6385, "comment": "It was right."})
    second = await published(everyone, await step(everyone, round_["id"], "lock"))
    cells = [await cells_of(everyone, each, item="expenditure") for each in (first, second)]
    assert [in_short(cell) for cell in cells[0]] == [in_short(cell) for cell in cells[1]]
    said = [
        each
        for of_release in cells
        for each in await members_of(owner, master_keys, of_release[0]["id"])
        if each.district_id == NORTH
    ]
    assert [(each.answer_version, each.says_as == each.answer_id) for each in said] == [
        (1, True),
        (3, False),
    ]
    assert said[0].says_as == said[1].says_as


async def test_who_left_contributes_no_more(everyone, locked, owner):
    round_ = await locked(groups=GROUPS)
    async with owner.begin() as connection:
        asked = text("update districts set standing = 'left' where id = :district")
        await connection.execute(asked, {"district": TEN[9]})
    cells = await cells_of(everyone, await published(everyone, round_), item="expenditure")
    assert [(cell["group"], cell["n"]) for cell in cells] == [
        (None, 9),
        ("Alder", None),
        ("Cedar", None),
    ]


async def test_the_audit_of_a_release_knows_other_rounds_of_the_same_items(everyone, locked):
    """A second round of the instrument and period, with one district less, would tell of it."""
    round_ = await locked(groups=[])
    await published(everyone, round_)
    draft = {
        name: round_[name]
        for name in ("title", "topic_id", "instrument_id", "period", "review_motion_id")
    }
    again = told(await everyone(Role.ANALYST).post("/v1/rounds", json=draft), 201)
    await step(everyone, again["id"], "open")
    for place, district in enumerate(TEN[:9]):
        await attested(everyone, again, answers_of(place), district)
    again = await step(everyone, again["id"], "close", "review", "lock")
    plan = await drafted(everyone, again)
    path = f"/v1/release-plans/{plan['id']}/cells"
    page = await everyone(Role.ANALYST).get(path, params={"item": "expenditure"})
    (cell,) = told(page, 200)["data"]
    assert (cell["verdict"], cell["reason"], cell["rule"]) == ("withheld", "difference", "DR-05")
    assert sorted((term["times"], term["release_id"] is None) for term in cell["recipe"]) == [
        ("-1", True),
        ("1", False),
    ]


async def test_a_plan_of_what_is_published_already_is_not_published(everyone, locked):
    round_ = await locked(groups=GROUPS)
    plan = await drafted(everyone, round_)
    path = f"/v1/rounds/{round_['id']}/releases"
    body = {"plan_id": plan["id"], "notes": "The first of its kind."}
    release = told(await everyone(Role.ANALYST).post(path, json=body, headers=once()), 201)
    assert release["notes"] == "The first of its kind."
    again = await publish(everyone, round_["id"], plan["id"])
    assert (again.status_code, again.json()["rule"]) == (409, "DR-09")
