"""Every form a reading can take is narrowed by each lock alone, or refused at import."""

from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from conftest import NORTH, SOUTH
from policy.conftest import NORTHERN, OTHER, STAFF
from pydantic import BaseModel
from sqlalchemy import (
    MetaData,
    Table,
    bindparam,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    select,
    table,
    text,
    true,
    tuple_,
    update,
)
from sqlalchemy.orm import aliased

from app.districts.models import District
from app.policy import Listing, Reading
from app.policy.lock import Stale
from app.policy.pool import reading_pool
from app.policy.reach import Reach
from app.policy.reader import reading_within
from app.policy.reading import ReachDialect, Sql
from app.settings import plain
from app.submissions.models import Submission
from app.vocabulary import SubmissionState

pytestmark = pytest.mark.anyio
SOUTHERN = Reach((SOUTH,), account=OTHER, held=f"data_steward:{SOUTH}")


class Place(BaseModel):
    place: UUID | None


own = Submission.district_id.label("place")
OWNED, other = Submission.__table__, aliased(Submission)
theirs = other.district_id.label("place")
cte = select(own).cte("c")
sub = select(own).subquery()
both = select(own).union_all(select(theirs)).subquery()
lateral = select(own).where(Submission.district_id == District.id).lateral()
over = aliased(Submission, select(Submission).subquery())
walk = select(own).cte("w", recursive=True)
walk = walk.union(select(walk.c.place).join(Submission, Submission.district_id == walk.c.place))
named = aliased(Submission, OWNED.alias())
at_home = Submission.district_id == District.id

NARROWED = {
    "plain": select(own),
    "where or true": select(own).where((Submission.version > 0) | true()),
    "union": select(both.c.place).distinct(),
    "compound in exists": select(own).where(exists(select(Submission.id).union(select(other.id)))),
    "cte": select(cte.c.place),
    "recursive cte": select(walk.c.place),
    "nested cte": select(select(cte.c.place).cte("d").c.place),
    "subquery only": select(sub.c.place),
    "scalar subquery": select(select(own).limit(1).scalar_subquery().label("place")),
    "scalar over Common": select(
        select(own).where(at_home).limit(1).scalar_subquery().label("place")
    ).select_from(District),
    "exists on Common": select(theirs)
    .select_from(District)
    .join(other, other.district_id == District.id)
    .where(exists().where(at_home)),
    "in a subquery": select(own).where(Submission.id.in_(select(other.id))),
    "join from Common": select(own).join_from(District, Submission, at_home),
    "outer join from Common": select(own).select_from(District).outerjoin(Submission, at_home),
    "full join": select(own).select_from(District).join(Submission, at_home, full=True),
    "self join": select(theirs).join_from(Submission, other, Submission.id == other.id),
    "columns of the table": select(OWNED.c.district_id.label("place")),
    "core alias": select(OWNED.alias("x").c.district_id.label("place")),
    "alias of an alias": select(OWNED.alias("x").alias("y").c.district_id.label("place")),
    "aliased": select(theirs),
    "aliased over a subquery": select(over.district_id.label("place")),
    "aliased over a table alias": select(named.district_id.label("place")),
    "lateral": select(lateral.c.place).select_from(District).join(lateral, true()),
    "a cross product": select(own).select_from(District, Submission).where(at_home),
    "a fixed word": select(own).where(Submission.state == SubmissionState.DRAFT),
    "a value in the text": select(own).where(
        Submission.state != literal("x' or true --", literal_execute=True)
    ),
    "a tuple": select(own).where(tuple_(Submission.revision, Submission.version) > (-1, 0)),
    "group by": select(own).group_by(Submission.district_id).having(func.count() > 0),
}
REFUSED = {
    "text in where": select(own).where(text("true")),
    "text column": select(literal_column("district_id").label("place")),
    "text column in where": select(own).where(literal_column("(select true)")),
    "textual select": select(
        text("select district_id as place from submissions")
        .columns(column("place"))
        .subquery()
        .c.place
    ),
    "table without custody": select(table("submissions", column("district_id")).c.district_id),
    "table of elsewhere": select(
        Table("submissions", MetaData(), OWNED.c.version._copy()).c.version
    ),
    "table with a schema": select(OWNED.to_metadata(MetaData(), schema="public").c.version),
    "function that reads": select(own).where(func.query_to_xml("select 1").is_(None)),
    "table function": select(func.pg_ls_dir(".").table_valued("place").c.place),
    "operator of text": select(own).where(Submission.version.op("= any(select 1) or 1 =")(1)),
    "prefix of text": select(own).prefix_with("(select 1),"),
    "hint of text": select(own).with_statement_hint("union select id from submissions"),
    "list of many parameters": select(own).where(Submission.revision.in_([1, 2])),
    "for update": select(own).with_for_update(),
    "changing cte": select(delete(Submission).returning(own).cte().c.place),
    "updating cte": select(update(Submission).values(revision=1).returning(own).cte().c.place),
    "inserting cte": select(
        insert(Submission).values(district_id=NORTH).returning(own).cte().c.place
    ),
    "a rank": select(own).order_by(func.rank().over(order_by=Submission.version)),
    "an extreme": select(func.max(Submission.version)),
}


@asynccontextmanager
async def reader_over(engine, reach, marks):
    async with (
        reading_pool(plain(engine.url), 1) as pool,
        reading_within(pool, reach, marks, None) as reader,
    ):
        yield reader


async def places(engine, reach, marks, readings) -> dict[str, set[UUID]]:
    async with reader_over(engine, reach, marks) as reader:
        return {
            form: {row.place for row in await reader.rows(reading)} - {None}
            for form, reading in readings.items()
        }


@pytest.mark.parametrize(("reach", "place"), [(NORTHERN, NORTH), (SOUTHERN, SOUTH)])
async def test_every_form_is_narrowed_by_the_first_lock_alone(wide, marks, reach, place):
    """The pool of a superuser, whom row security does not bind."""
    readings = {form: Reading(statement, Place) for form, statement in NARROWED.items()}
    seen = await places(wide.owner, reach, marks, readings)
    assert seen == dict.fromkeys(NARROWED, {place})


async def test_every_form_reaches_the_whole_consortium_where_the_grant_does(wide, marks):
    readings = {form: Reading(statement, Place) for form, statement in NARROWED.items()}
    seen = await places(wide.owner, STAFF, marks, readings)
    one = {form for form, found in seen.items() if found != {NORTH, SOUTH}}
    assert one == {"scalar subquery"}


class Open(ReachDialect):
    """The first lock left open."""

    def condition(self, *_: object) -> None:
        return None


@pytest.mark.parametrize(("reach", "place"), [(NORTHERN, NORTH), (SOUTHERN, SOUTH)])
async def test_every_form_is_narrowed_by_the_second_lock_alone(
    wide, marks, monkeypatch, reach, place
):
    """Readings whose custody was left out, on the application's own login."""
    opened = {whole: Open(whole=whole) for whole in (False, True)}
    monkeypatch.setattr("app.policy.reading.DIALECTS", opened)
    readings = {form: Reading(statement, Place) for form, statement in NARROWED.items()}
    for reading in readings.values():
        assert "reach_districts" not in reading._texts[False].names
    seen = await places(wide.app, reach, marks, readings)
    assert seen == dict.fromkeys(NARROWED, {place})


@pytest.mark.parametrize("form", REFUSED)
def test_a_form_no_reach_can_be_added_to_is_refused_at_import(form):
    with pytest.raises(
        TypeError, match=r"No reach can be added|Nobody holds|takes a list as one array"
    ):
        Sql(REFUSED[form], ReachDialect(whole=False))


async def test_a_read_cannot_write(wide, marks):
    """The transaction of a read is READ ONLY in PostgreSQL itself."""
    async with reader_over(wide.app, NORTHERN, marks) as reader:
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await reader._connection.execute("update submissions set revision = 1")


async def test_who_does_not_hold_what_it_is_believed_to_hold_reads_nothing(wide, marks):
    believed = Reach((NORTH,), account=OTHER, held=f"data_steward:{NORTH}")
    with pytest.raises(Stale):
        async with reader_over(wide.app, believed, marks):
            pass


async def test_what_a_reader_told_its_connection_ends_with_the_transaction(wide, marks):
    count = "select count(*) from submissions"
    async with reading_pool(plain(wide.app.url), 1) as pool:
        async with reading_within(pool, NORTHERN, marks, None) as reader:
            assert await reader._connection.fetchval(count) == 1
        assert await pool.fetchval(count) == 0


def test_a_reading_fits_its_view():
    class Loose(BaseModel):
        id: UUID
        revision: str

    class Sure(BaseModel):
        attested_revision: int

    cases: list[tuple[Any, type[BaseModel], str]] = [
        (select(Submission.id), Loose, "not the fields"),
        (select(Submission.id, Submission.revision), Loose, "Loose.revision does not take"),
        (select(Submission.attested_revision), Sure, "Sure.attested_revision may be null"),
    ]
    for statement, view, why in cases:
        with pytest.raises(TypeError, match=why):
            Reading(statement, view)


def test_a_listing_has_keys_that_no_two_rows_share():
    class Row(BaseModel):
        id: UUID
        revision: int
        attested_revision: int | None

    rows = select(Submission.id, Submission.revision, Submission.attested_revision)
    for keys in ([Submission.revision], [Submission.attested_revision, Submission.id]):
        with pytest.raises(TypeError, match="never null, and the last is a primary key"):
            Listing(rows, Row, by=keys)


async def test_only_the_reader_says_how_far_it_reaches(wide, marks):
    reading = Reading(select(own).where(Submission.id == bindparam("sought")), Place)
    async with reader_over(wide.app, NORTHERN, marks) as reader:
        for values in ({}, {"sought": NORTH, "reach_districts": [SOUTH]}, {"id": NORTH}):
            with pytest.raises(TypeError, match="The reading takes"):
                await reader.row(reading, **values)
