"""One observation: entered, corrected, and all that keeps it from being one."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from conftest import NORTH, SOUTH, account
from observating import RIGHT, YEAR, at, entered, faults, id_of, listed, put, steward
from sqlalchemy import text

from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def test_an_observation_is_entered_and_shown_as_it_stands(as_):
    told = {
        "school": "elm",
        "breakdown": {"grade": "5"},
        "numerator": 2,
        "denominator": 3,
        "source": "State test",
        "as_of": "2025-08-15",
    }
    answer = await put(as_, **told)
    body = answer.json()
    made = {name: body.pop(name) for name in ("id", "created_at", "updated_at")}
    assert (answer.status_code, answer.headers["location"]) == (201, f"{at()}/{made['id']}")
    assert made["created_at"] == made["updated_at"]
    assert body == {
        "measure_id": str(id_of("reading")),
        "measure": "reading",
        "edition": 3,
        "school_id": str(id_of("elm")),
        "school": "elm",
        "period": YEAR,
        "starts": "2024-07-01",
        "ends": "2025-06-30",
        "breakdown": {"grade": "5"},
        "class_of": 2032,
        "status": "reported",
        "value": 66.666667,
        "numerator": 2,
        "denominator": 3,
        "factor": 100,
        "source": "State test",
        "as_of": "2025-08-15",
        "version": 1,
    }
    shown = await as_(Role.VIEWER, NORTH).get(answer.headers["location"])
    assert (shown.json(), shown.headers["etag"]) == (body | made, answer.headers["etag"])


async def test_who_says_the_same_again_changes_nothing(as_):
    first = await entered(as_, reason="A first time.")
    again = await put(as_, reason="A second time.")
    assert (again.status_code, again.json()) == (200, first)
    told = await as_(Role.VIEWER, NORTH).get(f"{at()}/{first['id']}/corrections")
    assert told.json()["data"] == []


async def test_a_correction_needs_the_tag_of_what_it_corrects(as_):
    first = await put(as_)
    unseen = await put(as_, numerator=42)
    assert (unseen.status_code, unseen.json()["code"]) == (428, "precondition_required")
    stale = await put(as_, numerator=42, etag='"9-00000000-json"')
    assert (stale.status_code, stale.headers["etag"]) == (412, first.headers["etag"])
    assert await listed(as_) == [first.json()]
    done = await put(as_, numerator=42, etag=first.headers["etag"])
    body = done.json()
    assert (done.status_code, body["version"], body["value"]) == (200, 2, 52.5)
    assert await listed(as_) == [body]


async def test_who_believes_it_to_be_there_does_not_make_it(as_):
    answer = await put(as_, etag='"1-00000000-json"')
    assert answer.status_code == 412
    assert await listed(as_) == []


@pytest.mark.parametrize("numerator", [41, 42])
async def test_what_is_to_be_new_corrects_nothing(as_, numerator):
    make = {"If-None-Match": "*"}
    body = RIGHT | {"numerator": numerator}
    first = await steward(as_).put(at(), json=RIGHT, headers=make)
    again = await steward(as_).put(at(), json=body, headers=make)
    assert (first.status_code, again.status_code) == (201, 412)
    assert again.headers["etag"] == first.headers["etag"]
    assert await listed(as_) == [first.json()]


async def test_the_natural_key_tells_observations_apart(as_):
    keys = [
        {},
        {"edition": 2},
        {"school": "elm"},
        {"school": "oak"},
        {"period": "2023-24"},
        {"breakdown": {"sex": "f"}},
        {"breakdown": {"home-language": "Hmong"}},
        {"breakdown": {"sex": "f", "grade": "5"}},
    ]
    made = [await entered(as_, **key) for key in keys]
    assert len({each["id"] for each in made}) == len(keys)
    other_spelling = {"breakdown": {"grade": "5", "sex": "f"}, "measure": str(id_of("reading"))}
    again = await put(as_, **other_spelling)
    assert (again.status_code, again.json()["id"]) == (200, made[-1]["id"])
    by_id = await put(as_, school=str(id_of("oak")), edition=3)
    assert (by_id.status_code, by_id.json()["id"]) == (200, made[3]["id"])


@pytest.mark.parametrize(
    ("measure", "told", "value"),
    [
        ("reading", {"numerator": 1, "denominator": 6}, 16.666667),
        ("reading", {"numerator": 5, "denominator": 0}, "refused"),
        ("reading", {"numerator": 0, "denominator": 0}, None),
        ("counsellors", {"numerator": 5000, "denominator": 10}, 500),
        ("counsellors", {"numerator": 2.5, "denominator": 1}, 2.5),
        ("capacity", {"numerator": 105.5, "denominator": 100}, 105.5),
        ("incidents", {"numerator": 12, "denominator": 10}, 1200),
        ("graduates", {"value": 101}, 101),
        ("spending", {"value": -12.255}, -12.255),
        ("climate", {"value": 4}, 4),
    ],
)
async def test_a_value_is_what_its_parts_come_to(as_, measure, told, value):
    none = {"numerator": None, "denominator": None}
    answer = await put(as_, measure=measure, **none | told)
    if value == "refused":
        assert faults(answer) == [("/numerator", "out_of_range")]
    else:
        assert (answer.status_code, answer.json()["value"]) == (201, value)


@pytest.mark.parametrize(
    ("numerator", "denominator", "value"),
    [(1, 40_000_000, 2e-06), (7, 200_000_000, 4e-06), (3, 80_000_000, 4e-06)],
)
async def test_a_value_is_rounded_half_to_even_to_six_decimals(as_, numerator, denominator, value):
    told = await entered(as_, numerator=numerator, denominator=denominator)
    assert told["value"] == value


@pytest.mark.parametrize(
    ("breakdown", "period", "class_of"),
    [
        ({"grade": "K"}, "2021-22", 2034),
        ({"grade": "4"}, "2025-26", 2034),
        ({"grade": "12"}, "2024-25", 2025),
        ({"grade": "4", "sex": "f"}, "2025-26", None),
        ({"sex": "f"}, "2025-26", None),
        ({}, "2025-26", None),
    ],
)
async def test_a_grade_alone_says_which_class_it_is(as_, breakdown, period, class_of):
    told = await entered(as_, breakdown=breakdown, period=period)
    assert told["class_of"] == class_of


@pytest.mark.parametrize("status", ["not_collected", "not_applicable", "suppressed"])
async def test_what_has_no_value_says_so(as_, status):
    told = await entered(as_, status=status, numerator=None, denominator=None)
    assert (told["status"], told["value"], told["numerator"]) == (status, None, None)


def tomorrow() -> str:
    return (datetime.now(UTC) + timedelta(days=2)).date().isoformat()


NOTHING = {"numerator": None, "denominator": None}
MISFITS = {
    "an unknown measure": ({"measure": "writing"}, [("/measure", "unknown_reference")]),
    "an unknown edition": ({"edition": 4}, [("/edition", "unknown_reference")]),
    "an unknown school": ({"school": "ash"}, [("/school", "unknown_reference")]),
    "another frequency": ({"period": "2025-10"}, [("/period", "other_frequency")]),
    "a period to come": ({"period": "2190-91"}, [("/period", "not_begun")]),
    "no such period": ({"period": "2026"}, [("/period", "malformed")]),
    "another dimension": (
        {"breakdown": {"race": "x", "sex": "f"}},
        [("/breakdown/race", "unknown_dimension")],
    ),
    "no such grade": ({"breakdown": {"grade": "13"}}, [("/breakdown/grade", "not_one_of")]),
    "a grade with a zero": ({"breakdown": {"grade": "05"}}, [("/breakdown/grade", "not_one_of")]),
    "a blank category": ({"breakdown": {"sex": ""}}, [("/breakdown/sex", "malformed")]),
    "a day to come": ({"as_of": tomorrow()}, [("/as_of", "in_future")]),
    "a value for a quotient": (
        {"value": 1},
        [("/value", "not_for_this_measure")],
    ),
    "a missing part": ({"denominator": None}, [("/denominator", "required")]),
    "nothing at all": (NOTHING, [("/numerator", "required"), ("/denominator", "required")]),
    "parts for a count": (
        {"measure": "graduates"},
        [
            ("/value", "required"),
            ("/numerator", "not_for_this_measure"),
            ("/denominator", "not_for_this_measure"),
        ],
    ),
    "numbers that are withheld": (
        {"status": "suppressed", "value": 1},
        [(f"/{name}", "not_for_this_status") for name in ("value", "numerator", "denominator")],
    ),
    "more than all": ({"numerator": 81}, [("/numerator", "out_of_range")]),
    "fewer than none": ({"numerator": -1}, [("/numerator", "out_of_range")]),
    "of fewer than none": ({"denominator": -1}, [("/denominator", "out_of_range")]),
    "half a student": ({"numerator": 0.5}, [("/numerator", "not_a_whole_number")]),
    "of half a student": ({"denominator": 80.5}, [("/denominator", "not_a_whole_number")]),
    "half a count": (
        NOTHING | {"measure": "graduates", "value": 0.5},
        [("/value", "not_a_whole_number")],
    ),
    "a negative count": (
        NOTHING | {"measure": "graduates", "value": -1},
        [("/value", "out_of_range")],
    ),
    "finer than any value": (
        NOTHING | {"measure": "spending", "value": 0.0000001},
        [("/value", "too_many_decimals")],
    ),
    "between two levels": (
        NOTHING | {"measure": "climate", "value": 2.5},
        [("/value", "not_a_whole_number")],
    ),
    "no level": (NOTHING | {"measure": "climate", "value": 0}, [("/value", "out_of_range")]),
    "too fine": ({"numerator": 0.0000001}, [("/numerator", "too_many_decimals")]),
    "too much": ({"numerator": 10**13}, [("/numerator", "out_of_range")]),
    "a text for a number": ({"numerator": "41"}, [("/numerator", "not_a_number")]),
    "a flag for a number": ({"numerator": True}, [("/numerator", "not_a_number")]),
    "another status": ({"status": "lost"}, [("/status", "not_one_of")]),
    "an unknown member": ({"id": str(UUID(int=7))}, [("/id", "unknown_member")]),
    "several at once": (
        {"school": "ash", "period": "2025-10", "numerator": 81, "as_of": tomorrow()},
        [
            ("/school", "unknown_reference"),
            ("/period", "other_frequency"),
            ("/as_of", "in_future"),
            ("/numerator", "out_of_range"),
        ],
    ),
}


@pytest.mark.parametrize("name", MISFITS)
async def test_all_that_keeps_it_from_being_an_observation_is_told(as_, name):
    told, wrong = MISFITS[name]
    assert faults(await put(as_, **told)) == wrong
    assert await listed(as_) == []


@pytest.mark.parametrize("name", ["measure", "school"])
async def test_what_is_anothers_looks_like_what_is_not_there(as_, name):
    code = {"measure": "reading", "school": "elm"}[name]
    theirs = await put(as_, **{name: str(id_of(code, SOUTH))})
    nobodys = await put(as_, **{name: str(UUID(int=7))})
    hidden = {"request_id": None}
    assert theirs.json() | hidden == nobodys.json() | hidden
    assert faults(theirs) == [(f"/{name}", "unknown_reference")]


async def test_a_month_is_observed_by_the_month(as_):
    told = await entered(as_, measure="attendance", period="2025-10")
    assert (told["starts"], told["ends"]) == ("2025-10-01", "2025-10-31")


async def test_another_district_takes_no_observation(as_):
    answers = [await steward(as_).put(at(place), json=RIGHT) for place in (SOUTH, UUID(int=7))]
    told = [answer.json() | {"request_id": None, "instance": None} for answer in answers]
    assert (told[0]["status"], told[0]) == (404, told[1])
    assert await listed(as_, SOUTH) == []


async def test_what_it_said_is_kept_with_who_corrected_it_and_why(as_):
    first = await put(as_, source="Draft")
    told = {"numerator": 40, "reason": "One was counted twice."}
    await put(as_, **told, etag=first.headers["etag"])
    path = f"{at()}/{first.json()['id']}"
    seen = await as_(Role.PLANNER, NORTH).get(path)
    change = {"status": "suppressed", "numerator": None, "denominator": None, "reason": "Too few."}
    await as_(Role.PLANNER, NORTH).patch(
        path, json=change, headers={"If-Match": seen.headers["etag"]}
    )
    told = (await as_(Role.VIEWER, NORTH).get(f"{path}/corrections")).json()
    rows = told.pop("data")
    when = [(row.pop("id"), row.pop("corrected_at")) for row in rows]
    assert (told, len(set(when))) == ({"next_cursor": None, "has_more": False}, 2)
    before = {
        "status": "reported",
        "value": 51.25,
        "numerator": 41,
        "denominator": 80,
        "factor": 100,
        "source": "Draft",
        "as_of": None,
        "version": 1,
        "corrected_by": str(account(Role.DATA_STEWARD, NORTH)),
        "reason": "One was counted twice.",
    }
    after = {"value": 50, "numerator": 40, "version": 2, "source": None, "reason": "Too few."}
    by_planner = {"corrected_by": str(account(Role.PLANNER, NORTH))}
    assert rows == [before, before | after | by_planner]


async def test_the_feed_has_one_row_for_each_change(as_, owner):
    first = await put(as_)
    await put(as_)
    await put(as_, numerator=42, etag=first.headers["etag"])
    async with owner.connect() as connection:
        rows = await connection.execute(
            text("select district_id, type, op, subject_id, version from changes order by seq")
        )
        told = [tuple(row) for row in rows if row.type == "observation"]
    here = UUID(first.json()["id"])
    assert told == [(NORTH, "observation", "upsert", here, version) for version in (1, 2)]
