"""A round is rewritten by who has seen it, until it opens (TR-21); rounds are sorted and cut."""

from uuid import UUID

import pytest
from conftest import NORTH
from paths import PLAIN, an_instrument, ledger_of, open_round, scheduled_round, step, told
from wire.answered import problem

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
PATCH = {"title": "Time with adults", "period": "2027-28"}


def address(round_):
    return f"/v1/rounds/{round_['id']}"


async def seen(caller, round_):
    """The header of who has seen a round."""
    return {"if-match": (await caller.get(address(round_))).headers["etag"]}


@pytest.fixture
def analyst(as_):
    return as_(Role.ANALYST)


async def test_a_schedule_and_a_step_are_answered_with_the_tag_of_what_they_made(as_, analyst):
    instrument = await an_instrument(as_, PLAIN)
    draft = PATCH | {"instrument_id": instrument["id"]}
    draft["topic_id"] = instrument["items"][0]["topic_id"]
    made = await analyst.post("/v1/rounds", json=draft)
    place = made.headers["location"]
    scheduled = await analyst.get(place)
    opened = await analyst.post(f"{place}/open")
    read = await analyst.get(place)
    for answer, then in ((made, scheduled), (opened, read)):
        assert (then.json(), then.headers["etag"]) == (answer.json(), answer.headers["etag"])


@pytest.mark.parametrize("patch", [PATCH, {"title": "Only this"}, {"period": "2028-29"}, {}])
async def test_a_round_is_rewritten_while_it_is_scheduled(as_, analyst, owner, patch):
    round_ = await scheduled_round(as_)
    answer = await analyst.patch(address(round_), json=patch, headers=await seen(analyst, round_))
    assert told(answer, 200) == round_ | patch | {"version": 2 if patch else 1}
    read = await as_(Role.VIEWER, NORTH).get(address(round_))
    assert (read.json(), read.headers["etag"]) == (answer.json(), answer.headers["etag"])
    assert (await ledger_of(owner, f"round:{round_['id']}"))[-1] == (
        "round:schedule",
        "done",
        "TR-21",
        {"step": "revise"},
    )


@pytest.mark.parametrize("verbs", [[], ["close"], ["close", "review", "lock"]])
async def test_a_round_that_has_opened_is_not_rewritten(as_, analyst, verbs):
    opened = await open_round(as_, review_days=0)
    round_ = await step(as_, opened["id"], *verbs) if verbs else opened
    answer = await analyst.patch(address(round_), json=PATCH, headers=await seen(analyst, round_))
    detail = "A round is rewritten while it is scheduled."
    problem(answer, 409, "conflict", detail, rule="TR-21")
    assert told(await analyst.get(address(round_)), 200) == round_


@pytest.mark.parametrize(
    ("patch", "fault"),
    [
        ({"title": None}, ("/title", "not_text")),
        ({"period": None}, ("/period", "not_text")),
        ({"period": "2027"}, ("/period", "malformed")),
        ({"topic_id": str(UUID(int=7))}, ("/topic_id", "unknown_member")),
        ({"stage": "open"}, ("/stage", "unknown_member")),
        ({"review_days": 0}, ("/review_days", "unknown_member")),
    ],
)
async def test_what_a_round_needs_is_not_taken_away_nor_its_stage_given(as_, analyst, patch, fault):
    round_ = await scheduled_round(as_)
    answer = await analyst.patch(address(round_), json=patch, headers=await seen(analyst, round_))
    assert [(each["pointer"], each["code"]) for each in told(answer, 422)["errors"]] == [fault]


async def test_a_round_is_rewritten_by_who_has_seen_it(as_, analyst):
    round_ = await scheduled_round(as_)
    unseen = await analyst.patch(address(round_), json=PATCH)
    problem(unseen, 428, "precondition_required", "Send the ETag of what you read in If-Match.")
    before = await seen(analyst, round_)
    told(await analyst.patch(address(round_), json=PATCH, headers=before), 200)
    stale = await analyst.patch(address(round_), json=PATCH, headers=before)
    problem(stale, 412, "precondition_failed", "It has changed since you read it.")
    assert {"if-match": stale.headers["etag"]} == await seen(analyst, round_)


async def test_only_who_schedules_rewrites_and_only_what_is_there(as_):
    round_, headers = await scheduled_round(as_), {"if-match": "*"}
    for role, place in ((Role.CONSORTIUM_ADMIN, None), (Role.SUPERINTENDENT, NORTH)):
        answer = await as_(role, place).patch(address(round_), json=PATCH, headers=headers)
        assert told(answer, 403)["rule"] == "TR-02"
    missing = address({"id": UUID(int=7)})
    told(await as_(Role.ANALYST).patch(missing, json=PATCH, headers=headers), 404)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", "cab"),
        ("sort=period", "cab"),
        ("sort=-period", "bac"),
        ("sort=title", "abc"),
        ("sort=-title", "cba"),
        ("instrument_id={first}", "ca"),
        ("instrument_id={second}&sort=-title", "b"),
        ("topic_id={topic}", "ca"),
        ("period=2027-28&period=2028-29&sort=title", "ab"),
    ],
)
async def test_rounds_are_sorted_and_narrowed_as_asked(as_, query, titles):
    first, second = await an_instrument(as_, PLAIN), await an_instrument(as_, PLAIN)
    for title, period, instrument in (
        ("a", "2027-28", first),
        ("b", "2028-29", second),
        ("c", "2026-27", first),
    ):
        await scheduled_round(as_, instrument=instrument, title=title, period=period)
    names = {"first": first["id"], "second": second["id"]}
    names["topic"] = first["items"][0]["topic_id"]
    asked = f"limit=1&fields=title&include_total=true&{query.format(**names)}"
    found, path = "", f"/v1/rounds?{asked}"
    while path:
        answer = await as_(Role.VIEWER, NORTH).get(path)
        assert told(answer, 200)["total"] == len(titles)
        found += "".join(each.pop("title") for each in answer.json()["data"])
        link = answer.links.get("next")
        path = None if link is None else f"/v1/rounds{link['url']}"
    assert found == titles


async def test_a_round_is_cut_to_the_members_that_are_wanted(as_, analyst):
    round_ = await scheduled_round(as_)
    answer = await analyst.get(address(round_), params={"fields": "stage,id"})
    assert told(answer, 200) == {"id": round_["id"], "stage": "scheduled"}
    wrong = await analyst.get(address(round_), params={"fields": "stage,secret"})
    assert [each["pointer"] for each in told(wrong, 422)["errors"]] == ["?fields"]
