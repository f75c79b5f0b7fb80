"""Writes a dashboard out of its rows, and no part of it twice while its versions stand."""

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from pydantic_core import to_json

from app.scalars.numbers import on_the_wire
from app.targets.standing import ObservationRow, SeriesRow, TargetRow, judged, reads, told

Row = Mapping[str, Any]
Released = Mapping[UUID, bytes]
"""What was released beside a measure, as a list in JSON, by the measure."""

MOST: Final = 64 * 1024**2
"""Bytes of goals, indicators and measures that a worker keeps as it wrote them."""
OF_ENTRY: Final = 600
"""Bytes that an entry takes besides what was written: its key, above all."""
NOTHING: Final = b"[]"


class Kept:
    """What was written, by the versions of all that it was written from."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()

    def written(self, key: Hashable, write: Callable[..., bytes], *of: Any) -> bytes:
        """Return what is kept under a key, or write and keep it; the oldest makes room."""
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = write(*of)
            self._size += len(found) + OF_ENTRY
            while self._size > self._most:
                self._size -= len(self._kept.popitem(last=False)[1]) + OF_ENTRY
        return found


KEPT: Final = Kept(MOST)


def takes(prefix: str, *names: str) -> Callable[[Row], dict[str, Any]]:
    """Make what takes some columns out of a row, by their names without the prefix."""
    take = itemgetter(*(f"{prefix}{name}" for name in names))
    return lambda row: dict(zip(names, take(row), strict=True))


def takes_numbers(prefix: str, *names: str) -> Callable[[Row], dict[str, int | float | None]]:
    """Make what takes decimals out of a row, as JSON writes them."""
    take = itemgetter(*(f"{prefix}{name}" for name in names))
    return lambda row: {
        name: None if value is None else on_the_wire(value)
        for name, value in zip(names, take(row), strict=True)
    }


plan_of = takes(
    "plan_",
    *("id", "code", "title", "first_year", "last_year", "lifecycle", "school_id", "version"),
)
goal_of = takes("goal_", "id", "code", "focus_area", "title", "statement", "population", "version")
indicator_of = takes("indicator_", "id", "code", "statement", "version")
measure_of = takes("measure_", "id", "code", "name", "version")
definition_of = takes(
    "", *("edition", "era", "kind", "direction", "unit", "factor", "decimals", "frequency")
)
observation_of = takes("newest_", "id", "period", "edition", "status", "source", "as_of", "version")
observed_numbers_of = takes_numbers("newest_", "numerator", "denominator")
target_of = takes(
    "target_",
    *("id", "direction", "edition", "baseline_period", "baseline_edition"),
    *("starts_in", "due_in", "version"),
)
aimed_numbers_of = takes_numbers(
    "target_", "baseline_value", "aim_value", "low", "high", "tolerance"
)
override_of = takes("override_", "id", "says", "reason", "by", "by_name", "at", "version")
series_in = reads(SeriesRow)
target_in = reads(TargetRow, "target_")
observation_in = reads(ObservationRow, "newest_")
version_of_goal = itemgetter("goal_id", "goal_version")
version_of_indicator = itemgetter("indicator_id", "indicator_version")
versions_of_measure = itemgetter(
    *("measure_id", "measure_version", "edition", "target_id", "target_version"),
    *("newest_id", "newest_version", "override_id", "override_version"),
)
"""All that is told of a measure depends on these and on the day: no edition ever changes."""


def dashboard(head: Mapping[str, Any], rows: Sequence[Row], on: date, released: Released) -> bytes:
    """Write a dashboard of rows in their order, as ``DashboardView``; ``head`` is what is above."""
    plan = to_json(plan_of(rows[0])) if rows else b"null"
    goals = b",".join(goals_in(rows, on, released))
    return b'%b,"plan":%b,"goals":[%b]}' % (opened(dict(head)), plan, goals)


def goals_in(rows: Sequence[Row], on: date, released: Released) -> Iterable[bytes]:
    """Write the goals with their indicators."""
    for key, group in groupby(rows, version_of_goal):
        if key[0] is not None:
            of_goal = list(group)
            head = KEPT.written(key, lambda row: opened(goal_of(row)), of_goal[0])
            inner = b",".join(indicators_in(of_goal, on, released))
            yield b'%b,"indicators":[%b]}' % (head, inner)


def indicators_in(rows: Sequence[Row], on: date, released: Released) -> Iterable[bytes]:
    """Write the indicators of a goal with their measures."""
    for key, group in groupby(rows, version_of_indicator):
        if key[0] is not None:
            of_indicator = list(group)
            head = KEPT.written(key, lambda row: opened(indicator_of(row)), of_indicator[0])
            inner = b",".join(measures_in(of_indicator, on, released))
            yield b'%b,"measures":[%b]}' % (head, inner)


def measures_in(rows: Iterable[Row], on: date, released: Released) -> Iterable[bytes]:
    """Write the measures of an indicator, and how each stands."""
    for row in rows:
        versions = versions_of_measure(row)
        if versions[0] is not None:
            stands = KEPT.written((on, versions), measure, row, on)
            yield b'%b,"released":%b}' % (stands, released.get(versions[0], NOTHING))


def measure(row: Row, on: date) -> bytes:
    """Write a measure and how it stands, open at its end."""
    target = None if row["target_id"] is None else target_in(row)
    if target is not None:
        target = target._replace(milestones=json.loads(row["target_milestones"]))
    newest = None if row["newest_id"] is None else observation_in(row)
    status = told(judged(series_in(row), target, newest, on))
    return opened(
        {
            **measure_of(row),
            **definition_of(row),
            "observation": None if newest is None else shown_observation(row, status["actual"]),
            "target": None if target is None else shown_target(row, target),
            "status": status,
            "override": None if row["override_id"] is None else override_of(row),
        }
    )


def shown_observation(row: Row, value: Any) -> dict[str, Any]:
    """Give the members of ``NewestObservation``, unchecked; ``value`` is what it comes to."""
    factor = row["factors"][row["newest_edition"] - 1]
    breakdown = json.loads(row["newest_breakdown"])
    computed = {"value": value, "factor": factor, "breakdown": breakdown}
    return observation_of(row) | observed_numbers_of(row) | computed


def shown_target(row: Row, target: TargetRow) -> dict[str, Any]:
    """Give the members of ``TargetShown``, unchecked."""
    milestones = [
        {"period": each["period"], "value": on_the_wire(Decimal(each["value"]))}
        for each in target.milestones
    ]
    return target_of(row) | aimed_numbers_of(row) | {"milestones": milestones}


def opened(members: Mapping[str, Any]) -> bytes:
    """Write an object in JSON, open at its end for what it has besides."""
    return to_json(members)[:-1]
