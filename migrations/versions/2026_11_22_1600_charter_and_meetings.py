"""the charter as data, and meetings in full."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

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
    "alter table attendance enable row level security",
    "alter table attendance force row level security",
    "create policy shown on attendance for select to c34_app, c34_release using (true)",
    """
    create policy kept on attendance for insert to c34_app with check ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy revised on attendance for update to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on attendance to c34_app",
    "grant select on attendance to c34_release",
    "alter table minutes enable row level security",
    "alter table minutes force row level security",
    "create policy shown on minutes for select to c34_app, c34_release using (true)",
    """
    create policy kept on minutes for insert to c34_app with check ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy revised on minutes for update to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert on minutes to c34_app",
    "grant select on minutes to c34_release",
    "alter table agenda_items enable row level security",
    "alter table agenda_items force row level security",
    "create policy shown on agenda_items for select to c34_app, c34_release using (true)",
    """
    create policy kept on agenda_items for insert to c34_app with check ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy revised on agenda_items for update to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy taken_off on agenda_items for delete to c34_app using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update, delete on agenda_items to c34_app",
    "grant select on agenda_items to c34_release",
    "alter table consortium_targets enable row level security",
    "alter table consortium_targets force row level security",
    "create policy shown on consortium_targets for select to c34_app, c34_release using (true)",
    """
    create policy kept on consortium_targets for insert to c34_app with check ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy revised on consortium_targets for update to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy adopted on consortium_targets as restrictive for insert to c34_app with check (exists (select from motions m where m.id = motion_id and m.state = 'adopted' and m.kind = 'set_target'))
    """,
    "grant select, insert on consortium_targets to c34_app",
    "grant select on consortium_targets to c34_release",
)
MOTIONS: dict[str, str] = {
    "motionkind": "kind in ('adopt_topic', 'set_review_days', 'set_parameter', 'set_target')",
    "topic": "(kind in ('adopt_topic', 'set_target')) = (topic_id is not null)",
    "change": "num_nonnulls(parameter, value) = case kind when 'set_parameter' then 2 else 0 end",
    "aim": "num_nonnulls(instrument_code, item_code, period, direction, aim)"
    " = case kind when 'set_target' then 5 else 0 end",
}
"""What a motion says, by its kind."""
MOTIONS_BEFORE: dict[str, str] = {
    "motionkind": "kind in ('adopt_topic', 'set_review_days')",
    "topic": "(kind = 'adopt_topic') = (topic_id is not null)",
}
ADDED = ("aim", "direction", "period", "item_code", "instrument_code", "value", "parameter")
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
    make_motions_say_more()
    make_proceedings()
    for statement in LOCKS:
        op.execute(statement)


def replace_checks(old: dict[str, str], new: dict[str, str]) -> None:
    """Make the checks of motions anew."""
    for name in old:
        op.drop_constraint(op.f(f"ck_motions_{name}"), "motions", type_="check")
    for name, check in new.items():
        op.create_check_constraint(op.f(f"ck_motions_{name}"), "motions", check)


def make_motions_say_more() -> None:
    """Let a motion be about a parameter of the charter, or a target."""
    op.add_column(
        "motions",
        sa.Column(
            "parameter",
            sa.Enum(
                "fewest_districts",
                "share_cap",
                "nearness",
                "coalition",
                "fewest_students",
                "neighbours",
                "changed_together",
                "prevalence_bands",
                "prevalence_tenths",
                "cost_days",
                "trial_plans",
                "review_days",
                "late_months",
                "introduction_days",
                "hold_days",
                name="parameter",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
    )
    op.add_column("motions", sa.Column("value", sa.Integer(), nullable=True))
    op.add_column("motions", sa.Column("instrument_code", sa.Text(), nullable=True))
    op.add_column("motions", sa.Column("item_code", sa.Text(), nullable=True))
    op.add_column("motions", sa.Column("period", sa.Text(), nullable=True))
    op.add_column(
        "motions",
        sa.Column(
            "direction",
            sa.Enum(
                "increase",
                "decrease",
                "maintain",
                "neutral",
                name="direction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
    )
    op.add_column("motions", sa.Column("aim", sa.Numeric(), nullable=True))
    replace_checks(MOTIONS_BEFORE, MOTIONS)


def make_proceedings() -> None:
    """Make agendas, attendance, minutes and the consortium's targets."""
    op.create_table(
        "attendance",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column(
            "presence",
            sa.Enum(
                "present",
                "excused",
                "absent",
                name="presence",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("representative", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_attendance_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_attendance_meeting_id")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "district_id", name=op.f("pk_attendance")),
    )
    op.create_table(
        "minutes",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_minutes_meeting_id")
        ),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_minutes")),
    )
    op.create_table(
        "agenda_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("presenter", sa.Text(), nullable=True),
        sa.Column("topic_id", sa.Uuid(), nullable=True),
        sa.Column("motion_id", sa.Uuid(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(topic_id, motion_id) <= 1", name=op.f("ck_agenda_items_about")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_agenda_items_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["motion_id"], ["motions.id"], name=op.f("fk_agenda_items_motion_id")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_agenda_items_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_items")),
    )
    op.create_index(
        op.f("ix_agenda_items_meeting_id_position_id"),
        "agenda_items",
        ["meeting_id", "position", "id"],
        unique=False,
    )
    op.create_table(
        "consortium_targets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        sa.Column("instrument_code", sa.Text(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column(
            "direction",
            sa.Enum(
                "increase",
                "decrease",
                "maintain",
                "neutral",
                name="direction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("aim", sa.Numeric(), nullable=False),
        sa.Column("motion_id", sa.Uuid(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["motion_id"], ["motions.id"], name=op.f("fk_consortium_targets_motion_id")
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_consortium_targets_topic_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consortium_targets")),
        sa.UniqueConstraint("motion_id", name=op.f("uq_consortium_targets_motion_id")),
    )
    op.create_index(
        op.f("ix_consortium_targets_instrument_code_item_code_period_id"),
        "consortium_targets",
        ["instrument_code", "item_code", "period", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.drop_index(
        op.f("ix_consortium_targets_instrument_code_item_code_period_id"),
        table_name="consortium_targets",
    )
    op.drop_table("consortium_targets")
    op.drop_index(op.f("ix_agenda_items_meeting_id_position_id"), table_name="agenda_items")
    op.drop_table("agenda_items")
    op.drop_table("minutes")
    op.drop_table("attendance")
    for table in KEPT_BY:
        op.drop_constraint(op.f(f"fk_{table}_charter_version"), table, type_="foreignkey")
    op.add_column(
        "consortium",
        sa.Column("charter_version", sa.Integer(), nullable=False, server_default="1"),
    )
    op.alter_column("consortium", "charter_version", server_default=None)
    op.drop_table("charters")
    replace_checks(MOTIONS, MOTIONS_BEFORE)
    for column in ADDED:
        op.drop_column("motions", column)
