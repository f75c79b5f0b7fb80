"""The invented district with the complete plan: its measures, goals and targets."""

from decimal import Decimal
from typing import Any, Final

from demo.planned import Body, Goal, Indicator, Later, Outline, Planning
from demo.prairie_figures import ATTENDING, corrected, figures, figures_after_the_break

CODE: Final = "z-06"
ROLES: Final = (
    "superintendent",
    "board_member",
    "planner",
    "data_steward",
    "action_owner",
    "team_member",
    "viewer",
)


def measure(code: str, name: str, kind: str, direction: str, unit: str, **more: Any) -> Body:
    """Write a measure that is observed each school year, unless it says otherwise."""
    told = {"code": code, "name": name, "kind": kind, "direction": direction, "unit": unit}
    return {**told, "frequency": "school_year", "definition": f"{name}.", **more}


def share(code: str, name: str, numerator: str, denominator: str, **more: Any) -> Body:
    """Write a measure that is a percentage of students, and should rise."""
    told: dict[str, Any] = {"direction": "increase", "unit": "%", "factor": 100, **more}
    told.setdefault("counts_students", True)
    return measure(code, name, "rate", numerator=numerator, denominator=denominator, **told)


MEASURES: Final = (
    share("reading-grade-3", "Reading in grade 3", "grade 3 students at or above the standard",
          "grade 3 students tested", source="State test"),
    share("reading", "Reading, kindergarten to grade 8", "students at or above the standard",
          "students tested", source="State test", dimensions=["grade"]),
    share("math-grade-8", "Mathematics in grade 8", "grade 8 students at or above the standard",
          "grade 8 students tested", source="State test"),
    share("graduation", "Graduation in four years", "students who graduated",
          "students who began four years before", dimensions=["language_status"]),
    share("belonging", "Students who feel they belong", "students who agree", "students asked",
          source="Survey in spring"),
    share("attendance", "Attendance", "days that students were there",
          "days that students were enrolled", direction="maintain", counts_students=False),
    share("chronic-absence", "Chronic absence", "students who missed 18 days or more",
          "students enrolled", direction="decrease"),
    share("arts-participation", "Students who make music or art", "students in a course",
          "students of grades 6 to 12"),
    share("family-conferences", "Families who came to a conference", "families who came",
          "families invited", counts_students=False),
    share("teachers-staying", "Teachers who stay", "teachers who stayed", "teachers of the year",
          counts_students=False),
    measure("suspensions", "Suspensions", "rate", "decrease", "per 100 students", factor=100,
            numerator="suspensions out of school", denominator="students enrolled"),
    measure("students-per-teacher", "Students per teacher", "mean", "decrease",
            "students per teacher", factor=1, numerator="students", denominator="teachers"),
    measure("bus-minutes", "Minutes on the bus", "mean", "decrease", "minutes", factor=1,
            numerator="minutes of all rides", denominator="rides"),
    measure("enrollment", "Enrollment", "count", "neutral", "students"),
    measure("mentoring-level", "Mentoring of new leaders", "rubric_level", "increase", "level",
            decimals=0),
    measure("library-visits", "Visits to the libraries", "count", "increase", "visits",
            frequency="quarter"),
    measure("devices-at-home", "Devices that students take home", "count", "increase", "devices",
            frequency="quarter"),
)  # fmt: skip


def way(begins: str, baseline: str, due: str, aim: str, **more: Any) -> Body:
    """Write a target that leads from a baseline to an aim."""
    values = {"baseline_value": Decimal(baseline), "aim_value": Decimal(aim)}
    return {"baseline_period": begins, "due_in": due, **values, **more}


BACK_LOADED: Final = [
    {"period": period, "value": value}
    for period, value in (("2022-23", 41), ("2023-24", 42), ("2024-25", 44), ("2025-26", 47))
]
"""From 40 to 50, most of it late: teachers learn first."""
READING: Final = Goal(
    {
        "code": "reading",
        "focus_area": "teaching_and_learning",
        "title": "Every student reads to learn",
        "statement": "Who reads well by grade 3 reads to learn from then on.",
        "population": "Students from kindergarten to grade 8",
    },
    (
        Indicator(
            "by-grade-3",
            "More third graders read at grade level.",
            {"reading-grade-3": way("2021-22", "40", "2026-27", "50", milestones=BACK_LOADED)},
        ),
        Indicator(
            "every-grade",
            "Students of every grade read at grade level, and keep to it from year to year.",
            {
                "reading": way("2021-22", "49.06", "2026-27", "60"),
                "library-visits": way("2023-24-Q4", "4400", "2026-27-Q4", "5000"),
            },
        ),
        Indicator(
            "mathematics",
            "Students leave grade 8 ready for algebra.",
            {"math-grade-8": way("2021-22", "38", "2026-27", "53")},
        ),
    ),
)
BELONGING: Final = Goal(
    {
        "code": "belonging",
        "focus_area": "culture_and_climate",
        "title": "Every student is known and missed",
        "statement": "A student who is known comes to school.",
        "population": "All students",
    },
    (
        Indicator(
            "there",
            "Students are there.",
            {
                "attendance": {"low": 94, "high": 96, "starts_in": "2022-23"},
                "chronic-absence": way("2021-22", "15.37", "2026-27", "10"),
            },
        ),
        Indicator(
            "at-home",
            "Students feel that they belong, and stay in class.",
            {
                "belonging": None,
                "suspensions": way("2021-22", "5.69", "2026-27", "4.5"),
                "arts-participation": way("2024-25", "66.3", "2026-27", "75"),
            },
        ),
    ),
)
MEANS: Final = Goal(
    {
        "code": "means",
        "focus_area": "finance_and_operations",
        "title": "Means follow what students need",
    },
    (
        Indicator(
            "time",
            "Teachers have time for each student.",
            {
                "students-per-teacher": way("2021-22", "19.79", "2026-27", "18"),
                "enrollment": None,
            },
        ),
        Indicator(
            "ways-and-tools",
            "Nobody is kept from learning by a long ride or a missing device.",
            {
                "bus-minutes": way("2026-27", "30.5", "2027-28", "25"),
                "devices-at-home": way("2023-24-Q4", "1365", "2026-27-Q4", "2000"),
            },
        ),
    ),
)
FAMILIES: Final = Goal(
    {
        "code": "families",
        "focus_area": "community_engagement",
        "title": "Families and the town are part of school",
    },
    (
        Indicator(
            "conferences",
            "Families come and are heard.",
            {"family-conferences": way("2022-23", "55", "2026-27", "80")},
        ),
        Indicator(
            "next-step",
            "Students finish, and the town has a next step for them.",
            {"graduation": way("2021-22", "85.5", "2026-27", "90")},
        ),
    ),
)
LEADING: Final = Goal(
    {
        "code": "leading",
        "focus_area": "leadership",
        "title": "Good people come, stay and lead",
    },
    (
        Indicator(
            "staying",
            "Teachers stay, and grow into leaders.",
            {
                "teachers-staying": way("2021-22", "80", "2026-27", "88"),
                "mentoring-level": way("2022-23", "1", "2026-27", "4", tolerance=Decimal("0.5")),
            },
        ),
    ),
)
THE_FIRST: Final = Outline(
    "prairie-1",
    {
        "title": "Prairie plan",
        "first_year": "2017-18",
        "last_year": "2021-22",
        "mission": "Every student is known, and leaves ready for the next step.",
        "values": ["Children first", "We say what we know"],
    },
    (
        Goal(READING.said, [READING.indicators[0].without_targets("reading-grade-3")]),
        Goal(BELONGING.said, [BELONGING.indicators[0].without_targets("attendance")]),
    ),
    "active",
)
THE_SECOND: Final = Outline(
    "prairie-2",
    {"title": "Prairie plan 2.0", "first_year": "2022-23", "last_year": "2026-27"},
    (READING, BELONGING, MEANS, FAMILIES, LEADING),
    "active",
    follows="prairie-1",
)
OF_A_SCHOOL: Final = Outline(
    "middle-school",
    {"title": "Example Middle School", "first_year": "2026-27", "last_year": "2028-29"},
    (
        Goal(
            {
                "code": "advisory",
                "focus_area": "culture_and_climate",
                "title": "Every student has an adviser",
            },
            (Indicator("there", "Students are there.", {"attendance": None}),),
        ),
    ),
    "drafting",
    school="example-middle",
)
LATER: Final = Later(
    editions={
        "suspensions": {
            "numerator": "suspensions out of school and in school",
            "reason": "The state counts suspensions in school too from 2023-24 on.",
        },
        "chronic-absence": {
            "numerator": "students who missed a tenth of their days or more",
            "reason": "The state counts by days enrolled from 2024-25 on.",
        },
    },
    figures=figures_after_the_break(),
    rebaselinings={
        "suspensions": {
            **way("2023-24", "8", "2026-27", "6", baseline_edition=2),
            "reason": "The new definition counts more; the old baseline says nothing of it.",
            "decided_by": "Superintendent's cabinet, September 2024",
        },
    },
    overrides={
        "math-grade-8": {
            "says": "at_risk",
            "reason": "The new course began a year late: its first class is tested next spring.",
        },
    },
    corrections=corrected(),
    reason="The students of one school had been counted twice.",
)


def prairie() -> Planning:
    """Write the district with the complete plan."""
    names = {code: code.replace("-", " ").title() for code in ATTENDING}
    return Planning(
        code=CODE,
        name="Example Prairie (invented)",
        roles=ROLES,
        schools=[
            {"code": code, "name": f"{name} School (invented)"} for code, name in names.items()
        ],
        measures=MEASURES,
        figures=figures(),
        plans=(THE_FIRST, THE_SECOND, OF_A_SCHOOL),
        later=LATER,
        link="students-per-teacher",
        report={
            "title": "How our plan stands",
            "narrative": "Reading rises as we planned it. Mathematics does not yet.",
        },
    )
