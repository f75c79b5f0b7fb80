"""Everything that a progress report is made of, as it was read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.goals.models import Goal
from app.indicators.models import Indicator, IndicatorMeasure
from app.measures.models import Measure, MeasureEdition
from app.observations.models import Observation
from app.plans.models import Plan
from app.reports.withholding import Table, TableName, entered
from app.schools.models import School
from app.small_cells.cells import Snapshot
from app.targets.models import StatusOverride, Target


@dataclass(frozen=True, slots=True)
class Gathered:
    """A plan and all that is told of it on a day.

    ``editions`` are all of a measure, the first one first; ``newest`` is its newest total, and
    ``observations`` are those of its table, and the totals that are baselines of targets.
    """

    on: date
    plan: Plan
    goals: Sequence[Goal]
    indicators: Mapping[UUID, Sequence[Indicator]]
    links: Mapping[UUID, Sequence[IndicatorMeasure]]
    measures: Mapping[UUID, Measure]
    editions: Mapping[UUID, Sequence[MeasureEdition]]
    newest: Mapping[UUID, Observation]
    observations: Mapping[TableName, Sequence[Observation]]
    targets: Mapping[tuple[UUID, UUID], Target]
    overrides: Mapping[UUID, StatusOverride]
    schools: Mapping[UUID, School]
    before: Mapping[TableName, Sequence[Snapshot]]

    def edition_of(self, name: TableName) -> MeasureEdition:
        """Find the definition that the numbers of a table are of."""
        return self.editions[name.measure_id][name.edition - 1]

    def tables(self) -> dict[TableName, Table]:
        """Make the tables that count students."""
        found = {}
        for name, rows in self.observations.items():
            edition = self.edition_of(name)
            if edition.counts_students:
                figures = entered(rows, edition.kind)
                found[name] = Table(figures, self.before.get(name, ()))
        return found


def table_of(observation: Observation) -> TableName:
    """Name the table that an observation stands in."""
    return TableName(observation.measure_id, observation.edition, observation.period)


def baseline_of(target: Target) -> TableName | None:
    """Name the table whose total is the baseline of a target; a band has none."""
    if target.baseline_period is None or target.baseline_edition is None:
        return None
    return TableName(target.measure_id, target.baseline_edition, target.baseline_period)
