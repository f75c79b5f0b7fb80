"""Writes the content of a progress report out of what was read."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from app.indicators.models import IndicatorMeasure
from app.measuring.values import quotient, shown
from app.measuring.words import ValueStatus
from app.observations.models import Observation
from app.reports.gathered import Gathered, baseline_of, table_of
from app.reports.schemas import (
    ReportContent,
    ReportedCell,
    ReportedFigure,
    ReportedGoal,
    ReportedIndicator,
    ReportedMeasure,
    ReportedOverride,
    ReportedPlan,
    ReportedStatus,
    ReportedTarget,
    WhyWithheld,
    WithheldCell,
)
from app.reports.standing import standing
from app.reports.withholding import Kept, cell_of, figure_of, is_small
from app.small_cells.cells import Cell, count
from app.targets.models import Target
from app.targets.standing import SeriesRow
from app.vocabulary import MeasureKind

DECIMALS: Final = 6
TOTAL: Final = Cell(None, ())
DEFINED: Final = (
    *("edition", "definition", "kind", "direction", "unit", "factor", "decimals"),
    "counts_students",
)


class Writer:
    """Writes what was read, but for the cells that are kept."""

    def __init__(self, gathered: Gathered, kept: Kept) -> None:
        self._read = gathered
        self._kept = kept

    def content(self) -> ReportContent:
        """Write everything."""
        read = self._read
        return ReportContent(
            on=read.on,
            plan=ReportedPlan.model_validate(read.plan),
            goals=[
                ReportedGoal(
                    code=goal.code,
                    focus_area=goal.focus_area,
                    title=goal.title,
                    statement=goal.statement,
                    population=goal.population,
                    indicators=[
                        ReportedIndicator(
                            code=each.code,
                            statement=each.statement,
                            measures=[self.measure(link) for link in read.links.get(each.id, ())],
                        )
                        for each in read.indicators.get(goal.id, ())
                    ],
                )
                for goal in read.goals
            ],
        )

    def measure(self, link: IndicatorMeasure) -> ReportedMeasure:
        """Write a measure of an indicator, and how it stands."""
        measure = self._read.measures[link.measure_id]
        edition = self._read.editions[measure.id][-1]
        newest = self._read.newest.get(measure.id)
        return ReportedMeasure(
            code=measure.code,
            name=measure.name,
            **{name: getattr(edition, name) for name in DEFINED},
            observation=None if newest is None else ReportedFigure(**self.figure(newest)),
            cells=[] if newest is None else self.cells(newest),
            **self.stands(link, newest),
        )

    def stands(self, link: IndicatorMeasure, newest: Observation | None) -> dict[str, Any]:
        """Write the target of a measure, how it stands, and the flag beside that."""
        read = self._read
        target = read.targets.get((link.indicator_id, link.measure_id))
        override = None if target is None else read.overrides.get(target.id)
        hidden = newest is not None and self.keeps(newest)
        without_baseline = target is not None and self.keeps_baseline(target)
        if override is None or hidden or without_baseline:
            flag = None
        else:
            flag = ReportedOverride.model_validate(override)
        return {
            "target": None if target is None else target_of(target, withheld=without_baseline),
            "standing": standing(
                self.series(link.measure_id),
                target,
                newest,
                read.on,
                hidden=hidden,
                without_baseline=without_baseline,
            ),
            "override": flag,
        }

    def series(self, measure_id: UUID) -> SeriesRow:
        """Say what a measure and its editions say of every value of it."""
        editions = self._read.editions[measure_id]
        now = editions[-1]
        return SeriesRow(
            direction=now.direction,
            frequency=now.frequency,
            grace_days=now.grace_days,
            eras=[each.era for each in editions],
            factors=[each.factor for each in editions],
        )

    def keeps(self, row: Observation) -> bool:
        """Whether the numbers of an observation are withheld here; those it has not cannot be."""
        if row.status == ValueStatus.SUPPRESSED:
            return False
        return cell_of(row) in self._kept.get(table_of(row), ())

    def keeps_baseline(self, target: Target) -> bool:
        """Whether the value that a target begins with is withheld.

        It is where the total is. A number of students is one by itself too, however it came about:
        few are withheld, and so is what differs from the total, which may have been corrected.
        """
        name, value = baseline_of(target), target.baseline_value
        if name is None or value is None:
            return False
        if TOTAL in self._kept.get(name, ()):
            return True
        edition = self._read.edition_of(name)
        if edition.kind is not MeasureKind.COUNT or not edition.counts_students:
            return False
        rows = self._read.observations.get(name, ())
        totals = [row.value for row in rows if cell_of(row) == TOTAL]
        return is_small(count(value)) or any(each not in {None, value} for each in totals)

    def figure(self, row: Observation) -> dict[str, Any]:
        """Write an observation, without its numbers where they are withheld."""
        told: dict[str, Any] = dict.fromkeys(("value", "numerator", "denominator", "source"))
        if self.keeps(row):
            status = ReportedStatus.WITHHELD
            return {"period": row.period, "status": status, "as_of": None, **told}
        edition = self._read.edition_of(table_of(row))
        if figure_of(row, edition.kind) is not None:
            told = {name: getattr(row, name) for name in told}
            if edition.factor is not None:
                value = quotient(row.numerator, row.denominator, edition.factor)
                told["value"] = None if value is None else shown(value, DECIMALS)
        status = ReportedStatus(row.status)
        return {"period": row.period, "status": status, "as_of": row.as_of, **told}

    def cells(self, newest: Observation) -> list[ReportedCell]:
        """Write what stands beside the newest total, the whole district first."""
        made = []
        for row in self._read.observations[table_of(newest)]:
            if row.id != newest.id:
                school = None if row.school_id is None else self._read.schools[row.school_id]
                made.append(
                    ReportedCell(
                        school=None if school is None else school.code,
                        school_name=None if school is None else school.name,
                        breakdown=row.breakdown,
                        **self.figure(row),
                    )
                )
        return sorted(made, key=lambda each: (each.school or "", sorted(each.breakdown.items())))

    def withheld(self) -> Iterator[WithheldCell]:
        """List what is kept, and why."""
        for name, rows in self._read.observations.items():
            kind = self._read.edition_of(name).kind
            for row in rows:
                if self.keeps(row):
                    figure = figure_of(row, kind)
                    school = self._read.schools.get(row.school_id) if row.school_id else None
                    small = figure is not None and is_small(figure)
                    yield WithheldCell(
                        measure=self._read.measures[name.measure_id].code,
                        edition=name.edition,
                        period=name.period,
                        school=None if school is None else school.code,
                        breakdown=row.breakdown,
                        why=WhyWithheld.SMALL if small else WhyWithheld.COMPLEMENTARY,
                    )


def target_of(target: Target, *, withheld: bool) -> ReportedTarget:
    """Write a target, without the value of a baseline that is withheld."""
    names = ReportedTarget.model_fields.keys() - {"baseline_value", "baseline_withheld"}
    return ReportedTarget(
        **{name: getattr(target, name) for name in names},
        baseline_value=None if withheld else target.baseline_value,
        baseline_withheld=withheld,
    )
