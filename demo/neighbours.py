"""Two invented neighbours with smaller plans, which are not approved yet."""

from decimal import Decimal
from typing import Final

from demo.planned import Goal, Indicator, Outline, Planning
from demo.prairie import MEASURES, way
from demo.prairie_figures import YEARS, part

READING, ATTENDANCE = MEASURES[0], MEASURES[5]
SENT_OUT: Final = "out_for_feedback"
ROLES: Final = ("planner",)
WITH_LEAD: Final = (*ROLES, "superintendent")
READERS: Final = ((44, 45, 47, 46, 49, 51), (98, 99, 101, 100, 102, 103))
THERE: Final = ((93800, 94100, 94400, 94900, 95100, 95200), (100000,) * 6)


def neighbours() -> list[Planning]:
    """Write the two: one asks what people think of its draft, the other still writes."""
    return [
        Planning(
            code="z-02",
            name="Lower Imaginary (invented)",
            roles=ROLES,
            schools=[{"code": "lower-elementary", "name": "Lower Elementary School (invented)"}],
            measures=[READING],
            figures=[part("reading-grade-3", *row) for row in zip(YEARS, *READERS, strict=True)],
            plans=[
                Outline(
                    "lower-imaginary",
                    {
                        "title": "What we owe our students",
                        "first_year": "2027-28",
                        "last_year": "2031-32",
                        "mission": "No student is a number.",
                    },
                    [
                        Goal(
                            {
                                "code": "reading",
                                "focus_area": "teaching_and_learning",
                                "title": "Every student reads by grade 3",
                            },
                            [
                                Indicator(
                                    "by-grade-3",
                                    "More third graders read at grade level.",
                                    {"reading-grade-3": way("2025-26", "49.51", "2031-32", "65")},
                                )
                            ],
                        )
                    ],
                    SENT_OUT,
                )
            ],
        ),
        Planning(
            code="z-08",
            name="Port Hypothetical (invented)",
            roles=WITH_LEAD,
            schools=[{"code": "harbor-high", "name": "Harbor High School (invented)"}],
            measures=[ATTENDANCE],
            figures=[part("attendance", *row) for row in zip(YEARS, *THERE, strict=True)],
            plans=[
                Outline(
                    "port-hypothetical",
                    {
                        "title": "Every day counts",
                        "first_year": "2027-28",
                        "last_year": "2029-30",
                    },
                    [
                        Goal(
                            {
                                "code": "there",
                                "focus_area": "culture_and_climate",
                                "title": "Every student is there",
                            },
                            [
                                Indicator(
                                    "attendance",
                                    "Students are there.",
                                    {
                                        "attendance": {
                                            "low": 95,
                                            "high": Decimal("97.5"),
                                            "starts_in": "2027-28",
                                        }
                                    },
                                )
                            ],
                        )
                    ],
                    "drafting",
                )
            ],
        ),
    ]
