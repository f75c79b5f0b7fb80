"""What the invented district with the complete plan observed, in six school years and a seventh."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from demo.planned import Body

Counted = tuple[Sequence[int | None], Sequence[int | None]]
"""Numerators and denominators, year by year; nothing where nothing was counted."""

YEARS: Final = ("2020-21", "2021-22", "2022-23", "2023-24", "2024-25", "2025-26")
KINDERGARTEN_TO_8: Final = ("K", *(str(grade) for grade in range(1, 9)))
FOLLOWED: Final = 2034
"""The class that was in kindergarten in 2021-22 and is in grade 5 in 2026-27."""
TWO_PARTS: Final[Mapping[str, Counted]] = {
    "reading-grade-3": ((78, 80, 82, 87, 92, 99), (200, 200, 202, 206, 208, 209)),
    "math-grade-8": ((75, 76, 80, 84, 88, 91), (200, 200, 204, 207, 210, 208)),
    "graduation": ((168, 183, 175, 178, 183, 188), (198, 214, 201, 203, 205, 206)),
    "students-per-teacher": (
        (2790, 2810, 2842, 2875, 2861, 2850),
        (140, 142, 145, 150, 152, 156),
    ),
    "teachers-staying": ((112, 114, 118, 125, 131, 137), (140, 142, 145, 150, 152, 158)),
    "belonging": ((None, None, 1204, 1251, 1290, 1342), (None, None, 1912, 1930, 1925, 1941)),
    "bus-minutes": ((None, None, 33120, 34010, 33800, 34500), (None, None, 1104, 1120, 1110, 1125)),
}
"""Quotients of the six school years."""
ONE_VALUE: Final = {
    "enrollment": (2790, 2810, 2842, 2875, 2861, 2850),
    "mentoring-level": (None, None, 1, 2, 2, 3),
}
BEFORE_THE_BREAK: Final[Mapping[str, Counted]] = {
    "suspensions": ((168, 160, 155), (2790, 2810, 2842)),
    "chronic-absence": ((410, 432, 421, 402), (2790, 2810, 2842, 2875)),
}
"""By their first definitions, from 2020-21 on."""
AFTER_THE_BREAK: Final[Mapping[str, Counted]] = {
    "suspensions": ((230, 214, 188), (2875, 2861, 2850)),
    "chronic-absence": ((371, 355), (2861, 2850)),
}
"""By the definitions that followed, up to 2025-26."""
BY_LANGUAGE: Final = {"english_learner": (8, 9), "other": (180, 197)}
"""Those who graduated in 2025-26: so few of one group that a public report withholds it (TR-17)."""
ATTENDING: Final = {
    "prairie-elementary": (610, (932, 935, 938, 941, 945, 948)),
    "creek-elementary": (585, (928, 930, 935, 938, 940, 946)),
    "example-middle": (690, (930, 934, 937, 940, 944, 949)),
    "example-high": (965, (921, 925, 930, 936, 941, 945)),
}
"""Students of each school, and of 1,000 days how many they were there, year by year."""
SCHOOL_DAYS: Final = 180
QUARTERLY: Final = {
    "library-visits": ("2023-24", (4100, 4250, 4310, 4400, 4380, 4460, 4530, 4610)),
    "devices-at-home": ("2023-24", (1180, 1240, 1300, 1365, 1420, 1490, 1560, 1620, 1675, 1730,
                                    1790, 1850, 1905)),
}  # fmt: skip
"""From the first quarter of a school year on, quarter by quarter."""


def figures() -> list[Body]:
    """List everything that was observed by the first definitions."""
    return [
        *of_two_parts(TWO_PARTS, YEARS),
        *of_two_parts(BEFORE_THE_BREAK, YEARS),
        *of_one_value(),
        *quarterly(),
        *attendance(),
        *reading(),
        *(
            part("graduation", "2025-26", *counted, language_status=group)
            for group, counted in BY_LANGUAGE.items()
        ),
        {"measure": "arts-participation", "period": "2024-25", "numerator": 640,
         "denominator": 965},
        {"measure": "arts-participation", "period": "2025-26", "status": "not_collected"},
    ]  # fmt: skip


def figures_after_the_break() -> list[Body]:
    """List what was observed by the definitions that followed."""
    return [
        row
        for measure, (above, below) in AFTER_THE_BREAK.items()
        for row in of_two_parts({measure: (above, below)}, YEARS[-len(above) :])
    ]


def corrected() -> list[Body]:
    """List what was corrected: a school's students had been counted twice."""
    return [part("graduation", "2021-22", 171, 200)]


def part(measure: str, period: str, above: int, below: int, **breakdown: str) -> Body:
    """Write an observation of a quotient."""
    said = {"measure": measure, "period": period, "numerator": above, "denominator": below}
    return said | {"breakdown": breakdown} if breakdown else said


def of_two_parts(counted: Mapping[str, Counted], years: Sequence[str]) -> Iterator[Body]:
    """Write quotients of the whole district, year by year."""
    for measure, (above, below) in counted.items():
        for year, numerator, denominator in zip(years, above, below, strict=False):
            if numerator is not None and denominator is not None:
                yield part(measure, year, numerator, denominator)


def of_one_value() -> Iterator[Body]:
    """Write plain values, year by year."""
    for measure, values in ONE_VALUE.items():
        for year, value in zip(YEARS, values, strict=True):
            if value is not None:
                yield {"measure": measure, "period": year, "value": value}


def quarterly() -> Iterator[Body]:
    """Write counts, quarter by quarter."""
    for measure, (first, values) in QUARTERLY.items():
        begins = int(first[:4])
        for place, value in enumerate(values):
            year = begins + place // 4
            period = f"{year}-{(year + 1) % 100:02}-Q{place % 4 + 1}"
            yield {"measure": measure, "period": period, "value": value}


def attendance() -> Iterator[Body]:
    """Write the attendance of each school, and of the district as the sum of its schools."""
    for place, year in enumerate(YEARS):
        above = below = 0
        for school, (students, per_thousand) in ATTENDING.items():
            days = students * SCHOOL_DAYS
            there = days * per_thousand[place] // 1000
            yield {**part("attendance", year, there, days), "school": school}
            above, below = above + there, below + days
        yield part("attendance", year, above, below)


def reading() -> Iterator[Body]:
    """Write reading by grade, and of all grades as their sum; one class reads ahead of others."""
    for place, year in enumerate(YEARS):
        above = below = 0
        for number, grade in enumerate(KINDERGARTEN_TO_8):
            graduates = int(year[:4]) + 13 - number
            students = 190 + (graduates * 7) % 23
            readers = students * (47 + 2 * place + 3 * (graduates == FOLLOWED)) // 100
            yield part("reading", year, readers, students, grade=grade)
            above, below = above + readers, below + students
        yield part("reading", year, above, below)
