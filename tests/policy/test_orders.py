"""Every order of every list: the usual one is prepared at the start, the others are here."""

from itertools import pairwise

import pytest
from conftest import NORTH
from pydantic import BaseModel
from sqlalchemy import select

from app.db import new_id
from app.main import ROUTERS
from app.paging import Marks, Wanted
from app.plans.models import Plan
from app.policy import Listing
from app.policy.listing import LISTINGS
from app.policy.reach import Reach
from app.policy.reader import reading_within
from app.problems import Invalid, InvalidCursor
from app.scalars import Id
from app.sealing import Fingerprints
from app.vocabulary import PlanLifecycle

pytestmark = pytest.mark.anyio
NORTHERN = Reach((NORTH,))
TITLES = {"a": "Zeta", "b": "Mu", "c": "Mu", "d": "Alpha", "e": "Mu", "f": "Beta"}


class Line(BaseModel):
    id: Id
    code: str
    title: str


LINES = Listing(
    select(Plan.id, Plan.code, Plan.title),
    Line,
    by=[Plan.code, Plan.id],
    filters={"title": Plan.title},
    sorts={"title": Plan.title},
)


@pytest.fixture
async def plans(given, roster) -> None:
    years = {"first_year": "2024-25", "last_year": "2028-29", "lifecycle": PlanLifecycle.DRAFTING}
    for code, title in TITLES.items():
        await given(
            Plan(id=new_id(), district_id=NORTH, code=code, title=title, values=[], **years)
        )


@pytest.fixture
def marks(master_keys) -> Marks:
    return Marks(Fingerprints(master_keys, "cursor"))


@pytest.fixture
async def reader(house, marks, plans):
    async with reading_within(house.pool, NORTHERN, marks, None) as reader:
        yield reader


async def all_of(reader, sort: str | None, size: int, **only: list[str]) -> list[Line]:
    """Read every page, each with as many rows."""
    lines, cursor = [], None
    while True:
        part = await reader.part(LINES, Wanted(size, cursor), sort=sort, only=only)
        lines += part.rows
        cursor = part.following
        if cursor is None:
            return lines


async def test_postgresql_takes_every_order_and_every_count(house):
    assert ROUTERS
    async with house.pool.acquire() as connection:
        for listing in LISTINGS:
            for order in listing.orders.values():
                for reading in (order.first, order.following):
                    for sql in reading.texts():
                        await connection.prepare(sql)
            for sql in listing.count.texts():
                await connection.prepare(sql)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6, 7])
@pytest.mark.parametrize("sort", [None, "title", "-title"])
async def test_a_sorted_list_is_complete_whatever_the_size_of_a_page(reader, sort, size):
    lines = await all_of(reader, sort, size)
    keys = [line.code if sort is None else (line.title, line.id) for line in lines]
    assert keys == sorted(keys, reverse=sort == "-title")
    assert sorted(line.code for line in lines) == list(TITLES)
    assert all(one != other for one, other in pairwise(keys))


async def test_a_total_counts_what_the_filters_leave_on_all_pages(reader):
    part = await reader.part(LINES, Wanted(1, total=True), only={"title": ["Mu"]})
    assert (len(part.rows), part.total) == (1, 3)
    assert (await reader.part(LINES, Wanted(1))).total is None


async def test_a_cursor_of_one_order_is_none_of_another(reader):
    cursor = (await reader.part(LINES, Wanted(2), sort="title")).following
    for sort in (None, "-title"):
        with pytest.raises(InvalidCursor):
            await reader.part(LINES, Wanted(2, cursor), sort=sort)


async def test_a_list_that_is_cut_to_members_sends_those_alone(reader):
    page = await reader.page(LINES, Wanted(1, fields="code,title"))
    assert bytes(page.body).startswith(b'{"data":[{"code":"a","title":"Zeta"}],')
    with pytest.raises(Invalid) as refused:
        await reader.page(LINES, Wanted(1, fields="code,rank"))
    assert [(each.pointer, each.code) for each in refused.value.errors] == [
        ("?fields", "no_such_member")
    ]


def test_a_list_is_sorted_by_what_is_selected_and_never_null():
    with pytest.raises(TypeError, match="must also select it"):
        Listing(select(Plan.id), Only, by=[Plan.id], sorts={"title": Plan.title})
    with pytest.raises(TypeError, match="never null"):
        Listing(select(Plan.id), Only, by=[Plan.id], sorts={"mission": Plan.mission})


class Only(BaseModel):
    id: Id
