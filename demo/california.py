"""The demo of 420 real districts: their published figures of 1998-99, treated as confidential."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from demo.invented import TOLD
from demo.invented import member_of as invented_member
from demo.neighbours import neighbours
from demo.prairie import prairie
from demo.scenario import Attempt, Entry, Group, Member, Scenario

FIGURES: Final = Path(__file__).parent.parent / "data" / "california_districts_1998_99.csv"
SCHEME: Final = "ca_district_code"
SHOWN: Final = "61499"
"""Manzanita Elementary, one of six districts of Butte County."""
SIZES: Final = (
    (500, "Under 500 students"),
    (1_000, "500 to 999 students"),
    (2_500, "1,000 to 2,499 students"),
    (5_000, "2,500 to 4,999 students"),
    (10_000, "5,000 to 9,999 students"),
    (1_000_000, "10,000 students and more"),
)
"""Classes of enrolment, each by the number it stays below."""

TOPICS: Final = (
    {
        "code": "school-resources",
        "title": "Resources of schools",
        "kind": "capacity",
        "student_question": "Does every student meet a teacher with time, and means to learn?",
    },
    {
        "code": "family-means",
        "title": "Means of families",
        "kind": "context",
        "student_question": "How many students come from homes where a lunch is hard to pay for?",
    },
    {
        "code": "reading",
        "title": "Reading",
        "kind": "outcome",
        "student_question": "Can students read what the next grade will ask of them?",
    },
)
ITEMS: Final = (
    {
        "kind": "quantitative",
        "code": "students-per-teacher",
        "topic_code": "school-resources",
        "prompt": "Students enrolled, and teachers in full-time equivalents.",
        "unit": "students per teacher",
        "numerator": "students",
        "denominator": "teachers",
        "decimals": 2,
    },
    {
        "kind": "quantitative",
        "code": "computers-per-student",
        "topic_code": "school-resources",
        "prompt": "Computers in the schools, and students enrolled.",
        "unit": "computers per student",
        "numerator": "computers",
        "denominator": "students",
        "decimals": 4,
    },
    {
        "kind": "quantitative",
        "code": "expenditure-per-student",
        "topic_code": "school-resources",
        "prompt": "Expenditure per student in the year.",
        "unit": "USD",
        "decimals": 2,
        "lowest": 0,
    },
    {
        "kind": "quantitative",
        "code": "reduced-price-lunch",
        "topic_code": "family-means",
        "prompt": "Percent of students who qualify for a reduced-price lunch.",
        "unit": "percent of students",
        "decimals": 4,
        "lowest": 0,
        "highest": 100,
    },
    {
        "kind": "quantitative",
        "code": "reading-score",
        "topic_code": "reading",
        "prompt": "Average reading score of the state's test.",
        "unit": "points",
        "decimals": 1,
        "lowest": 0,
    },
)


def california() -> Scenario:
    """Write the demo of 420 districts from the file of their figures."""
    with FIGURES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    plans = [prairie(), *neighbours()]
    butte = [row["state_district_code"] for row in rows if row["county"] == "Butte"]
    return Scenario(
        database="c34_demo",
        says="420 districts of California, with figures of 1998-99. They are public facts of that"
        " year; the demo treats them as confidential. Three invented districts beside them have"
        " plans, and take no part in the benchmark.",
        consortium="Demonstration consortium of California districts",
        adopted_on=date(1998, 5, 9),
        scheme=SCHEME,
        members=[member_of(row) for row in rows],
        shown=SHOWN,
        meeting={"title": "Spring meeting 1999", "held_on": "1999-05-08"},
        topics=TOPICS,
        instrument={"code": "school-resources", "title": "School resources", "items": ITEMS},
        round_title="School resources 1998-99",
        round_topic="school-resources",
        period="1998-99",
        groups=list(groups_of(rows)),
        plans=plans,
        attempt=Attempt(
            title="School resources 1998-99, five districts of Butte County",
            whole="Butte County",
            codes=[code for code in butte if code != SHOWN],
            left_out="Manzanita Elementary",
        ),
        beside=[invented_member(told) for told in TOLD if told.code in {p.code for p in plans}],
    )


def member_of(row: Mapping[str, str]) -> Member:
    """Make the district of a row, and what it answers."""
    return Member(code=row["state_district_code"], district=district_of(row), answers=answers(row))


def district_of(row: Mapping[str, str]) -> dict[str, Any]:
    """Write a district as the import takes it."""
    return {
        "name": row["name"],
        "state": "CA",
        "time_zone": "America/Los_Angeles",
        "joined_on": "1998-07-01",
        "county": row["county"],
        "grade_span": row["grades"],
        "enrollment": int(row["students"]),
    }


def answers(row: Mapping[str, str]) -> Sequence[Entry]:
    """Write the answers of a district to the five items."""
    told = {name: Decimal(row[name]) for name in ("students", "teachers", "computers")}
    return [
        ratio("students-per-teacher", told["students"], told["teachers"]),
        ratio("computers-per-student", told["computers"], told["students"]),
        value("expenditure-per-student", row["expenditure_per_student"]),
        value("reduced-price-lunch", row["lunch_percent"]),
        value("reading-score", row["reading_score"]),
    ]


def ratio(item: str, numerator: Decimal, denominator: Decimal) -> Entry:
    """Answer an item that is a ratio of two counts."""
    return {"item": item, "numerator": numerator, "denominator": denominator}


def value(item: str, written: str) -> Entry:
    """Answer an item that is one figure."""
    return {"item": item, "value": Decimal(written)}


def groups_of(rows: Sequence[Mapping[str, str]]) -> Iterator[Group]:
    """Group the districts by county, and by the number of their students."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        code = row["state_district_code"]
        groups["county", f"{row['county']} County"].append(code)
        groups["size", size_of(int(row["students"]))].append(code)
    for (basis, name), codes in sorted(groups.items()):
        yield Group(basis, name, codes)


def size_of(students: int) -> str:
    """Name the class of an enrolment."""
    return next(name for limit, name in SIZES if students < limit)
