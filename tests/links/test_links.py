from typing import Any
from uuid import UUID, uuid4

import pytest
from conftest import NORTH, SOUTH
from measured import a_count, a_measure, an_edition
from paths import EVERY_KIND, RATIO, an_instrument, told
from planning import faults, seen

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
OWN_FIGURES = {Role.SUPERINTENDENT, Role.BOARD_MEMBER, Role.PLANNER, Role.DATA_STEWARD}
KEEPERS = {Role.PLANNER, Role.DATA_STEWARD}
ABSENT = UUID(int=77)


@pytest.fixture
async def teachers(given, as_):
    """A measure that is what the first item of the instrument asks for."""
    return await a_ratio(given)


async def a_ratio(given, code="teachers", district=NORTH, **changes: Any):
    """Students for each teacher."""
    measure = a_measure(code, district)
    like = {"kind": "mean", "unit": "Students per  teacher", "factor": 1}
    await given(measure, an_edition(measure, **(like | changes)))
    return measure


@pytest.fixture
async def instrument(as_):
    return await an_instrument(as_, code="resources")


def at(item="students-per-teacher", instrument="resources", district=NORTH) -> str:
    return f"/v1/districts/{district}/links/{instrument}/{item}"


async def link(as_, measure, path=None, role=Role.PLANNER, district=NORTH, **headers: str):
    body = {"measure_id": str(getattr(measure, "id", measure))}
    return await as_(role, district).put(path or at(), json=body, headers=headers)


async def test_a_link_says_which_measure_answers_an_item(as_, instrument, teachers):
    answer = await link(as_, teachers)
    body = told(answer, 201)
    assert body == {
        "id": body["id"],
        "district_id": str(NORTH),
        "instrument_code": "resources",
        "item_code": "students-per-teacher",
        "measure_id": str(teachers.id),
        "created_at": body["created_at"],
        "updated_at": body["updated_at"],
        "version": 1,
    }
    assert answer.headers["location"] == at()
    read = await as_(Role.BOARD_MEMBER, NORTH).get(at())
    assert (told(read, 200), read.headers["etag"]) == (body, answer.headers["etag"])
    page = told(await as_(Role.BOARD_MEMBER, NORTH).get(f"/v1/districts/{NORTH}/links"), 200)
    assert page == {"data": [body], "next_cursor": None, "has_more": False}


async def test_a_link_is_moved_to_another_measure_by_who_has_seen_it(
    as_, instrument, teachers, given
):
    other = await a_ratio(given, "other")
    first = told(await link(as_, teachers), 201)
    assert told(await link(as_, teachers), 200) == first  # says what is there
    told(await link(as_, other), 428)
    told(await link(as_, other, **{"If-Match": '"7-x-json"'}), 412)
    moved = told(await link(as_, other, **await seen(as_(Role.PLANNER, NORTH), at())), 200)
    assert moved == first | {
        "measure_id": str(other.id),
        "version": 2,
        "updated_at": moved["updated_at"],
    }


async def test_who_believes_a_link_to_be_there_is_told_that_it_is_not(as_, instrument, teachers):
    told(await link(as_, teachers, **{"If-Match": '"1-x-json"'}), 412)


async def test_a_link_is_taken_away_by_who_has_seen_it(as_, instrument, teachers):
    told(await link(as_, teachers), 201)
    caller = as_(Role.DATA_STEWARD, NORTH)
    told(await caller.delete(at()), 428)
    gone = await caller.delete(at(), headers=await seen(caller, at()))
    assert (gone.status_code, gone.content) == (204, b"")
    for answer in (await caller.get(at()), await caller.delete(at())):
        told(answer, 404)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"kind": "count", "factor": None, "numerator": None, "denominator": None}, ["no_ratio"]),
        ({"factor": 100}, ["other_factor"]),
        ({"unit": "percent"}, ["other_unit"]),
        ({"unit": "percent", "factor": 1000}, ["other_factor", "other_unit"]),
    ],
)
async def test_a_measure_that_is_something_else_does_not_answer(
    as_, instrument, given, changes, codes
):
    answer = await link(as_, await a_ratio(given, **changes))
    assert faults(answer) == [("/measure_id", code) for code in codes]


async def test_the_newest_edition_of_the_measure_is_what_fits(as_, instrument, given, owner):
    measure = a_measure("teachers", edition=2)
    fits = {"kind": "mean", "unit": "students per teacher", "factor": 1}
    await given(measure, an_edition(measure), an_edition(measure, 2, **fits))
    told(await link(as_, measure), 201)
    older = a_measure("older", edition=2)
    await given(older, an_edition(older, 1, **fits), an_edition(older, 2))
    assert faults(await link(as_, older))[0] == ("/measure_id", "other_factor")


async def test_a_plain_item_is_answered_by_a_plain_measure(as_, instrument, given, teachers):
    spent, plain = a_measure("spent"), {"kind": "currency", "unit": "USD per student"}
    await given(spent, a_count(spent, **plain))
    told(await link(as_, spent, at("expenditure")), 201)
    answer = await link(as_, teachers, at("expenditure"))
    assert faults(answer) == [("/measure_id", "is_a_ratio"), ("/measure_id", "other_unit")]


@pytest.mark.parametrize("item", [each["code"] for each in EVERY_KIND[2:]])
async def test_only_a_quantitative_item_is_answered_by_a_measure(as_, instrument, teachers, item):
    assert faults(await link(as_, teachers, at(item))) == [("/measure_id", "not_quantitative")]


async def test_the_newest_edition_that_has_the_item_is_what_is_asked(
    as_, instrument, teachers, given
):
    told(await link(as_, teachers), 201)
    changed = RATIO | {"factor": 100, "unit": "students per 100 teachers"}
    await an_instrument(as_, changed, code="resources")
    answer = await link(as_, await a_ratio(given, "other"))
    assert faults(answer) == [("/measure_id", "other_factor"), ("/measure_id", "other_unit")]
    spent = a_measure("spent")
    await given(spent, a_count(spent, kind="currency", unit="USD per student"))
    told(await link(as_, spent, at("expenditure")), 201)  # of the edition before


async def test_a_measure_of_another_district_is_as_unknown_as_one_that_is_not_there(
    as_, instrument, given, teachers
):
    theirs = await a_ratio(given, district=SOUTH)
    for measure in (theirs.id, ABSENT):
        assert faults(await link(as_, measure)) == [("/measure_id", "unknown_reference")]


async def test_another_districts_links_look_as_if_they_were_not_there(
    as_, instrument, teachers, given
):
    theirs = await a_ratio(given, district=SOUTH)
    told(await link(as_, theirs, at(district=SOUTH), district=SOUTH), 201)
    caller, answers = as_(Role.PLANNER, NORTH), []
    for district in (SOUTH, uuid4()):
        path = at(district=district)
        answers += [
            await caller.get(f"/v1/districts/{district}/links"),
            await caller.get(path),
            await link(as_, teachers, path),
            await link(as_, theirs, path),
            await caller.delete(path, headers={"If-Match": "*"}),
        ]
    blank = {"instance": "", "request_id": ""}
    seen_ = [(answer.status_code, answer.json() | blank) for answer in answers]
    assert seen_ == [(404, seen_[0][1])] * 10


async def test_an_item_that_is_not_there_is_not_found(as_, instrument, teachers):
    for path in (at("nothing"), at(instrument="nothing"), at("-")):
        told(await link(as_, teachers, path), 404)


async def test_links_are_filtered_by_what_they_link(as_, instrument, teachers, given):
    spent = a_measure("spent")
    await given(spent, a_count(spent, kind="currency", unit="USD per student"))
    told(await link(as_, teachers), 201)
    told(await link(as_, spent, at("expenditure")), 201)
    caller = as_(Role.PLANNER, NORTH)
    for query, items in (
        ("", ["expenditure", "students-per-teacher"]),
        ("?sort=-updated_at", ["expenditure", "students-per-teacher"]),
        ("?sort=updated_at", ["students-per-teacher", "expenditure"]),
        ("?item_code=expenditure", ["expenditure"]),
        (f"?measure_id={teachers.id}", ["students-per-teacher"]),
        ("?instrument_code=other", []),
    ):
        page = told(await caller.get(f"/v1/districts/{NORTH}/links{query}"), 200)
        assert [each["item_code"] for each in page["data"]] == items


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.PUBLIC])
async def test_who_sees_a_districts_answers_sees_its_links_and_who_records_keeps_them(
    as_, instrument, teachers, role
):
    caller = as_(role, None if role.of_consortium else NORTH)
    answers = [
        await caller.put(at(), json={"measure_id": str(teachers.id)}),
        await caller.get(f"/v1/districts/{NORTH}/links"),
    ]
    expected = [201 if role in KEEPERS else 403, 200 if role in OWN_FIGURES else 403]
    assert [answer.status_code for answer in answers] == expected
    assert {a.json()["rule"] for a in answers if a.status_code == 403} <= {"TR-02"}
