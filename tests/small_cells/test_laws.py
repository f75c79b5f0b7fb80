"""TR-17 over any tables and any snapshots of them, against an oracle that knows ranks alone."""

from fractions import Fraction
from itertools import combinations
from typing import NamedTuple
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from small_cells.made import small

from app.small_cells.cells import Cell, Figure, Snapshot, share
from app.small_cells.suppression import given_away, told, withheld

SCHOOLS = (UUID(int=1), UUID(int=2), UUID(int=3))
DIMENSIONS = {"race": ("a", "b", "c"), "sex": ("f", "m")}


class Group(NamedTuple):
    """Students who are alike, and how many of them passed."""

    school: UUID
    race: str
    sex: str
    passed: int
    students: int


@st.composite
def groups(draw) -> Group:
    students = draw(st.sampled_from([0, 1, 4, 9, 10, 12, 25, 60]))
    passed = draw(st.sampled_from([0, 1, 9, 10, students // 2, students - 10, students]))
    return Group(
        draw(st.sampled_from(SCHOOLS)),
        draw(st.sampled_from(DIMENSIONS["race"])),
        draw(st.sampled_from(DIMENSIONS["sex"])),
        max(0, min(passed, students)),
        students,
    )


@st.composite
def shapes(draw) -> list[tuple[bool, tuple[str, ...]]]:
    """Which tables are entered: by school or not, by which dimensions."""
    every = [
        (by_school, dims)
        for by_school in (False, True)
        for size in range(3)
        for dims in combinations(DIMENSIONS, size)
    ]
    return draw(st.lists(st.sampled_from(every), min_size=1, unique=True))


def table(students: list[Group], shape: list[tuple[bool, tuple[str, ...]]]) -> dict[Cell, Figure]:
    """Count students into every cell of a shape."""
    sums: dict[Cell, tuple[int, int]] = {}
    for group in students:
        for by_school, dims in shape:
            cell = Cell.of(
                group.school if by_school else None, {dim: getattr(group, dim) for dim in dims}
            )
            passed, counted = sums.get(cell, (0, 0))
            sums[cell] = (passed + group.passed, counted + group.students)
    return {cell: share(*parts) for cell, parts in sums.items()}


@st.composite
def histories(draw) -> list[dict[Cell, Figure]]:
    """Tables of one district, one after another: some students are corrected, shapes change."""
    students = draw(st.lists(groups(), min_size=1, max_size=7))
    shape = draw(shapes())
    made = [table(students, shape)]
    for _ in range(draw(st.integers(0, 2))):
        if draw(st.booleans()):
            at = draw(st.integers(0, len(students) - 1))
            students = [*students[:at], draw(groups()), *students[at + 1 :]]
        if draw(st.booleans()):
            shape = sorted({*shape, *draw(shapes())})
        made.append(table(students, shape))
    return made


def publish(history: list[dict[Cell, Figure]]) -> list[Snapshot]:
    """Show one after another, as far as the audit lets it."""
    snapshots: list[Snapshot] = []
    for figures in history:
        chosen = withheld(snapshots, figures, small)
        if given_away(snapshots, figures, chosen, small):
            break
        snapshots.append(told(figures, chosen))
    return snapshots


# The oracle: whole, dense, and knowing only what stands in docs/public-reports.md.
Unknown = tuple[Cell, int, int]
"""A cell, which of its two numbers, and how often it had been corrected."""


def numbered(snapshots: list[Snapshot]) -> list[dict[tuple[Cell, int], Unknown]]:
    """Name the numbers of each snapshot; one that did not change keeps its name."""
    last: dict[tuple[Cell, int], tuple[Fraction, int]] = {}
    names = []
    for snapshot in snapshots:
        here = {}
        for cell, said in snapshot.items():
            assert said.figure is not None
            for part, number in enumerate(said.figure.parts):
                before, times = last.get((cell, part), (number, 0))
                times += before != number
                last[cell, part] = (number, times)
                here[cell, part] = (cell, part, times)
        names.append(here)
    return names


def equations(snapshot: Snapshot, part: int) -> list[dict[Cell, int]]:
    """Write each whole, whose parts were entered and add up to it, less its parts."""
    found = []
    for whole, said in snapshot.items():
        taken = {dimension for dimension, _ in whole.breakdown}
        axes = [
            [
                each
                for each in snapshot
                if each.school == whole.school
                and set(each.breakdown) > set(whole.breakdown)
                and {dim for dim, _ in each.breakdown} - taken == {dimension}
            ]
            for dimension in DIMENSIONS
        ]
        if whole.school is None:
            axes.append([c for c in snapshot if c.school and c.breakdown == whole.breakdown])
        for parts in axes:
            figures = [snapshot[each].figure for each in parts]
            sums = [sum(f.parts[n] for f in figures) for n in range(2)]  # type: ignore[union-attr]
            if parts and tuple(sums) == said.figure.parts:  # type: ignore[union-attr]
                found.append({whole: 1, **dict.fromkeys(parts, -1)})
    return found


def rest_of(row: list[Fraction], basis: dict[int, list[Fraction]]) -> list[Fraction]:
    """Take from a row what rows of a basis, each with its first column, make of it."""
    for column, other in sorted(basis.items()):
        if row[column]:
            times = row[column] / other[column]
            row = [a - times * b for a, b in zip(row, other, strict=True)]
    return row


def basis_of(rows: list[list[Fraction]]) -> dict[int, list[Fraction]]:
    basis: dict[int, list[Fraction]] = {}
    for row in rows:
        left = rest_of(row, basis)
        first = next((column for column, value in enumerate(left) if value), None)
        if first is not None:
            basis[first] = left
    return basis


def determined(snapshots: list[Snapshot]) -> set[Unknown]:
    """Find the numbers never shown that the shown ones determine, in all sums together."""
    names = numbered(snapshots)
    known = {
        name
        for snapshot, here in zip(snapshots, names, strict=True)
        for (cell, _), name in here.items()
        if snapshot[cell].shown
    }
    unknown = sorted({name for here in names for name in here.values()} - known, key=repr)
    rows = []
    for snapshot, here in zip(snapshots, names, strict=True):
        for part in range(2):
            for equation in equations(snapshot, part):
                at = {here[cell, part]: value for cell, value in equation.items()}
                rows.append([Fraction(at.get(name, 0)) for name in unknown])
    basis = basis_of(rows)
    alone = [[Fraction(name == other) for other in unknown] for name in unknown]
    return {name for name, row in zip(unknown, alone, strict=True) if not any(rest_of(row, basis))}


@settings(max_examples=150, deadline=None)
@given(histories())
def test_no_number_that_was_withheld_follows_from_all_that_was_shown(history):
    assert determined(publish(history)) == set()


@settings(max_examples=150, deadline=None)
@given(histories())
def test_a_small_cell_is_never_shown(history):
    for snapshot in publish(history):
        assert [cell for cell, said in snapshot.items() if said.shown and small(said.figure)] == []


@settings(max_examples=100, deadline=None)
@given(histories())
def test_no_cell_is_withheld_without_need(history):
    *before, last = publish(history)
    figures = {cell: said.figure for cell, said in last.items()}
    chosen = {cell for cell, said in last.items() if not said.shown}
    needless = [
        cell
        for cell in chosen
        if not small(figures[cell]) and not given_away(before, figures, chosen - {cell}, small)
    ]
    assert needless == []


@settings(max_examples=60, deadline=None)
@given(groups(), st.lists(groups(), min_size=1, max_size=6), shapes())
def test_a_first_snapshot_always_finds_a_way(group, others, shape):
    figures = table([group, *others], shape)
    assert given_away([], figures, withheld([], figures, small), small) == []


@settings(max_examples=60, deadline=None)
@given(histories())
def test_a_snapshot_that_is_shown_again_withholds_the_same(history):
    snapshots = publish(history)
    figures = {cell: said.figure for cell, said in snapshots[-1].items()}
    again = told(figures, withheld(snapshots, figures, small))
    assert again == snapshots[-1]


@settings(max_examples=100, deadline=None)
@given(histories())
def test_what_is_withheld_of_one_sum_is_ten_or_more_together(history):
    """Where the whole is shown, whatever its withheld parts are together can be worked out."""
    for snapshot in publish(history):
        for equation in equations(snapshot, 0):
            (whole,) = [cell for cell, sign in equation.items() if sign == 1]
            parts = [c for c, sign in equation.items() if sign == -1 and not snapshot[c].shown]
            if not snapshot[whole].shown or not parts:
                continue
            together = sum((snapshot[c].figure for c in parts[1:]), start=snapshot[parts[0]].figure)
            assert not small(together)


def test_the_oracle_finds_what_is_given_away():
    figures = {Cell.of(None, {}): share(60, 100), Cell.of(SCHOOLS[0], {}): share(3, 20)}
    figures[Cell.of(SCHOOLS[1], {})] = share(57, 80)
    careless = told(figures, {Cell.of(SCHOOLS[0], {})})
    assert determined([careless]) == {(Cell.of(SCHOOLS[0], {}), part, 0) for part in range(2)}
