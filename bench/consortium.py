"""An invented consortium of any size in the service's own tables: the data that is measured on.

Everything is made from the numbers of the districts, goals, measures and years, so that every run
has the same data. Rows are copied by the superuser, past the foreign keys, in the order of ids.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from asyncpg import Connection
from sqlalchemy import Table

from app.measuring.periods import Period
from app.measuring.words import Direction, PeriodKind
from app.tables import Base
from app.vocabulary import (
    AccountKind,
    DistrictState,
    FocusArea,
    MeasureKind,
    PlanLifecycle,
    Role,
)

GOALS: Final = 20
INDICATORS: Final = 30
MEASURES: Final = 40
YEARS: Final = 5
SCHOOLS: Final = 9
GRADES: Final = 10
MADE: Final = datetime(2026, 1, 5, tzinfo=UTC)
FIRST_ID: Final = 0x01980000_0000_7000_8000_000000000000
"""Where the ids begin: in the form of a UUIDv7, all of one instant, counted on."""
ROLES: Final = (Role.PLANNER, Role.DATA_STEWARD)
WIDE: Final = 0
"""The number of one more district: it has goals for more than a page, and nothing else."""
WIDE_GOALS: Final = 60


@dataclass(frozen=True)
class Size:
    """How many districts there are, and how many rows one batch of observations has."""

    districts: int
    batch: int


FULL: Final = Size(districts=500, batch=10_000)
QUICK: Final = Size(districts=20, batch=1_000)


def numbered(kind: int, number: int) -> UUID:
    """Return the id of a thing by its kind and its number, in the order of both."""
    return UUID(int=FIRST_ID + (kind << 40) + number)


def district_id(district: int) -> UUID:
    """Return the id of a district; they are counted from 1, after the wide one."""
    return numbered(1, district)


def account_id(district: int) -> UUID:
    """Return the id of the account that plans and enters data in a district."""
    return numbered(2, district)


def key_id(district: int) -> UUID:
    """Return the id of that account's key."""
    return numbered(3, district)


def goal_id(district: int, goal: int) -> UUID:
    """Return the id of a goal; they are counted from 0 in each district."""
    return numbered(6, district * WIDE_GOALS + goal)


def school_years(today: date) -> list[Period]:
    """List the school years that were observed, the last one the newest that is over."""
    this = Period.holding(PeriodKind.SCHOOL_YEAR, today).end_year
    return [
        Period(PeriodKind.SCHOOL_YEAR, date(this - 1 - ago, 7, 1)) for ago in range(YEARS, 0, -1)
    ]


Row = dict[str, Any]


def districts(size: Size) -> Iterator[Row]:
    """Make the districts."""
    for n in range(size.districts + 1):
        yield {
            "id": district_id(n),
            "nces_id": f"{9_900_000 + n}",
            "name": f"Bench District {n:03}",
            "state": "CA",
            "time_zone": "America/Los_Angeles",
            "standing": DistrictState.ACTIVE,
            "joined_on": date(2018, 4, 25),
        }


def accounts(size: Size, issuer: str) -> Iterator[Row]:
    """Make an account for each district."""
    for n in range(size.districts + 1):
        yield {
            "account_id": account_id(n),
            "district_id": district_id(n),
            "kind": AccountKind.SERVICE,
            "issuer": issuer,
            "subject": str(account_id(n)),
            "display_name": f"Bench account {n:03}",
            "created_at": MADE,
        }


def memberships(size: Size) -> Iterator[Row]:
    """Give each account its roles."""
    for n in range(size.districts + 1):
        for place, role in enumerate(ROLES):
            yield {
                "id": numbered(4, n * len(ROLES) + place),
                "account_id": account_id(n),
                "district_id": district_id(n),
                "role": role,
                "valid_from": MADE,
            }


def keys(size: Size) -> Iterator[Row]:
    """Give each account the key that its token names."""
    for n in range(size.districts + 1):
        yield {
            "id": key_id(n),
            "account_id": account_id(n),
            "district_id": district_id(n),
            "name": "bench",
            "digest": sha256(f"{n}".encode()).digest(),
            "created_at": MADE,
        }


def schools(size: Size) -> Iterator[Row]:
    """Make the schools."""
    for n in range(1, size.districts + 1):
        for school in range(1, SCHOOLS + 1):
            yield {
                "district_id": district_id(n),
                "id": numbered(5, n * SCHOOLS + school),
                "code": f"S{school}",
                "name": f"Bench School {n:03}-{school}",
                **stamped(),
            }


def stamped() -> Row:
    """Say when a row was made."""
    return {"created_at": MADE, "updated_at": MADE}


def plans(size: Size, years: list[Period]) -> Iterator[Row]:
    """Make the plan in force of each district."""
    for n in range(size.districts + 1):
        yield {
            "district_id": district_id(n),
            "id": numbered(5, (1 << 32) + n),
            "code": "plan-1",
            "title": f"Strategic plan of Bench District {n:03}",
            "first_year": str(years[0]),
            "last_year": last_year(years),
            "lifecycle": PlanLifecycle.ACTIVE,
            "mission": "Each student is known, taught and ready for what comes next.",
            "values": ["care", "candour"],
            **stamped(),
        }


def last_year(years: list[Period]) -> str:
    """Return the school year in which everything is due: two years after the newest observed."""
    return str(Period(PeriodKind.SCHOOL_YEAR, date(years[-1].end_year + 1, 7, 1)))


def goals(size: Size) -> Iterator[Row]:
    """Make the goals."""
    areas = list(FocusArea)
    for n in range(size.districts + 1):
        for goal in range(GOALS if n else WIDE_GOALS):
            yield {
                "district_id": district_id(n),
                "id": goal_id(n, goal),
                "plan_id": numbered(5, (1 << 32) + n),
                "code": f"G{goal + 1}",
                "position": goal + 1,
                "focus_area": areas[goal % len(areas)],
                "title": f"Goal {goal + 1} of Bench District {n:03}",
                "statement": "By the end of the plan more students reach what the goal names,"
                " in every school and in every group that is told apart.",
                "population": "All students",
                **stamped(),
            }


def indicators(size: Size) -> Iterator[Row]:
    """Make the indicators: one for each goal, and a second one for every other goal."""
    for n in range(1, size.districts + 1):
        for indicator in range(INDICATORS):
            yield {
                "district_id": district_id(n),
                "id": numbered(7, n * INDICATORS + indicator),
                "goal_id": goal_id(n, indicator * GOALS // INDICATORS),
                "code": f"I{indicator + 1}",
                "position": indicator + 1,
                "statement": f"What indicator {indicator + 1} names happens more often.",
                **stamped(),
            }


def direction_of(measure: int) -> Direction:
    """Say which way a measure should go: most up, some down, some stay, one is only watched."""
    if measure == MEASURES - 1:
        return Direction.NEUTRAL
    return {7: Direction.DECREASE, 8: Direction.MAINTAIN}.get(measure % 10, Direction.INCREASE)


def measures(size: Size) -> Iterator[Row]:
    """Make the measures."""
    for n in range(1, size.districts + 1):
        for measure in range(MEASURES):
            yield {
                "district_id": district_id(n),
                "id": numbered(8, n * MEASURES + measure),
                "code": f"M{measure + 1}",
                "name": f"Bench measure {measure + 1}",
                "edition": 1,
                **stamped(),
            }


def editions(size: Size) -> Iterator[Row]:
    """Define each measure: a rate in percent."""
    for n in range(1, size.districts + 1):
        for measure in range(MEASURES):
            yield {
                "district_id": district_id(n),
                "measure_id": numbered(8, n * MEASURES + measure),
                "edition": 1,
                "id": numbered(9, n * MEASURES + measure),
                "era": 1,
                "era_break": False,
                "definition": "Students who reach the level, of the students assessed.",
                "kind": MeasureKind.RATE,
                "direction": direction_of(measure),
                "unit": "percent",
                "numerator": "students who reach the level",
                "denominator": "students assessed",
                "factor": 100,
                "decimals": 1,
                "frequency": PeriodKind.SCHOOL_YEAR,
                "source": "invented",
                "dimensions": ["grade"],
                "counts_students": True,
                "created_at": MADE,
                "created_by": account_id(n),
            }


def indicator_of(district: int, measure: int) -> UUID:
    """Return the indicator that a measure tells."""
    return numbered(7, district * INDICATORS + measure * INDICATORS // MEASURES)


def links(size: Size) -> Iterator[Row]:
    """Tie each measure to the indicator it tells."""
    for n in range(1, size.districts + 1):
        for measure in range(MEASURES):
            yield {
                "district_id": district_id(n),
                "id": numbered(10, n * MEASURES + measure),
                "indicator_id": indicator_of(n, measure),
                "measure_id": numbered(8, n * MEASURES + measure),
                "position": measure + 1,
            }


def targets(size: Size, years: list[Period]) -> Iterator[Row]:
    """Set a target for every measure but the last: a way, with milestones or not, or a band."""
    for n in range(1, size.districts + 1):
        for measure in range(MEASURES - 1):
            yield {
                "district_id": district_id(n),
                "id": numbered(11, n * MEASURES + measure),
                "indicator_id": indicator_of(n, measure),
                "measure_id": numbered(8, n * MEASURES + measure),
                "edition": 1,
                "direction": direction_of(measure),
                "due_in": last_year(years),
                **aimed(measure, years),
                **stamped(),
            }


def aimed(measure: int, years: list[Period]) -> Row:
    """Say what a target aims at; rates are observed between 40 and 80 percent."""
    first = str(years[0])
    if direction_of(measure) is Direction.MAINTAIN:
        band = {"starts_in": first, "low": Decimal(50), "high": Decimal(70)}
        return {**band, "milestones": "[]", "tolerance": Decimal(4)}
    baseline, aim = Decimal(50), Decimal(74 if direction_of(measure) is Direction.INCREASE else 40)
    milestones = []
    if measure % 3 == 0:
        steps = enumerate(years[1:], start=2)
        milestones = [
            {"period": str(year), "value": str(baseline + (aim - baseline) * step / 12)}
            for step, year in steps
        ]
    return {
        "baseline_period": first,
        "baseline_value": baseline,
        "baseline_edition": 1,
        "aim_value": aim,
        "milestones": json.dumps(milestones),
    }


OBSERVE: Final = """
insert into observations (
    district_id, id, measure_id, edition, school_id, period, starts, ends, breakdown, class_of,
    status, numerator, denominator, source, as_of, created_at, updated_at, version)
select district_id,
       (lpad(to_hex($3::bigint), 8, '0') || '-0000-7000-8c00-'
        || lpad(to_hex((row_number() over (order by district_id, measure_id, year, part))), 12, '0')
       )::uuid,
       measure_id, 1, school_id,
       (year - 1) || '-' || lpad((year % 100)::text, 2, '0'),
       make_date(year - 1, 7, 1), make_date(year, 6, 30),
       case when grade is null then '{}' else jsonb_build_object('grade', grade::text) end,
       year + 12 - grade,
       'reported', round(assessed * (40 + chance % 41) / 100.0), assessed,
       'invented', make_date(year, 8, 15), $1, $1, 1
from (
    select m.district_id, m.id as measure_id, s.id as school_id, year, part,
           case when part between 1 and 10 then part end as grade,
           abs(hashtext(m.id::text || year || '-' || part)::bigint) as chance,
           case when part = 0 then 4000 when part <= 10 then 400 else 440 end
           + abs(hashtext(m.id::text || part)::bigint) % 50 as assessed
      from measures m
     cross join unnest($2::int[]) as year
     cross join generate_series(0, 19) as part
      left join schools s on s.district_id = m.district_id and s.code = 'S' || (part - 10)
) as drawn
order by district_id, measure_id, year, part
"""
"""For each measure and year the total, ten grades and nine schools: 100 rows for each measure."""


FOLLOW: Final = """
insert into changes (district_id, id, type, op, subject_id, version, changed_at)
select district_id, uuidv7(), type, 'upsert', id, 1, $1
  from (
    select district_id, 'goal' as type, id from goals
     union all select district_id, 'indicator', id from indicators
     union all select district_id, 'measure', id from measures
     union all select district_id, 'target', id from targets
) as written
 order by district_id, id
"""
"""Some of the changes that would have been told while all this was entered."""


async def load(connection: Connection, size: Size, issuer: str, today: date) -> None:
    """Fill the service's tables, as a superuser who is bound by no trigger and no row security."""
    years = school_years(today)
    tables: list[tuple[str, Iterator[Row]]] = [
        ("districts", districts(size)),
        ("accounts", accounts(size, issuer)),
        ("memberships", memberships(size)),
        ("keys", keys(size)),
        ("schools", schools(size)),
        ("plans", plans(size, years)),
        ("goals", goals(size)),
        ("measures", measures(size)),
        ("measure_editions", editions(size)),
        ("indicators", indicators(size)),
        ("indicator_measures", links(size)),
        ("targets", targets(size, years)),
    ]
    await connection.execute("set session_replication_role = replica")
    for name, rows in tables:
        await copy_rows(connection, Base.metadata.tables[name], rows)
    await connection.execute(OBSERVE, MADE, [year.end_year for year in years], FIRST_ID >> 96)
    await connection.execute(FOLLOW, MADE)


async def copy_rows(connection: Connection, table: Table, rows: Iterator[Row]) -> None:
    """Copy rows into a table; columns they do not name are null, and the version is 1."""
    columns = [column.name for column in table.columns]
    absent: Callable[[str], Any] = lambda name: 1 if name == "version" else None  # noqa: E731
    records = (tuple(row.get(name, absent(name)) for name in columns) for row in rows)
    await connection.copy_records_to_table(table.name, columns=columns, records=records)
