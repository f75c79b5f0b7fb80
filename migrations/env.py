"""Runs migrations on the connection that it is handed, as the owner of the tables."""

from collections.abc import Iterable
from typing import Any

from alembic import context
from alembic.operations.ops import CreateTableOp, MigrationScript

from app.tables import Base


def leave_custody_out(_context: Any, _revision: Any, directives: Iterable[MigrationScript]) -> None:
    """Keep what only the application knows of a table out of a new revision."""
    for directive in directives:
        for each in directive.upgrade_ops.ops if directive.upgrade_ops else ():
            if isinstance(each, CreateTableOp):
                each.info.clear()


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_type=True,
    transaction_per_migration=True,
    process_revision_directives=leave_custody_out,
)
with context.begin_transaction():
    context.run_migrations()
