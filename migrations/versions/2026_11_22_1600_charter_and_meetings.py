"""the charter as data, and meetings in full."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FIRST_CHARTER = """
insert into charters (
    version, in_force_since, fewest_districts, share_cap, nearness, coalition, fewest_students,
    neighbours, changed_together, prevalence_bands, prevalence_tenths, cost_days, trial_plans,
    review_days, late_months, introduction_days, hold_days
) values (1, now(), 5, 25, 10, 1, 10, 5, 5, 5, 10, 90, 20, 10, 12, 30, 30)
"""
"""Put in before the locks stand: from then on only an adopted motion adds a version."""
LOCKS = (
    "alter table charters enable row level security",
    "alter table charters force row level security",
    "create policy shown on charters for select to c34_app, c34_release using (true)",
    """
    create policy kept on charters for insert to c34_app with check ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy revised on charters for update to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy adopted on charters as restrictive for insert to c34_app with check (exists (select from motions m where m.id = motion_id and m.state = 'adopted' and m.kind = 'set_parameter'))
    """,
    "grant select, insert on charters to c34_app",
    "grant select on charters to c34_release",
)
KEPT_BY = ("rounds", "release_plans", "releases")
"""What says under which version of the charter it was made."""


def upgrade() -> None:
    """Wait for no lock longer than a request may."""
    op.execute("set local lock_timeout = '5s'")
    op.create_table(
        "charters",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("motion_id", sa.Uuid(), nullable=True),
        sa.Column("in_force_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fewest_districts", sa.Integer(), nullable=False),
        sa.Column("share_cap", sa.Integer(), nullable=False),
        sa.Column("nearness", sa.Integer(), nullable=False),
        sa.Column("coalition", sa.Integer(), nullable=False),
        sa.Column("fewest_students", sa.Integer(), nullable=False),
        sa.Column("neighbours", sa.Integer(), nullable=False),
        sa.Column("changed_together", sa.Integer(), nullable=False),
        sa.Column("prevalence_bands", sa.Integer(), nullable=False),
        sa.Column("prevalence_tenths", sa.Integer(), nullable=False),
        sa.Column("cost_days", sa.Integer(), nullable=False),
        sa.Column("trial_plans", sa.Integer(), nullable=False),
        sa.Column("review_days", sa.Integer(), nullable=False),
        sa.Column("late_months", sa.Integer(), nullable=False),
        sa.Column("introduction_days", sa.Integer(), nullable=False),
        sa.Column("hold_days", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(version = 1) = (adopted_on is null)", name=op.f("ck_charters_adopted")
        ),
        sa.CheckConstraint("(version = 1) = (motion_id is null)", name=op.f("ck_charters_motion")),
        sa.CheckConstraint(
            "changed_together between 5 and 50", name=op.f("ck_charters_changed_together")
        ),
        sa.CheckConstraint("coalition between 1 and 3", name=op.f("ck_charters_coalition")),
        sa.CheckConstraint("cost_days between 90 and 730", name=op.f("ck_charters_cost_days")),
        sa.CheckConstraint(
            "fewest_districts between 5 and 50", name=op.f("ck_charters_fewest_districts")
        ),
        sa.CheckConstraint(
            "fewest_students between 10 and 100", name=op.f("ck_charters_fewest_students")
        ),
        sa.CheckConstraint("hold_days between 14 and 90", name=op.f("ck_charters_hold_days")),
        sa.CheckConstraint(
            "introduction_days between 7 and 90", name=op.f("ck_charters_introduction_days")
        ),
        sa.CheckConstraint("late_months between 1 and 24", name=op.f("ck_charters_late_months")),
        sa.CheckConstraint("nearness between 10 and 50", name=op.f("ck_charters_nearness")),
        sa.CheckConstraint("neighbours between 5 and 20", name=op.f("ck_charters_neighbours")),
        sa.CheckConstraint(
            "prevalence_bands <= prevalence_tenths", name=op.f("ck_charters_prevalence")
        ),
        sa.CheckConstraint(
            "prevalence_bands between 5 and 50", name=op.f("ck_charters_prevalence_bands")
        ),
        sa.CheckConstraint(
            "prevalence_tenths between 10 and 100", name=op.f("ck_charters_prevalence_tenths")
        ),
        sa.CheckConstraint("review_days between 0 and 10", name=op.f("ck_charters_review_days")),
        sa.CheckConstraint("share_cap between 5 and 25", name=op.f("ck_charters_share_cap")),
        sa.CheckConstraint("trial_plans between 1 and 50", name=op.f("ck_charters_trial_plans")),
        sa.ForeignKeyConstraint(["motion_id"], ["motions.id"], name=op.f("fk_charters_motion_id")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_charters")),
        sa.UniqueConstraint("motion_id", name=op.f("uq_charters_motion_id")),
    )
    op.execute(FIRST_CHARTER)
    op.drop_column("consortium", "charter_version")
    for table in KEPT_BY:
        op.create_foreign_key(
            op.f(f"fk_{table}_charter_version"),
            table,
            "charters",
            ["charter_version"],
            ["version"],
        )
    for statement in LOCKS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for table in KEPT_BY:
        op.drop_constraint(op.f(f"fk_{table}_charter_version"), table, type_="foreignkey")
    op.add_column(
        "consortium",
        sa.Column("charter_version", sa.Integer(), nullable=False, server_default="1"),
    )
    op.alter_column("consortium", "charter_version", server_default=None)
    op.drop_table("charters")
