"""Reading observations: one district at a time, in the order of periods, never of values."""

from uuid import UUID

import pytest
from conftest import NORTH, SOUTH
from observating import YEAR, at, batch, entered, id_of, listed, put
from policy.conftest import STEWARD, reader_of

from app.observations.readings import CORRECTIONS, OBSERVATION, OBSERVATIONS
from app.observations.series import EDITIONS, OF_GROUPS, OF_SCHOOLS, SINGLE
from app.paging import Marks, Wanted
from app.policy.actions import WHO_MAY, Action
from app.policy.reach import Reach
from app.sealing import Fingerprints
from app.vocabulary import Role

pytestmark = pytest.mark.anyio

ROWS = [
    {"period": "2022-23", "school": "elm"},
    {"period": "2021-22"},
    {"period": YEAR, "breakdown": {"grade": "5"}},
    {"period": YEAR, "breakdown": {"grade": "5", "sex": "f"}, "school": "oak"},
    {"period": YEAR, "status": "suppressed", "breakdown": {"sex": "m"}},
    {"period": "2023-24", "measure": "counsellors"},
]


def row(told):
    parts = {} if told.get("status") == "suppressed" else {"numerator": 41, "denominator": 80}
    return {"measure": "reading"} | parts | told


@pytest.fixture
async def ids(as_) -> list[str]:
    """The ids of the rows, which are in the list by their periods."""
    answer = await batch(as_, [row(told) for told in ROWS])
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["results"]]


BY_PERIOD = [1, 0, 5, 2, 3, 4]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, BY_PERIOD),
        ({"sort": "starts"}, BY_PERIOD),
        ({"sort": "-starts"}, BY_PERIOD[::-1]),
        ({"measure_id": str(id_of("counsellors"))}, [5]),
        ({"school_id": [str(id_of("elm")), str(id_of("oak"))]}, [0, 3]),
        ({"period": [YEAR, "2021-22"]}, [1, 2, 3, 4]),
        ({"status": "suppressed"}, [4]),
        ({"class_of": 2032}, [2]),
        ({"total": "true"}, [1, 0, 5]),
        ({"total": "false"}, [2, 3, 4]),
        ({"district_wide": "true"}, [1, 5, 2, 4]),
        ({"district_wide": "false", "total": "true"}, [0]),
        ({"dimension": "grade"}, [2, 3]),
        ({"dimension": "sex", "period": YEAR}, [3, 4]),
        ({"updated_at_gte": "2199-01-01T00:00:00Z"}, []),
        ({"measure_id": str(id_of("reading", SOUTH))}, []),
    ],
    ids=str,
)
async def test_a_list_is_narrowed_and_put_in_order(as_, ids, asked, found):
    await put(as_, SOUTH)
    assert [each["id"] for each in await listed(as_, **asked)] == [ids[n] for n in found]


@pytest.mark.parametrize("asked", [{}, {"total": "false", "dimension": "sex"}])
async def test_pages_go_on_where_the_last_one_ended(as_, ids, asked):
    whole = await listed(as_, **asked)
    rows, url = [], f"{at()}?limit=1"
    for name, value in asked.items():
        url += f"&{name}={value}"
    while url:
        answer = await as_(Role.VIEWER, NORTH).get(url)
        rows += answer.json()["data"]
        link = answer.headers.get("link")
        url = link and at() + link.partition(">")[0].removeprefix("<")
    assert rows == whole


@pytest.mark.parametrize("sort", ["value", "-value", "numerator", "denominator", "measure"])
async def test_nothing_is_put_in_the_order_of_values(as_, sort):
    answer = await as_(Role.VIEWER, NORTH).get(at(), params={"sort": sort})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "?sort")
    assert sort not in OBSERVATIONS.orders


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("district_id=00000000-0000-0000-0000-000000000002", "?district_id"),
        ("period=2026", "?period"),
        ("class_of=x", "?class_of"),
        ("total=1", "?total"),
        ("dimension=Sex", "?dimension"),
        ("status=lost", "?status"),
        ("measure_id=7", "?measure_id"),
        ("limit=0", "?limit"),
        ("total=true&total=false", "?total"),
    ],
)
async def test_what_a_list_does_not_take_is_told(as_, query, pointer):
    answer = await as_(Role.VIEWER, NORTH).get(f"{at()}?{query}")
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


async def test_a_list_can_be_counted_cut_and_had_as_a_spreadsheet(as_, ids):
    viewer = as_(Role.VIEWER, NORTH)
    query = {"include_total": "true", "limit": 1, "fields": "period,value"}
    told = (await viewer.get(at(), params=query)).json()
    assert (told["total"], told["data"]) == (6, [{"period": "2021-22", "value": 51.25}])
    sheet = await viewer.get(at(), params={"format": "csv", "fields": "period,breakdown,value"})
    assert sheet.text.splitlines()[:4] == [
        "value,period,breakdown",
        "51.25,2021-22,{}",
        "51.25,2022-23,{}",
        "0.5125,2023-24,{}",
    ]


@pytest.mark.parametrize("role", sorted(WHO_MAY[Action.OBSERVATION_READ]))
async def test_whoever_has_a_role_in_the_district_reads_its_observations(as_, role):
    made = await entered(as_)
    theirs = await put(as_, SOUTH)
    caller = as_(role, NORTH)
    assert (await caller.get(at())).json() == {
        "data": [made],
        "next_cursor": None,
        "has_more": False,
    }
    for path in (at(SOUTH), f"{at(SOUTH)}/{theirs.json()['id']}", f"{at()}/{UUID(int=7)}"):
        assert (path, (await caller.get(path)).status_code) == (path, 404)


@pytest.mark.parametrize("role", [role for role in Role if role.of_consortium])
async def test_nobody_of_the_consortium_reads_them(as_, role):
    await put(as_)
    answer = await as_(role).get(at())
    assert (answer.status_code, answer.json()["rule"]) == (403, "TR-02")


async def test_a_district_out_of_reach_looks_like_none(as_):
    made = (await put(as_, SOUTH)).json()
    viewer = as_(Role.VIEWER, NORTH)
    for rest in ("", f"/{made['id']}", f"/{made['id']}/corrections"):
        told = []
        for place in (SOUTH, UUID(int=7)):
            answer = await viewer.get(at(place) + rest)
            headers = {k: v for k, v in answer.headers.items() if k not in VARYING}
            told.append((answer.json() | {"request_id": None, "instance": None}, headers))
        assert told[0] == told[1]
        assert told[0][0]["status"] == 404


VARYING = {"x-request-id", "ratelimit", "content-length"}


async def test_what_the_caller_has_is_not_sent_again(as_):
    made = await put(as_)
    path, viewer = made.headers["location"], as_(Role.VIEWER, NORTH)
    answer = await viewer.get(path, headers={"If-None-Match": made.headers["etag"]})
    assert (answer.status_code, answer.content) == (304, b"")


async def test_every_path_to_observations_names_one_district(app):
    from test_authority import endpoints

    paths = [path for _, path, action in endpoints(app) if action is Action.OBSERVATION_READ]
    named = f"/v1/districts/{UUID(int=77)}/"
    assert [path for path in paths if not path.startswith(named)] == []
    assert len(paths) == 4


async def test_who_reaches_two_districts_still_reads_one(as_, master_keys, owner):
    """TR-25: the first lock lets both through here, and row security binds no superuser."""
    north, south = await entered(as_), (await put(as_, SOUTH)).json()
    both = Reach((NORTH, SOUTH), account=STEWARD, held=f"data_steward:{NORTH}")
    async with reader_of(owner, both, Marks(Fingerprints(master_keys, "cursor"))) as reader:
        page = await reader.part(OBSERVATIONS, Wanted(), **ANY, district=NORTH)
        assert [str(each.id) for each in page.rows] == [north["id"]]
        for sought, rows in ((north["id"], 1), (south["id"], 0)):
            which = {"district": NORTH, "sought": UUID(sought)}
            assert len(await reader.rows(OBSERVATION, **which)) == rows


ANY = {"total": None, "district_wide": None, "dimension": None}


async def test_every_reading_of_observations_takes_a_district():
    readings = [
        OBSERVATION,
        OBSERVATIONS.first,
        OBSERVATIONS.following,
        OBSERVATIONS.count,
        CORRECTIONS.first,
        SINGLE,
        OF_SCHOOLS,
        OF_GROUPS,
        EDITIONS,
    ]
    assert [each for each in readings if "district" not in each.free] == []
