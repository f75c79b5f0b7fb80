"""A released cell as everybody is shown it: without its figure once it was retracted (DR-09)."""

from typing import Any, Final

from sqlalchemy import case, literal

from app.releases.models import Cell, CellRetraction
from app.vocabulary import CellStatus

STANDS: Final = CellRetraction.id.is_(None)


def while_it_stands(column: Any) -> Any:
    """Give a column of a cell, or nothing where the cell was retracted."""
    return case((STANDS, column), else_=None).label(column.key)


STATUS: Final = case(
    (STANDS, Cell.status), else_=literal(CellStatus.RETRACTED, Cell.status.type)
).label("status")
FIGURE: Final = tuple(
    while_it_stands(column) for column in (Cell.n, Cell.value, Cell.band, Cell.reading)
)
"""The columns of a cell that a retraction hides; statements join the retraction of each cell."""
N_AND_VALUE: Final = FIGURE[:2]
OF_CELL: Final = CellRetraction.cell_id == Cell.id
