"""Each lock alone narrows what is filled in, whatever table a row of another district is in."""

from decimal import Decimal
from uuid import UUID

import pytest
from conftest import NORTH, SOUTH
from dashboards.test_locks import again, read
from links.test_links import a_ratio, link
from links.test_prefill import of
from paths import an_instrument, open_round, told

from app.links.readings import LINK, LINKED_ITEMS, SERIES
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
FIRST = {"links": None, "measures": None, "observations": "then_id", "measure_editions": "then_id"}
"""The first column of what a table brings; without the others there is no row."""


@pytest.fixture
async def asked(as_, given):
    """A round, and a measure of South's that is linked to an item of it, and was observed."""
    instrument = await an_instrument(as_, code="resources")
    round_ = await open_round(as_, instrument=instrument)
    measure = await a_ratio(given, district=SOUTH)
    path = f"/v1/districts/{SOUTH}/links/resources/students-per-teacher"
    told(await link(as_, measure, path, district=SOUTH), 201)
    await given(of(measure, 195, 10))
    return {
        LINKED_ITEMS: {"round": UUID(round_["id"])},
        SERIES: {"measures": [measure.id]},
        LINK: {"instrument": "resources", "item": "students-per-teacher"},
    }


READINGS = pytest.mark.parametrize("reading", [LINKED_ITEMS, SERIES, LINK])


@READINGS
async def test_without_a_lock_all_of_it_would_be_read(
    owner, master_keys, asked, monkeypatch, reading
):
    (row,) = await read(owner, master_keys, again(monkeypatch, reading), **asked[reading])
    assert row.get("then_numerator", row.get("numerator", Decimal(195))) == 195


@READINGS
async def test_the_first_lock_alone_lets_no_row_through(owner, master_keys, asked, reading):
    """The connection of a superuser, whom row security does not bind."""
    assert await read(owner, master_keys, reading, **asked[reading]) == []


@READINGS
async def test_the_second_lock_alone_lets_no_row_through(
    addresses, master_keys, asked, monkeypatch, reading
):
    class Engine:
        url = addresses.app

    open_ = again(monkeypatch, reading)
    assert await read(Engine, master_keys, open_, **asked[reading]) == []


@pytest.mark.parametrize("table", FIRST)
async def test_the_first_lock_alone_narrows_each_table(
    owner, master_keys, asked, monkeypatch, table
):
    locked = again(monkeypatch, LINKED_ITEMS, table)
    rows = await read(owner, master_keys, locked, **asked[LINKED_ITEMS])
    seen = FIRST[table]
    assert [row.get(seen) for row in rows] == ([] if seen is None else [None])


async def test_ones_own_is_read_through_both_locks(addresses, master_keys, as_, given, asked):
    """A measure of North's of the same name, linked alike."""
    mine = await a_ratio(given, district=NORTH)
    path = f"/v1/districts/{NORTH}/links/resources/students-per-teacher"
    told(await link(as_, mine, path), 201)
    prefill = f"/v1/rounds/{asked[LINKED_ITEMS]['round']}/districts/{NORTH}/prefill"
    (item,) = told(await as_(Role.DATA_STEWARD, NORTH).get(prefill), 200)["items"]
    assert (item["measure_id"], item["observation"]) == (str(mine.id), None)
