"""Rows of plans, measures and what is known of them, for whoever puts them in place."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from conftest import NORTH

from app.clock import now
from app.db import Base
from app.goals.models import Goal
from app.indicators.models import Indicator, IndicatorMeasure
from app.measures.models import Measure, MeasureEdition
from app.measuring.periods import parse
from app.observations.models import Observation
from app.plans.models import Plan
from app.targets.models import Target

ON = date(2026, 11, 22)


def a_plan(district: UUID = NORTH, **changes: Any) -> Plan:
    told = {
        "code": f"plan-{uuid4()}",
        "title": "Every student known",
        "first_year": "2021-22",
        "last_year": "2026-27",
        "lifecycle": "active",
        "values": [],
    }
    return Plan(id=uuid4(), district_id=district, **(told | changes))


def a_goal(plan: Plan, position: int, **changes: Any) -> Goal:
    told = {
        "code": f"g{position}",
        "position": position,
        "focus_area": "teaching_and_learning",
        "title": f"Goal {position}",
    }
    of = {"district_id": plan.district_id, "plan_id": plan.id}
    return Goal(id=uuid4(), **of, **(told | changes))


def an_indicator(goal: Goal, position: int, **changes: Any) -> Indicator:
    told = {"code": f"i{position}", "position": position, "statement": "More students read."}
    of = {"district_id": goal.district_id, "goal_id": goal.id}
    return Indicator(id=uuid4(), **of, **(told | changes))


def a_measure(code: str, district: UUID = NORTH, **changes: Any) -> Measure:
    told = {"code": code, "name": f"Measure {code}", "edition": 1}
    return Measure(id=uuid4(), district_id=district, **(told | changes))


def an_edition(measure: Measure, edition: int = 1, **changes: Any) -> MeasureEdition:
    """A rate in percent, told by grade too."""
    told = {
        "era": 1,
        "era_break": False,
        "definition": "Of the students assessed, those who reach the level.",
        "kind": "rate",
        "direction": "increase",
        "unit": "percent",
        "numerator": "students who reach the level",
        "denominator": "students assessed",
        "factor": 100,
        "decimals": 1,
        "frequency": "school_year",
        "dimensions": ["grade"],
        "counts_students": True,
        "created_by": uuid4(),
    }
    of = {"district_id": measure.district_id, "measure_id": measure.id}
    return MeasureEdition(edition=edition, **of, **(told | changes))


def a_count(measure: Measure, **changes: Any) -> MeasureEdition:
    """A count, told in total alone."""
    plain = {"kind": "count", "unit": "students", "factor": None, "decimals": 0, "dimensions": []}
    return an_edition(measure, **(plain | {"numerator": None, "denominator": None} | changes))


def tells(indicator: Indicator, measure: Measure, position: int = 1) -> IndicatorMeasure:
    of = {"district_id": indicator.district_id, "indicator_id": indicator.id}
    return IndicatorMeasure(id=uuid4(), measure_id=measure.id, position=position, **of)


def a_target(indicator: Indicator, measure: Measure, **changes: Any) -> Target:
    """From 40 in 2021-22 to 50 in 2026-27, most of it late."""
    told = {
        "edition": 1,
        "direction": "increase",
        "baseline_period": "2021-22",
        "baseline_value": Decimal(40),
        "baseline_edition": 1,
        "aim_value": Decimal(50),
        "due_in": "2026-27",
        "milestones": [{"period": "2022-23", "value": "41"}, {"period": "2025-26", "value": "47"}],
    }
    of = {"district_id": indicator.district_id, "indicator_id": indicator.id}
    return Target(id=uuid4(), measure_id=measure.id, **of, **(told | changes))


def an_observation(measure: Measure, period: str = "2025-26", **changes: Any) -> Observation:
    """45.9 percent of a thousand, in total."""
    of = parse(period)
    told = {
        "edition": 1,
        "period": period,
        "starts": of.first_day,
        "ends": of.last_day,
        "breakdown": {},
        "status": "reported",
        "numerator": Decimal(459),
        "denominator": Decimal(1000),
        "created_at": now(),
    }
    which = {"district_id": measure.district_id, "measure_id": measure.id}
    return Observation(id=uuid4(), **which, **(told | changes))


@dataclass
class Planned:
    """A plan of two goals, and what it is told by: a rate with a target, and a count without."""

    district: UUID = NORTH
    plan: Plan = field(init=False)
    goals: list[Goal] = field(init=False)
    indicators: list[Indicator] = field(init=False)
    rate: Measure = field(init=False)
    count: Measure = field(init=False)
    target: Target = field(init=False)
    observation: Observation = field(init=False)
    rows: list[Base] = field(init=False)

    def __post_init__(self) -> None:
        self.plan = a_plan(self.district)
        self.goals = [a_goal(self.plan, 2, title="=Later"), a_goal(self.plan, 1)]
        self.indicators = [an_indicator(self.goals[1], 2), an_indicator(self.goals[1], 1)]
        self.rate, self.count = a_measure("rate", self.district), a_measure("count", self.district)
        first = self.indicators[1]
        self.target = a_target(first, self.rate)
        self.observation = an_observation(self.rate)
        self.rows = [
            *(self.plan, *self.goals, *self.indicators, self.rate, self.count),
            *(an_edition(self.rate), a_count(self.count)),
            *(tells(first, self.count, 2), tells(first, self.rate, 1), self.target),
            *(an_observation(self.rate, "2024-25"), self.observation),
        ]
