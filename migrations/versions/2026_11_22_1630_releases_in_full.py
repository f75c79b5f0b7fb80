"""releases in full."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATISTICS = (
    "mean_of_districts",
    "pooled",
    "lower_half",
    "middle_half",
    "upper_half",
    "lower_quartile",
    "median",
    "upper_quartile",
    "prevalence",
    "panel_mean",
)
REASONS = (
    "too_few_districts",
    "difference",
    "withheld",
    "not_yet",
    "pending_batch",
    "no_statistic",
)
WORDS = (
    ("planned_cells", "statistic", "statistic", STATISTICS, ("mean_of_districts",)),
    ("cells", "statistic", "statistic", STATISTICS, ("mean_of_districts",)),
    ("planned_cells", "verdict", "cellstatus", ("published", "withheld", "retracted"), None),
    ("cells", "status", "cellstatus", ("published", "withheld", "retracted"), None),
    (
        "planned_cells",
        "reason",
        "reasonclass",
        REASONS,
        ("too_few_districts", "difference", "no_statistic"),
    ),
)
"""Table, column, name of the check, the words it takes from now on and took before."""
FILLED = ("cells", "planned_cells", "releases", "release_plans", "rounds", "cell_contributors")
"""What is read or written while older rows are given what is new to them."""
LOCKS = (
    "grant update on jobs to c34_release",
    "alter table round_reopenings enable row level security",
    "alter table round_reopenings force row level security",
    "create policy shown on round_reopenings for select to c34_app, c34_release using (true)",
    "create policy kept on round_reopenings for insert to c34_app with check ((select current_setting('app.consortium', true)) = 'on')",
    "create policy revised on round_reopenings for update to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')",
    "grant select, insert on round_reopenings to c34_app",
    "grant select on round_reopenings to c34_release",
    "alter table release_certificates enable row level security",
    "alter table release_certificates force row level security",
    "create policy members on release_certificates for select to c34_app, c34_release using ((select exists (select from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))",
    "create policy release on release_certificates for insert to c34_release with check (true)",
    "grant select on release_certificates to c34_app",
    "grant select, insert on release_certificates to c34_release",
    "alter table cell_retractions enable row level security",
    "alter table cell_retractions force row level security",
    "create policy members on cell_retractions for select to c34_app, c34_release using ((select exists (select from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))",
    "create policy release on cell_retractions for insert to c34_release with check (true)",
    "grant select on cell_retractions to c34_app",
    "grant select, insert on cell_retractions to c34_release",
    "alter table release_secrets enable row level security",
    "alter table release_secrets force row level security",
    "create policy vault on release_secrets for select to c34_release using (true)",
    "create policy release on release_secrets for insert to c34_release with check (true)",
    "grant select, insert on release_secrets to c34_release",
)


def words(table: str, column: str, name: str, taken: Sequence[str]) -> None:
    """Let a column take these words and no other."""
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    listed = sa.column(column).in_([sa.literal_column(f"'{word}'") for word in taken])
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, listed)


def later(table: str, column: sa.Column[object], first: str) -> None:
    """Add a column that is never null, and give the rows there are what it is for them."""
    wanted, column.nullable = column.nullable, True
    op.add_column(table, column)
    op.execute(f"update {table} set {column.name} = {first}")  # noqa: S608 - our own words
    op.alter_column(table, column.name, nullable=wanted)


def upgrade() -> None:
    """Wait for no lock longer than a request may."""
    op.execute("set local lock_timeout = '5s'")
    for table in FILLED:
        op.execute(f"alter table {table} no force row level security")
    for table, column, name, taken, _ in WORDS:
        words(table, column, name, taken)
    of_plan = "(select r.period from release_plans p join rounds r on r.id = p.round_id"
    of_release = "(select o.period from releases r join rounds o on o.id = r.round_id"
    later(
        "planned_cells",
        sa.Column("period", sa.Text(), nullable=False),
        f"{of_plan} where p.id = plan_id)",
    )
    later(
        "cells",
        sa.Column("period", sa.Text(), nullable=False),
        f"{of_release} where r.id = release_id)",
    )
    later("cell_contributors", sa.Column("says_as", sa.Uuid(), nullable=False), "answer_id")
    for name in ("quantiles", "prevalence", "trends"):
        later("release_plans", sa.Column(name, sa.Boolean(), nullable=False), "false")
    later("release_plans", sa.Column("seed", sa.BigInteger(), nullable=False), "0")
    for name in ("cost", "counts_students"):
        op.add_column(
            "items", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
        op.alter_column("items", name, server_default=None)
    op.add_column("release_plans", sa.Column("bases", sa.ARRAY(sa.Text()), nullable=True))
    op.add_column("releases", sa.Column("notes", sa.Text(), nullable=True))
    op.add_column("planned_cells", sa.Column("category", sa.Text(), nullable=True))
    op.add_column("cells", sa.Column("category", sa.Text(), nullable=True))
    recipe = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
    op.add_column("planned_cells", sa.Column("recipe", recipe, nullable=True))
    for table in FILLED:
        op.execute(f"alter table {table} force row level security")
    op.add_column("items", worded("statistic", "statistic", STATISTICS))
    op.add_column("cells", worded("band", "prevalenceband", ("none_few", "some", "most_all")))
    op.add_column("cells", worded("reading", "sharereading", ("nearest", "at_most", "at_least")))
    tables()
    for statement in LOCKS:
        op.execute(statement)


def worded(column: str, name: str, taken: Sequence[str]) -> sa.Column[str]:
    """Write a column that takes words and may be null."""
    kind = sa.Enum(*taken, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(column, kind, nullable=True)


def tables() -> None:
    """Make the new tables."""
    op.create_table(
        "round_reopenings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reopened_by", sa.Uuid(), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_round_reopenings_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_reopenings")),
    )
    op.create_index(op.f("ix_round_reopenings_round_id"), "round_reopenings", ["round_id"])
    op.create_table(
        "release_certificates",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("certificate", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("key", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_release_certificates_release_id")
        ),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_release_certificates")),
    )
    op.create_table(
        "release_secrets",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_release_secrets_release_id")
        ),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_release_secrets")),
    )
    op.create_table(
        "cell_retractions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cell_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("retracted_by", sa.Uuid(), nullable=False),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cell_id"], ["cells.id"], name=op.f("fk_cell_retractions_cell_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_retractions")),
        sa.UniqueConstraint("cell_id", name=op.f("uq_cell_retractions_cell_id")),
    )


def downgrade() -> None:
    """Take what is new away; rows that only the new words can write must be gone before."""
    op.execute("set local lock_timeout = '5s'")
    op.execute("revoke update on jobs from c34_release")
    for table in (
        "cell_retractions",
        "release_secrets",
        "release_certificates",
        "round_reopenings",
    ):
        op.drop_table(table)
    for table, names in (
        ("cells", ("reading", "band", "period", "category")),
        ("items", ("counts_students", "cost", "statistic")),
        ("cell_contributors", ("says_as",)),
        ("planned_cells", ("recipe", "period", "category")),
        ("release_plans", ("seed", "trends", "prevalence", "quantiles", "bases")),
        ("releases", ("notes",)),
    ):
        for name in names:
            op.drop_column(table, name)
    for table, column, name, _, before in WORDS:
        words(table, column, name, before or ("published", "withheld"))
