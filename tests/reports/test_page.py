"""The page for superintendents is computed again: its tables say what the service does."""

from pathlib import Path

from small_cells.made import cell, small

from app.small_cells.cells import Cell, count, share
from app.small_cells.suppression import withheld

PAGE = (Path(__file__).parents[2] / "docs" / "public-reports.md").read_text()


def rows(head: str) -> list[list[str]]:
    _, _, rest = PAGE.partition(f"| {head} |")
    lines = rest.splitlines()[2:]
    table = []
    for line in lines:
        if not line.startswith("|"):
            break
        table.append([each.strip() for each in line.strip("|").split("|")])
    return table


def test_the_figures_are_shown_or_not():
    told = {figure: shown for figure, shown, _ in rows("figure | shown | why")}
    computed = {}
    for figure in told:
        numerator, _, denominator = figure.partition(" of ")
        is_small = small(share(int(numerator), int(denominator)))
        computed[figure] = "no" if is_small else "yes"
    assert computed == told
    assert len(told) == 8


def test_the_groups_are_shown_or_not():
    table = {name: (int(number), shown) for name, number, shown in rows("group | students | shown")}
    figures = {place(name): count(number) for name, (number, _) in table.items()}
    kept = withheld([], figures, small)
    assert {name: "no" if place(name) in kept else "yes" for name in table} == {
        name: shown for name, (_, shown) in table.items()
    }
    assert len(table) == 5


def place(name: str) -> Cell:
    return cell("" if name == "all" else f"group={name}")
