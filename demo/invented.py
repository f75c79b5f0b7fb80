"""The demo of 12 invented districts: a small consortium, with every kind of item."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from demo.neighbours import neighbours
from demo.prairie import prairie
from demo.scenario import INVENTED, Attempt, Course, Entry, Group, Member, Scenario, Sharing

NO_STATE: Final = "ZZ"
"""No state has this code, so that nobody takes a district of the demo for a real one."""

BREAKFAST: Final = ("In the classroom", "In the canteen", "Nowhere yet")
MENTORING: Final = ("Not begun", "Some schools", "Most schools", "Every school")


SHOWN: Final = "z-06"


class Told(NamedTuple):
    """What one invented district says of itself; ``None`` where it has nothing to report."""

    code: str
    name: str
    setting: str
    students: int
    teachers: str
    music_minutes: int | None
    mentoring: int
    breakfast: str | None
    adviser: bool
    finished: int | None
    story: str
    course: Course = Course.ATTESTS


TOLD: Final = (
    Told("z-01", "Nowhere Springs", "coast", 412, "24.5", 60, 2, BREAKFAST[1], True, 31,
         "A garden that the third grade planted."),
    Told("z-02", "Lower Imaginary", "plain", 1_310, "71", 45, 3, BREAKFAST[0], True, 96,
         "Older students read to younger ones on Fridays."),
    Told("z-03", "Upper Imaginary", "plain", 980, "55.25", 75, 3, BREAKFAST[0], False, 70,
         "A bench in the yard for whoever wants company."),
    Told("z-04", "Fictional Flats", "plain", 6_240, "301.8", 40, 1, BREAKFAST[2], False, 455,
         "Nothing yet; we began in spring.", Course.CORRECTS),
    Told("z-05", "Mount Makebelieve", "plain", 233, "17", None, 2, None, True, 18,
         "Families cook together once a month."),
    Told("z-06", "Example Prairie", "plain", 2_875, "150", 55, 4, BREAKFAST[0], True, 214,
         "Every new student has a partner for the first weeks."),
    Told("z-07", "Placeholder Junction", "plain", 1_720, "88.4", 30, 2, BREAKFAST[1], False, 120,
         "A choir that needs no audition.", Course.STAYS_LATE),
    Told("z-08", "Port Hypothetical", "coast", 5_105, "262", 50, 3, BREAKFAST[1], True, 377,
         "The robotics club meets at the library."),
    Told("z-09", "Pretend Harbor", "coast", 3_460, "171.6", 65, 2, BREAKFAST[2], True, None,
         "Students run the morning announcements."),
    Told("z-10", "Isle of Nonesuch", "coast", 147, "12.2", 90, 4, BREAKFAST[0], True, 12,
         "The whole school eats at one table."),
    Told("z-11", "Seabed Unified", "coast", 8_020, "389", 35, 1, BREAKFAST[1], False, 590,
         "A reading room that is open until six."),
    Told("z-12", "Driftwood-on-Paper", "coast", 640, "37.9", 70, 3, BREAKFAST[0], True, 49,
         "A play that the eighth grade wrote.", Course.WITHDRAWS),
)  # fmt: skip
TOPICS: Final = (
    {
        "code": "knowing-students",
        "title": "Knowing every student",
        "kind": "practice",
        "student_question": "Is there an adult at school who knows me and whom I can ask?",
    },
    {
        "code": "staffing",
        "title": "Staff",
        "kind": "capacity",
        "student_question": "Do my teachers have time for me?",
    },
    {
        "code": "finishing",
        "title": "Finishing school",
        "kind": "outcome",
        "student_question": "Do I leave school with what I need for my next step?",
    },
)
ITEMS: Final = (
    {
        "kind": "quantitative",
        "code": "students-per-teacher",
        "topic_code": "staffing",
        "prompt": "Students enrolled, and teachers in full-time equivalents.",
        "unit": "students per teacher",
        "numerator": "students",
        "denominator": "teachers",
        "decimals": 1,
    },
    {
        "kind": "quantitative",
        "code": "music-minutes",
        "topic_code": "knowing-students",
        "prompt": "Minutes of music a week in grade 4.",
        "unit": "minutes a week",
        "decimals": 0,
        "lowest": 0,
        "highest": 600,
    },
    {
        "kind": "rubric",
        "code": "mentoring",
        "topic_code": "knowing-students",
        "prompt": "How far has mentoring of new students come?",
        "options": MENTORING,
    },
    {
        "kind": "choice",
        "code": "breakfast",
        "topic_code": "knowing-students",
        "prompt": "Where do students have breakfast?",
        "options": BREAKFAST,
    },
    {
        "kind": "yes_no",
        "code": "adviser",
        "topic_code": "knowing-students",
        "prompt": "Does every student have an adviser among the adults?",
    },
    {
        "kind": "narrative",
        "code": "belonging",
        "topic_code": "knowing-students",
        "prompt": "What made students feel at home this year?",
    },
    {
        "kind": "quantitative",
        "code": "finished",
        "topic_code": "finishing",
        "prompt": "Students who finished, of those who began four years before.",
        "unit": "percent",
        "numerator": "students who finished",
        "denominator": "students who began",
        "factor": 100,
        "decimals": 1,
    },
)
SHARING: Final = Sharing(
    giver=SHOWN,
    recipient="z-03",
    item="music-minutes",
    too_telling="students-per-teacher",
    about="breakfast",
    sought={"option": BREAKFAST[1]},
    meets="z-08",
    practice="partner-of-every-senior",
    tells={
        "topic": "finishing",
        "title": "A partner for every senior",
        "description": "One adult meets each senior every week, and calls when one is missing.",
        "contact": "Office of the high school, 555-0134",
        "yearly_cost": 4200,
        "adopted_in": 2021,
        "regrets": "We began with those who were behind; now it is everybody from the first week.",
    },
)


def invented() -> Scenario:
    """Write the demo of 12."""
    return Scenario(
        database="c34_demo_12",
        says="12 invented districts in a state that does not exist, with every kind of item. The"
        " demo treats their answers as confidential. Three of them have plans.",
        consortium="Demonstration consortium of invented districts",
        adopted_on=date(2023, 5, 6),
        scheme=INVENTED,
        members=[member_of(told) for told in TOLD],
        shown=SHOWN,
        meeting={"title": "Spring meeting 2025", "held_on": "2025-04-26"},
        topics=TOPICS,
        instrument={"code": "knowing-students", "title": "Knowing every student", "items": ITEMS},
        round_title="Knowing every student 2023-24",
        round_topic="knowing-students",
        period="2023-24",
        groups=list(groups_of(TOLD)),
        plans=[prairie(), *neighbours()],
        attempt=Attempt(
            title="Knowing every student 2023-24, once more",
            whole="everyone who answered",
            codes=[
                told.code
                for told in TOLD
                if told.course in {Course.ATTESTS, Course.CORRECTS} and told.code != SHOWN
            ],
            left_out="Example Prairie Schools (invented)",
        ),
        compared=["setting"],
        sharing=SHARING,
    )


def member_of(told: Told) -> Member:
    """Make a district, what it answers, and what it corrects."""
    corrections: Sequence[Entry] = ()
    if told.course is Course.CORRECTS:
        corrections = [
            {"item": "mentoring", "level": 2, "reason": "A school had been forgotten."},
            {"item": "music-minutes", "value": 48, "reason": "Minutes of a half year were halved."},
        ]
    return Member(
        code=told.code,
        district={
            "name": f"{told.name} Schools (invented)",
            "state": NO_STATE,
            "time_zone": "America/Chicago",
            "joined_on": "2023-07-01",
            "county": f"{told.setting.capitalize()} of Invention",
            "enrollment": told.students,
        },
        answers=answers(told),
        course=told.course,
        corrections=corrections,
    )


def answers(told: Told) -> Sequence[Entry]:
    """Write the answers of a district to the seven items."""
    began = told.students // 10
    return [
        {
            "item": "students-per-teacher",
            "numerator": told.students,
            "denominator": Decimal(told.teachers),
        },
        reported("music-minutes", {"value": told.music_minutes}, "There is no grade 4 this year."),
        {"item": "mentoring", "level": told.mentoring},
        reported("breakfast", {"option": told.breakfast}, "Lessons begin too late for breakfast."),
        {"item": "adviser", "yes": told.adviser},
        {"item": "belonging", "text": told.story},
        reported(
            "finished",
            {"numerator": told.finished, "denominator": began},
            "The old records cannot be read.",
            "not_collected",
        ),
    ]


def reported(
    item: str, figures: Mapping[str, Any], why_not: str, status: str = "not_applicable"
) -> Entry:
    """Answer an item with figures, or say why there are none."""
    if None in figures.values():
        return {"item": item, "status": status, "comment": why_not}
    return {"item": item, **figures}


def groups_of(every: Sequence[Told]) -> Sequence[Group]:
    """Group the districts by setting and by size.

    The large ones are too few to be shown; so the small ones are withheld too, for both together
    would give the large ones away.
    """
    by_setting = [
        Group("setting", name, [told.code for told in every if told.setting == setting])
        for setting, name in (("plain", "On the plain"), ("coast", "By the sea"))
    ]
    limit = 4_000
    return [
        *by_setting,
        Group("size", "Small", [told.code for told in every if told.students < limit]),
        Group("size", "Large", [told.code for told in every if told.students >= limit]),
    ]
