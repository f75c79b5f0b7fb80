"""A dashboard is told by versions alone, and each of its writes is one."""

from decimal import Decimal

import pytest
from answers import once
from conftest import NORTH, SOUTH
from dashboards.test_get_dashboard import an_override, at
from measured import (
    Planned,
    a_goal,
    a_plan,
    a_target,
    an_edition,
    an_indicator,
    an_observation,
    tells,
)
from paths import told
from sqlalchemy import Table
from sqlalchemy.sql import visitors

from app import clock
from app.clock import now
from app.dashboards import benchmarks, readings, repository
from app.dashboards import written as writer
from app.dashboards.readings import OF_CLASS, TOTALS, VERSIONS
from app.dashboards.written import Kept
from app.db import Base
from app.links.models import Link
from app.observations.models import Observation
from app.plans.models import Plan
from app.policy import Reading
from app.policy.reader import Reader
from app.submissions.models import Submission
from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def tag(as_, **asked):
    answer = await as_(Role.VIEWER, NORTH).get(at(**asked))
    assert answer.status_code == 200, answer.text
    return answer.headers["etag"]


@pytest.fixture
def read(monkeypatch) -> list[Reading]:
    """The statements that were run, in order."""
    seen = []
    whole = Reader.records

    async def records(self, reading, **values):
        seen.append(reading)
        return await whole(self, reading, **values)

    monkeypatch.setattr(Reader, "records", records)
    return seen


async def test_what_the_caller_has_is_answered_without_reading_the_rows(as_, planned, read):
    caller = as_(Role.VIEWER, NORTH)
    first = await caller.get(at())
    assert read == [VERSIONS, TOTALS]
    read.clear()
    again = await caller.get(at(), headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, read) == (304, b"", [VERSIONS])
    assert again.headers["etag"] == first.headers["etag"]
    assert (again.headers["vary"], again.headers["cache-control"]) == (
        "Accept",
        "private, no-cache",
    )


async def test_a_tag_is_of_the_day_the_plan_the_class_and_the_form(as_, planned):
    tags = [
        await tag(as_),
        await tag(as_, on="2026-11-23"),
        await tag(as_, plan_id=planned.plan.id),
        await tag(as_, cohort=2034),
        await tag(as_, cohort=2035),
        await tag(as_, format="csv"),
        await tag(as_, format="jsonl"),
    ]
    assert len(set(tags)) == len(tags)
    assert await tag(as_) == tags[0]


async def test_a_tag_of_today_ends_with_the_day(as_, planned, monkeypatch):
    caller, address = as_(Role.VIEWER, NORTH), f"/v1/districts/{NORTH}/dashboard"
    today = (await caller.get(address)).headers["etag"]
    tomorrow = clock.now().replace(year=clock.now().year + 1)
    monkeypatch.setattr(repository.clock, "now", lambda: tomorrow)
    later = await caller.get(address, headers={"If-None-Match": today})
    assert (later.status_code, later.json()["on"]) == (200, tomorrow.date().isoformat())


async def test_what_another_district_writes_changes_no_tag(as_, planned, written):
    before = await tag(as_)
    theirs = Planned(SOUTH)
    await written(*theirs.rows, district=SOUTH)
    assert await tag(as_) == before


def an_addition(planned):
    """A row of each kind that a dashboard shows, by what it is."""
    goal, indicator = planned.goals[0], planned.indicators[1]
    broken = an_edition(planned.rate, 2, era=2, era_break=True, reason="Another test.")
    return {
        "plan": a_plan(),
        "goal": a_goal(planned.plan, 3),
        "indicator": an_indicator(goal, 1),
        "indicator_measure": tells(planned.indicators[0], planned.rate),
        "measure_edition": broken,
        "target": a_target(indicator, planned.count),
        "observation": an_observation(planned.rate, "2023-24"),
        "status_override": an_override(planned),
        "link": Link(
            district_id=NORTH, instrument_code="i", item_code="i", measure_id=planned.rate.id
        ),
    }


@pytest.mark.parametrize(
    "kind",
    [
        *("plan", "goal", "indicator", "indicator_measure", "measure_edition", "target"),
        *("observation", "status_override", "link"),
    ],
)
async def test_a_row_that_is_added_changes_the_tag(as_, planned, written, kind):
    before = await tag(as_)
    await written(an_addition(planned)[kind])
    assert await tag(as_) != before


async def test_a_row_that_changes_or_goes_changes_the_tag(as_, planned, written, changed, deleted):
    flag, link = an_override(planned), an_addition(planned)["link"]
    await written(flag, link)
    tags = [await tag(as_)]
    for row, values in (
        (planned.plan, {"title": "Another title"}),
        (planned.goals[0], {"position": 7}),
        (planned.indicators[0], {"statement": "More students write."}),
        (planned.rate, {"name": "Another name"}),
        (planned.target, {"aim_value": Decimal(60)}),
        (planned.observation, {"numerator": Decimal(460)}),
        (flag, {"lifted_at": now()}),
        (link, {"measure_id": planned.count.id}),
    ):
        await changed(row, **values)
        tags.append(await tag(as_))
    for row in (link, planned.goals[0]):
        await deleted(row)
        tags.append(await tag(as_))
    assert len(set(tags)) == len(tags)


async def test_a_batch_of_observations_changes_the_tag_once_they_differ(as_, planned):
    tags = []
    for numerator in (470, 471, 471):
        row = {"measure": "rate", "period": "2025-26", "numerator": numerator, "denominator": 1000}
        path = f"/v1/districts/{NORTH}/observations/batch"
        body = {"items": [row]}
        told(await as_(Role.DATA_STEWARD, NORTH).post(path, json=body, headers=once()), 200)
        tags.append(await tag(as_))
    assert (tags[0] != tags[1], tags[1] == tags[2]) == (True, True)


def tables_of(reading: Reading) -> set[str]:
    """The tables that a statement reads."""
    found = {each for each in visitors.iterate(reading.statement) if isinstance(each, Table)}
    return {table.name for table in found}


def test_every_table_that_a_dashboard_shows_tells_of_its_changes():
    """``submissions`` has a version of its own in the tag.

    What is not followed comes with what is: items and cells, the charter of a round, and the members
    of a group.
    """
    followed = {
        mapper.local_table.name
        for mapper in Base.registry.mappers
        if getattr(mapper.class_, "follows", None) is not None
    }
    shown = set()
    for reading in (*vars(readings).values(), *vars(benchmarks).values()):
        if isinstance(reading, Reading) and reading is not VERSIONS:
            shown |= tables_of(reading)
    assert {Plan.__tablename__, Observation.__tablename__} <= shown
    with_another = {"items", "cells", "charters", "peer_group_members"}
    assert shown - followed - {Submission.__tablename__} == with_another


async def test_what_is_kept_of_a_dashboard_is_what_would_be_written_anew(
    as_, planned, written, changed, monkeypatch
):
    """Each write is seen at once, though all that was not written stays as it was kept."""
    flag = an_override(planned)
    await written(flag)
    for row, values in (
        (planned.goals[0], {"title": "Another title"}),
        (planned.indicators[0], {"statement": "More students write."}),
        (planned.rate, {"name": "Another name"}),
        (planned.target, {"aim_value": Decimal(60), "tolerance": Decimal("0.5")}),
        (planned.observation, {"numerator": Decimal(460)}),
        (flag, {"reason": "Another reason."}),
        (flag, {"lifted_at": now()}),
    ):
        caller = as_(Role.VIEWER, NORTH)
        await caller.get(at())
        await changed(row, **values)
        kept = (await caller.get(at())).content
        monkeypatch.setattr(writer, "KEPT", writer.Kept(writer.MOST))
        assert (await caller.get(at())).content == kept


def test_the_oldest_that_is_kept_makes_room():
    kept, made = Kept(2 * (writer.OF_ENTRY + 1)), []

    def write(what: bytes) -> bytes:
        made.append(what)
        return what

    for what in (b"a", b"b", b"a", b"c", b"b", b"a"):
        assert kept.written(what, write, what) == what
    assert made == [b"a", b"b", b"c", b"a"]


def test_both_statements_are_prepared_under_names_of_their_own():
    assert TOTALS.edition != OF_CLASS.edition
