from decimal import Decimal
from uuid import uuid4

import pytest
from answers import at as in_round
from answers import put
from conftest import NORTH, SOUTH
from links.test_links import a_ratio, at, link
from measured import a_count, a_measure, an_edition, an_observation
from paths import an_instrument, open_round, told

from app.schools.models import School
from app.submissions.seals import OwnSeal
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
THEN = "2026-27"


@pytest.fixture
async def instrument(as_):
    return await an_instrument(as_, code="resources")


@pytest.fixture
async def round_(as_, instrument):
    """A round of 2026-27 that takes answers."""
    return await open_round(as_, instrument=instrument)


@pytest.fixture
async def teachers(as_, given, instrument):
    """A measure that is linked to the first item of the instrument."""
    measure = await a_ratio(given)
    told(await link(as_, measure), 201)
    return measure


@pytest.fixture
async def spent(as_, given, instrument):
    """A measure that is linked to the second item of the instrument."""
    measure = a_measure("spent")
    await given(measure, a_count(measure, kind="currency", unit="USD per student"))
    told(await link(as_, measure, at("expenditure")), 201)
    return measure


def of(measure, numerator, denominator, period=THEN, **changes):
    told_ = {"numerator": Decimal(str(numerator)), "denominator": Decimal(str(denominator))}
    return an_observation(measure, period, **(told_ | changes))


def plain(measure, number, period=THEN, **changes):
    none = {"numerator": None, "denominator": None}
    return an_observation(measure, period, **(none | {"value": Decimal(str(number))} | changes))


async def prefill(as_, round_, role=Role.DATA_STEWARD, district=NORTH):
    return await as_(role, district).get(f"{in_round(round_, district)}/prefill")


async def items(as_, round_):
    return {each["item"]: each for each in told(await prefill(as_, round_), 200)["items"]}


async def test_what_is_linked_is_filled_in_from_the_observation_of_the_rounds_period(
    as_, round_, teachers, given
):
    now, before = of(teachers, 195, 10.9), of(teachers, 190, 10, "2025-26")
    school = School(id=uuid4(), district_id=NORTH, code="s", name="A school")
    await given(school, now, before)
    await given(
        of(teachers, 1, 2, school_id=school.id),
        of(teachers, 1, 3, breakdown={"grade": "5"}, class_of=2034),
        of(teachers, 1, 4, "2026-27-S1"),
    )
    assert told(await prefill(as_, round_), 200) == {
        "round_id": round_["id"],
        "district_id": str(NORTH),
        "period": "2026-27",
        "items": [
            {
                "item": "students-per-teacher",
                "prompt": "How many students are there for each teacher?",
                "unit": "students per teacher",
                "measure_id": str(teachers.id),
                "measure": "teachers",
                "observation": {
                    "id": str(now.id),
                    "period": "2026-27",
                    "edition": 1,
                    "status": "reported",
                    "source": None,
                    "version": 1,
                },
                "answer": {
                    "status": "reported",
                    "value": None,
                    "numerator": 195,
                    "denominator": 10.9,
                },
                "figure": 17.889908,
                "earlier": {"period": "2025-26", "figure": 19},
                "cautions": [],
            }
        ],
    }


async def test_what_is_filled_in_can_be_entered_as_it_is(as_, round_, teachers, spent, given):
    await given(of(teachers, 195, 10.9), plain(spent, 6385))
    for code, item in (await items(as_, round_)).items():
        answer = {name: value for name, value in item["answer"].items() if value is not None}
        told(await put(as_, round_, code, answer), 201)


async def test_nothing_is_stored_and_no_answer_is_opened(as_, round_, teachers, given, monkeypatch):
    await given(of(teachers, 195, 10.9))
    told(await put(as_, round_, "students-per-teacher", {"numerator": 1, "denominator": 1}), 201)
    submission = f"{in_round(round_)}/submission"
    before = told(await as_(Role.DATA_STEWARD, NORTH).get(submission), 200)
    monkeypatch.setattr(OwnSeal, "opened", None)
    assert (await items(as_, round_))["students-per-teacher"]["figure"] == 17.889908
    monkeypatch.undo()
    assert told(await as_(Role.DATA_STEWARD, NORTH).get(submission), 200) == before


def codes(item):
    return [(each["code"], each["pointer"]) for each in item["cautions"]]


@pytest.mark.parametrize(
    ("numerator", "denominator", "changes", "expected"),
    [
        (610, 10, {}, [("out_of_range", "/numerator")]),
        (5, 10, {}, [("out_of_range", "/numerator")]),
        (9, 0, {}, [("zero_denominator", "/denominator")]),
        (90, 9.99, {}, [("small_denominator", "/denominator")]),
        (200, 10, {"status": "estimated"}, [("estimated", None)]),
        (
            610,
            9,
            {"status": "estimated"},
            [
                ("estimated", None),
                ("small_denominator", "/denominator"),
                ("out_of_range", "/numerator"),
            ],
        ),
    ],
)
async def test_what_looks_wrong_is_told(
    as_, round_, teachers, given, numerator, denominator, changes, expected
):
    await given(of(teachers, numerator, denominator, **changes))
    item = (await items(as_, round_))["students-per-teacher"]
    assert (codes(item), item["answer"]["status"]) == (expected, "reported")


@pytest.mark.parametrize("status", ["not_collected", "not_applicable"])
async def test_what_was_not_collected_is_answered_so_and_needs_a_comment(
    as_, round_, teachers, given, status
):
    await given(plain(teachers, 1, status=status, value=None))
    item = (await items(as_, round_))["students-per-teacher"]
    nothing = {"value": None, "numerator": None, "denominator": None}
    assert item["answer"] == {"status": status, **nothing}
    assert codes(item) == [("required", "/comment")]


async def test_what_is_suppressed_is_no_answer(as_, round_, teachers, given):
    await given(plain(teachers, 1, status="suppressed", value=None))
    item = (await items(as_, round_))["students-per-teacher"]
    assert (item["answer"], codes(item)) == (None, [("suppressed", None)])


async def test_an_observation_of_another_period_is_told_of_and_not_filled_in(
    as_, round_, teachers, given
):
    await given(of(teachers, 195, 10.9, "2025-26"))
    item = (await items(as_, round_))["students-per-teacher"]
    assert (item["answer"], item["observation"], item["figure"]) == (None, None, None)
    assert item["cautions"] == [
        {
            "code": "other_period",
            "detail": "The newest observation is of 2025-26, the round is of 2026-27.",
            "pointer": None,
        }
    ]


async def test_without_an_observation_nothing_is_filled_in(as_, round_, teachers):
    item = (await items(as_, round_))["students-per-teacher"]
    assert (item["answer"], item["cautions"]) == (None, [])


async def test_a_value_that_was_measured_otherwise_is_told_of(as_, round_, given, instrument):
    """The newest edition fits the item; the year was observed under the one before."""
    measure = a_measure("teachers", edition=2)
    fits = {"kind": "mean", "unit": "students per teacher", "factor": 1}
    await given(measure, an_edition(measure, 1), an_edition(measure, 2, **fits))
    told(await link(as_, measure), 201)
    await given(of(measure, 195, 10.9))
    item = (await items(as_, round_))["students-per-teacher"]
    assert codes(item) == [("other_factor", None), ("other_unit", None)]


@pytest.mark.parametrize(
    ("series", "far"),
    [
        ([1000], False),
        ([1000, 1250], False),  # a quarter, and not more
        ([1000, 1251], True),
        ([1000, 749], True),
        ([1000, 2000, 2600], False),  # a longer step was made before
        ([1000, 1100, 1400], True),
        ([1000, 1100, 1374], False),
        ([0, 1], True),
    ],
)
async def test_a_value_far_from_that_of_the_year_before_is_told_of(
    as_, round_, spent, given, series, far
):
    first = 2027 - len(series)
    for place, value in enumerate(series):
        year = first + place
        await given(plain(spent, value, f"{year}-{(year + 1) % 100:02}"))
    item = (await items(as_, round_))["expenditure"]
    assert codes(item) == ([("far_from_last_year", None)] if far else [])
    earlier = None if len(series) < 2 else {"period": "2025-26", "figure": series[-2]}
    assert item["earlier"] == earlier


async def test_values_before_an_era_break_and_of_parts_of_a_year_are_no_steps(
    as_, round_, spent, given
):
    broken = a_count(spent, kind="currency", unit="USD per student")
    broken.edition, broken.era, broken.era_break, broken.reason = 2, 2, True, "Another law."
    await given(broken)
    await given(
        plain(spent, 1000, "2025-26"),
        plain(spent, 1, "2025-26-S2", edition=2),
        plain(spent, 5000, edition=2),
    )
    item = (await items(as_, round_))["expenditure"]
    assert (item["earlier"], codes(item)) == (None, [])


async def test_another_districts_prefill_and_an_absent_round_look_the_same(
    as_, round_, teachers, given
):
    seen, nowhere = [], {"id": str(uuid4())}
    for asked, district in ((round_, SOUTH), (nowhere, NORTH), (round_, uuid4())):
        path = f"{in_round(asked, district)}/prefill"
        answer = await as_(Role.DATA_STEWARD, NORTH).get(path)
        seen.append((answer.status_code, answer.json() | {"instance": "", "request_id": ""}))
    assert seen == [(404, seen[0][1])] * 3
    theirs = told(await prefill(as_, round_, district=SOUTH), 200)
    assert theirs["items"] == []


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.PUBLIC])
async def test_who_enters_answers_is_filled_in_for_and_no_other(as_, round_, teachers, role):
    answer = await as_(role, None if role.of_consortium else NORTH).get(
        f"{in_round(round_)}/prefill"
    )
    expected = (200, None) if role is Role.DATA_STEWARD else (403, "TR-02")
    assert (answer.status_code, answer.json().get("rule")) == expected
