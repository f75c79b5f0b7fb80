"""Whether an observation fits the definition of its measure: all that is wrong with it, at once.

It is asked for rows by the ten thousand, most of which fit: what one batch says again and again is
worked out once.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from app.measuring.cohorts import class_of
from app.measuring.periods import parse
from app.measuring.words import PeriodKind, ValueStatus
from app.observations.breakdowns import GRADE, GRADES
from app.observations.schemas import ObservationEntry, Said
from app.problems import Fault
from app.vocabulary import MeasureKind

PERCENT: Final = 100
HIGHEST_LEVEL: Final = 100
NUMBERS: Final = ("value", "numerator", "denominator")
VALUED: Final = frozenset(status for status in ValueStatus if status.has_value)
PLAIN: Final = ("value",)
PARTS: Final = ("numerator", "denominator")
KNOWN_GRADES: Final = frozenset({None, *GRADES})
NO_SCHOOL: Final = Fault("/school", "unknown_reference", "There is no such school.")
NO_MEASURE: Final = Fault("/measure", "unknown_reference", "There is no such measure.")
NO_EDITION: Final = Fault("/edition", "unknown_reference", "The measure has no such edition.")
NO_GRADE: Final = Fault("/breakdown/grade", "not_one_of", "K, or a grade from 1 to 12.")
NOT_BEGUN: Final = Fault("/period", "not_begun", "The period has not begun.")
NOT_WHOLE: Final = ("not_a_whole_number", "Students are counted in whole numbers.")


class Edition(NamedTuple):
    """What one version of a measure's definition asks of an observation."""

    measure_id: UUID
    edition: int
    kind: MeasureKind
    factor: int | None
    frequency: PeriodKind
    dimensions: list[str]
    counts_students: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure, its newest edition, and all of them by their number."""

    newest: int
    editions: dict[int, Edition]


class When(NamedTuple):
    """A period, as the columns of an observation hold it; ``graduates`` by grade."""

    kind: PeriodKind
    starts: date
    ends: date
    graduates: dict[str, int]


class Group(NamedTuple):
    """A breakdown, as its column holds it."""

    document: str
    dimensions: tuple[str, ...]
    grade: str | None


@dataclass(slots=True)
class Fitting:
    """Makes the rows of the table from what was sent, by what the district has.

    ``measures`` and ``schools`` are found by their ids and by their codes.
    """

    measures: Mapping[str, Measure]
    schools: Mapping[str, UUID]
    today: date
    _whens: dict[str, When] = field(default_factory=dict)
    _groups: dict[Any, Group] = field(default_factory=dict)

    def row(self, entry: ObservationEntry) -> tuple[Any, ...] | list[Fault]:
        """Return the row, in the order of ``Upsert.columns``, or all that is wrong with it."""
        faults: list[Fault] = []
        edition, school = self.edition(entry, faults), self.school(entry, faults)
        when = self._whens.get(entry.period) or self.when(entry.period)
        group = self.group(entry.breakdown)
        if when.starts > self.today:
            faults.append(NOT_BEGUN)
        if group.grade not in KNOWN_GRADES:
            faults.append(NO_GRADE)
        if edition is None:
            return faults
        if when.kind != edition.frequency:
            detail = f"The measure is observed by {edition.frequency}."
            faults.append(Fault("/period", "other_frequency", detail))
        if group.dimensions:
            faults += undivided(group, edition)
        faults += misfits(entry, edition, self.today)
        return faults or columns(entry, edition, school, when, group)

    def edition(self, entry: ObservationEntry, faults: list[Fault]) -> Edition | None:
        """Find the edition that an entry is of, the newest where it names none."""
        measure = self.measures.get(entry.measure)
        if measure is None:
            faults.append(NO_MEASURE)
            return None
        edition = measure.editions.get(entry.edition or measure.newest)
        if edition is None:
            faults.append(NO_EDITION)
        return edition

    def school(self, entry: ObservationEntry, faults: list[Fault]) -> UUID | None:
        """Find the school of an entry; none stands for the whole district."""
        if entry.school is None:
            return None
        school = self.schools.get(entry.school)
        if school is None:
            faults.append(NO_SCHOOL)
        return school

    def when(self, text: str) -> When:
        """Work a period out, once."""
        period = parse(text)
        graduates = {name: class_of(grade, period) for name, grade in GRADES.items()}
        made = When(period.kind, period.first_day, period.last_day, graduates)
        self._whens[text] = made
        return made

    def group(self, breakdown: dict[str, str]) -> Group:
        """Work a breakdown out, once."""
        key = tuple(breakdown.items())
        found = self._groups.get(key)
        if found is None:
            document = json.dumps(breakdown, sort_keys=True, separators=(",", ":"))
            found = Group(document, tuple(breakdown), breakdown.get(GRADE))
            self._groups[key] = found
        return found


def columns(
    entry: ObservationEntry, edition: Edition, school: UUID | None, when: When, group: Group
) -> tuple[Any, ...]:
    """Put a row in the order of the upsert's columns."""
    alone = group.grade is not None and len(group.dimensions) == 1
    return (
        edition.measure_id,
        edition.edition,
        school,
        entry.period,
        group.document,
        when.starts,
        when.ends,
        when.graduates[group.grade or ""] if alone else None,
        entry.status,
        entry.value,
        entry.numerator,
        entry.denominator,
        entry.source,
        entry.as_of,
    )


def undivided(group: Group, edition: Edition) -> list[Fault]:
    """List the dimensions of a group that are none of the measure's."""
    return [
        Fault(f"/breakdown/{name}", "unknown_dimension", "Not a dimension of the measure.")
        for name in group.dimensions
        if name not in edition.dimensions
    ]


def misfits(said: Said, edition: Edition, today: date) -> list[Fault]:
    """List what keeps this from being said of a measure; ``today`` is the latest one on earth."""
    faults: list[Fault] = []
    if said.as_of is not None and said.as_of > today:
        faults.append(Fault("/as_of", "in_future", "The day has not come."))
    if said.status not in VALUED:
        detail = "What has this status has no numbers."
        return faults + [
            Fault(f"/{name}", "not_for_this_status", detail)
            for name in NUMBERS
            if getattr(said, name) is not None
        ]
    if edition.factor is not None:
        if said.value is None and said.numerator is not None and said.denominator is not None:
            faults += misfits_of_parts(said.numerator, said.denominator, edition)
        else:
            faults += wanting(said, PARTS, PLAIN)
    elif said.value is not None and said.numerator is None and said.denominator is None:
        faults += misfits_of_value(said.value, edition)
    else:
        faults += wanting(said, PLAIN, PARTS)
    return faults


def wanting(said: Said, asked: tuple[str, ...], unasked: tuple[str, ...]) -> Iterator[Fault]:
    """List the numbers that are missing, and those that the measure does not have."""
    for name in asked:
        if getattr(said, name) is None:
            yield Fault(f"/{name}", "required", "The measure asks for this.")
    for name in unasked:
        if getattr(said, name) is not None:
            yield Fault(f"/{name}", "not_for_this_measure", "The measure does not have this.")


def misfits_of_parts(numerator: Decimal, denominator: Decimal, edition: Edition) -> list[Fault]:
    """List what is wrong with a quotient: how many students are so, of how many, in whole numbers.

    Only a percentage of students is a part of the whole: there may be 500 students for each
    counsellor, and a school may be fuller than it was built for.
    """
    faults = []
    if denominator < 0:
        faults.append(Fault("/denominator", "out_of_range", "At least 0."))
    if not edition.counts_students:
        return faults
    if denominator % 1:
        faults.append(Fault("/denominator", *NOT_WHOLE))
    if edition.kind == MeasureKind.RATE:
        if numerator % 1:
            faults.append(Fault("/numerator", *NOT_WHOLE))
        if numerator < 0:
            faults.append(Fault("/numerator", "out_of_range", "At least 0."))
        if edition.factor == PERCENT and numerator > denominator >= 0:
            faults.append(Fault("/numerator", "out_of_range", "No more than the denominator."))
    return faults


def misfits_of_value(value: Decimal, edition: Edition) -> Iterator[Fault]:
    """List what is wrong with a plain value."""
    kind = edition.kind
    if kind in {MeasureKind.COUNT, MeasureKind.RUBRIC_LEVEL} and value % 1:
        yield Fault("/value", "not_a_whole_number", "Not a whole number.")
    if kind == MeasureKind.COUNT and value < 0:
        yield Fault("/value", "out_of_range", "At least 0.")
    if kind == MeasureKind.RUBRIC_LEVEL and not 1 <= value <= HIGHEST_LEVEL:
        yield Fault("/value", "out_of_range", f"From 1 to {HIGHEST_LEVEL}.")
