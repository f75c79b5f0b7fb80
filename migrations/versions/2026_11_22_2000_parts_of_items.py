"""items that are parts of others, and what of the answers adds up."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FILLED = ("planned_cells", "items")
"""What is read or written while older rows are given what is new to them."""
LOCKS = (
    "alter table release_sums enable row level security",
    "alter table release_sums force row level security",
    "create policy vault on release_sums for select to c34_release using (true)",
    "create policy release on release_sums for insert to c34_release with check (true)",
    "grant select, insert on release_sums to c34_release",
)
NAME_ITEMS = """
update planned_cells p set recipe = (
    select jsonb_agg(term || jsonb_build_object('item', i.code) order by place)
    from jsonb_array_elements(p.recipe) with ordinality as terms (term, place)
)
from items i where i.id = p.item_id and p.recipe is not null
"""
"""Until now the terms of a recipe were cells of the same item, and did not name it."""
FORGET_ITEMS = """
update planned_cells p set recipe = (
    select jsonb_agg(term - 'item' order by place)
    from jsonb_array_elements(p.recipe) with ordinality as terms (term, place)
)
where p.recipe is not null
"""


def upgrade() -> None:
    """Wait for no lock longer than a request may."""
    op.execute("set local lock_timeout = '5s'")
    op.add_column("items", sa.Column("part_of", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_items_instrument_id_part_of"),
        "items",
        "items",
        ["instrument_id", "part_of"],
        ["instrument_id", "code"],
    )
    op.add_column(
        "release_plans",
        sa.Column("breakdowns", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.alter_column("release_plans", "breakdowns", server_default=None)
    with_all_rows(NAME_ITEMS)
    op.create_table(
        "release_sums",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("total", sa.Uuid(), nullable=False),
        sa.Column("parts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("certain", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_release_sums_district_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_release_sums_item_id")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_release_sums_release_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_sums")),
    )
    for statement in LOCKS:
        op.execute(statement)


def with_all_rows(statement: str) -> None:
    """Change rows of whatever owner, which row security hides from a migration too."""
    for table in FILLED:
        op.execute(f"alter table {table} no force row level security")
    op.execute(statement)
    for table in FILLED:
        op.execute(f"alter table {table} force row level security")


def downgrade() -> None:
    """Take what is new away; what was planned and released of parts stays, as of other items."""
    op.execute("set local lock_timeout = '5s'")
    op.drop_table("release_sums")
    with_all_rows(FORGET_ITEMS)
    op.drop_column("release_plans", "breakdowns")
    op.drop_constraint(op.f("fk_items_instrument_id_part_of"), "items", type_="foreignkey")
    op.drop_column("items", "part_of")
