"""Makes the peer's tables and fills them with the service's rows, copied as they are."""

from pathlib import Path
from typing import Final

from asyncpg import Connection
from sqlmodel import SQLModel, create_engine

import bench.peers.template.models  # noqa: F401 - registers the tables

SOURCES: Final = {
    "district": "districts",
    "user": """(
        select a.account_id as id, a.account_id || '@example.org' as email, true as is_active,
               false as is_superuser, a.display_name as full_name, 'none' as hashed_password,
               array[a.district_id] as district_ids
          from accounts a
    ) as users""",
    "school": "schools",
    "plan": "plans",
    "goal": "goals",
    "indicator": "indicators",
    "measure": """(
        select m.*, e.definition, e.kind, e.direction, e.unit, e.factor, e.decimals, e.frequency,
               e.grace_days
          from measures m
          join measure_editions e on e.measure_id = m.id and e.edition = m.edition
    ) as defined""",
    "indicatormeasure": "indicator_measures",
    "target": """(
        select t.*, i.id as indicator_measure_id
          from targets t join indicator_measures i using (district_id, indicator_id, measure_id)
    ) as linked""",
    "observation": "observations",
}
"""For each table of the peer the service's rows, which have every column of it by its name."""


def make_tables(url: str) -> None:
    """Make the tables, as the login that the peer uses."""
    engine = create_engine(url)
    SQLModel.metadata.create_all(engine)
    engine.dispose()


async def load(ours: Connection, theirs: Connection, folder: Path) -> None:
    """Copy the rows, in the order of their ids, from one database to the other."""
    await theirs.execute("set session_replication_role = replica")
    passed = folder / "rows"
    for name, source in SOURCES.items():
        columns = [column.name for column in SQLModel.metadata.tables[name].columns]
        query = f"select {', '.join(columns)} from {source} order by id"
        await ours.copy_from_query(query, output=passed, format="binary")
        await theirs.copy_to_table(name, source=passed, columns=columns, format="binary")
    passed.unlink()
