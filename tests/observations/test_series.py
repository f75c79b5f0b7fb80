"""A measure's series: in order, with its eras, and put together by sums."""

from random import Random
from uuid import UUID

import pytest
from conftest import NORTH, SOUTH
from observating import RIGHT, YEAR, batch, id_of, put

from app.measuring.values import pooled, shown
from app.vocabulary import Role

pytestmark = pytest.mark.anyio


def at(measure: str, place: UUID = NORTH, whose: UUID | None = None) -> str:
    return f"/v1/districts/{place}/measures/{id_of(measure, whose or place)}/series"


async def series(as_, measure: str = "reading", **asked: str):
    answer = await as_(Role.VIEWER, NORTH).get(at(measure), params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def wrong(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def point(period: str, edition: int = 3, **told) -> dict:
    year = int(period[:4])
    usual = {
        "period": period,
        "starts": f"{year}-07-01",
        "ends": f"{year + 1}-06-30",
        "edition": edition,
        "era": 3 if edition == 3 else 1,
        "breaks": False,
        "status": "reported",
        "value": 50,
        "numerator": 40,
        "denominator": 80,
        "counted": 1,
        "left_out": 0,
    }
    return usual | told


def row(period: str, **told) -> dict:
    return RIGHT | {"period": period, "numerator": 40} | told


async def enter(as_, *rows, place: UUID = NORTH) -> None:
    answer = await batch(as_, list(rows), place)
    assert answer.status_code == 200, answer.text


async def test_a_series_is_in_order_and_tells_where_its_eras_break(as_):
    gone = {"status": "not_collected", "numerator": None, "denominator": None}
    await enter(
        as_,
        row(YEAR),
        row("2023-24", edition=2),
        row("2021-22", edition=1),
        row("2022-23", edition=1) | gone,
        row("2023-24", numerator=0, denominator=0),
        row(YEAR, school="elm"),
        row(YEAR, breakdown={"sex": "f"}),
        row(YEAR, measure="counsellors"),
    )
    await enter(as_, row("2020-21"), place=SOUTH)
    nothing = {"value": None, "counted": 0, "left_out": 1}
    silent = nothing | {"status": "not_collected", "numerator": None, "denominator": None}
    assert await series(as_) == {
        "measure_id": str(id_of("reading")),
        "measure": "reading",
        "school_id": None,
        "breakdown": {},
        "pooled": None,
        "points": [
            point("2021-22", 1),
            point("2022-23", 1, **silent),
            point("2023-24", 2),
            point("2023-24", breaks=True, numerator=0, denominator=0, **nothing),
            point(YEAR),
        ],
    }


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"from": "2022-23"}, ["2022-23", "2023-24"]),
        ({"to": "2022-23"}, ["2021-22", "2022-23"]),
        ({"from": "2022-23", "to": "2022-23"}, ["2022-23"]),
        ({"from": "2021-22-S2"}, ["2022-23", "2023-24"]),
        ({"to": "2024-05"}, ["2021-22", "2022-23"]),
        ({"school_id": str(id_of("elm"))}, ["2023-24"]),
        ({"school_id": str(id_of("elm", SOUTH))}, []),
        ({"breakdown": "sex=f;grade=5"}, ["2022-23"]),
        ({"breakdown": "grade=5;sex=f"}, ["2022-23"]),
        ({"breakdown": "sex=f"}, []),
    ],
    ids=str,
)
async def test_a_series_is_narrowed(as_, asked, found):
    await enter(
        as_,
        *(row(period) for period in ("2021-22", "2022-23", "2023-24")),
        row("2023-24", school="elm"),
        row("2022-23", breakdown={"grade": "5", "sex": "f"}),
    )
    told = await series(as_, **asked)
    assert [each["period"] for each in told["points"]] == found


async def test_schools_are_put_together_by_their_sums(as_):
    """10 of 10 and 0 of 90 are 10 of 100, not the mean of their rates."""
    withheld = {"status": "suppressed", "numerator": None, "denominator": None}
    await enter(
        as_,
        row("2023-24", school="elm", numerator=10, denominator=10),
        row("2023-24", school="oak", numerator=0, denominator=90),
        row("2023-24", numerator=77, denominator=100),
        row(YEAR, school="elm"),
        row(YEAR, school="oak") | withheld,
        row(YEAR, school="oak", breakdown={"sex": "f"}),
        row("2022-23", school="oak", numerator=0, denominator=0),
    )
    told = await series(as_, pooled="schools")
    summed = {"status": None}
    nothing = {"value": None, "numerator": None, "denominator": None}
    assert (told["pooled"], told["points"]) == (
        "schools",
        [
            point("2022-23", **summed, **nothing, counted=0, left_out=1),
            point("2023-24", **summed, value=10, numerator=10, denominator=100, counted=2),
            point(YEAR, **summed, left_out=1),
        ],
    )


async def test_groups_are_put_together_within_the_group_that_is_asked_for(as_):
    await enter(
        as_,
        row(YEAR, breakdown={"grade": "5"}, numerator=1, denominator=3),
        row(YEAR, breakdown={"grade": "6"}, numerator=1, denominator=4),
        row(YEAR, breakdown={"grade": "5", "sex": "f"}, numerator=5, denominator=9),
        row(YEAR, breakdown={"sex": "f"}),
        row(YEAR),
        row(YEAR, breakdown={"grade": "5"}, school="elm", numerator=9, denominator=9),
        row(YEAR, breakdown={"grade": "5"}, edition=2, numerator=3, denominator=3),
    )
    told = await series(as_, pooled="grade")
    assert told["points"] == [
        point(YEAR, 2, status=None, value=100, numerator=3, denominator=3),
        point(
            YEAR, breaks=True, status=None, value=28.571429, numerator=2, denominator=7, counted=2
        ),
    ]
    girls = await series(as_, pooled="grade", breakdown="sex=f")
    assert girls["points"] == [
        point(YEAR, status=None, value=55.555556, numerator=5, denominator=9)
    ]
    at_elm = await series(as_, pooled="grade", school_id=str(id_of("elm")))
    assert at_elm["points"] == [point(YEAR, status=None, value=100, numerator=9, denominator=9)]


async def test_counts_are_added_up(as_):
    count = {"measure": "graduates", "period": YEAR}
    await enter(
        as_,
        count | {"value": 60, "breakdown": {"sex": "f"}},
        count | {"value": 41, "breakdown": {"sex": "m"}},
        count | {"status": "suppressed", "breakdown": {"sex": "x"}},
    )
    (told,) = (await series(as_, "graduates", pooled="sex"))["points"]
    assert told == point(
        YEAR,
        1,
        status=None,
        value=101,
        numerator=None,
        denominator=None,
        counted=2,
        left_out=1,
    )


async def test_sums_are_those_of_the_arithmetic(as_):
    """What SQL adds up is what ``app.measuring`` makes of the same parts, exactly."""
    draw = Random(34)  # noqa: S311 - nothing secret
    parts: list[tuple[int | None, int | None]] = []
    for _ in range(60):
        denominator = draw.choice([0, 1, 3, 7, 80, 10**9])
        parts.append((draw.randint(0, denominator), denominator))
    parts += [(None, None)] * 5
    rows = []
    for n, (numerator, denominator) in enumerate(parts):
        told = {"breakdown": {"sex": f"s{n}"}, "numerator": numerator, "denominator": denominator}
        rows.append(
            row(YEAR, **told, status="reported" if denominator is not None else "suppressed")
        )
    await enter(as_, *rows)
    (point_of_all,) = (await series(as_, pooled="sex"))["points"]
    whole = pooled(parts, 100)
    told = [point_of_all[name] for name in ("value", "numerator", "denominator")]
    exactly = [shown(whole.value, 6), whole.numerator, whole.denominator]
    assert told == [float(exactly[0]), int(exactly[1]), int(exactly[2])]
    assert (point_of_all["counted"], point_of_all["left_out"]) == (whole.counted, whole.left_out)
    assert whole.left_out > 5


@pytest.mark.parametrize(
    ("measure", "asked", "faults"),
    [
        ("climate", {"pooled": "schools"}, [("?pooled", "not_pooled")]),
        ("reading", {"pooled": "race"}, [("?pooled", "unknown_dimension")]),
        ("reading", {"pooled": "sex", "breakdown": "sex=f"}, [("?pooled", "repeated")]),
        (
            "reading",
            {"pooled": "schools", "school_id": str(id_of("elm"))},
            [("?school_id", "not_with_pooled")],
        ),
        ("reading", {"from": "2026"}, [("?from", "malformed")]),
        ("reading", {"breakdown": "sex"}, [("?breakdown", "malformed")]),
        ("reading", {"breakdown": "sex=f;sex=m"}, [("?breakdown", "repeated")]),
        ("reading", {"district": str(SOUTH)}, [("?district", "unknown_parameter")]),
    ],
)
async def test_what_cannot_be_asked_is_told(as_, measure, asked, faults):
    answer = await as_(Role.VIEWER, NORTH).get(at(measure), params=asked)
    assert wrong(answer) == faults


async def test_another_districts_series_is_not_there(as_):
    await put(as_, SOUTH)
    viewer = as_(Role.VIEWER, NORTH)
    nowhere = f"/v1/districts/{NORTH}/measures/{UUID(int=7)}/series"
    for path in (at("reading", SOUTH), at("reading", NORTH, SOUTH), nowhere):
        answer = await viewer.get(path)
        assert (path, answer.status_code) == (path, 404)
