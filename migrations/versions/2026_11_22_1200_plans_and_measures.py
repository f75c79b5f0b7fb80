"""plans and measures."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


LOCKS = (
    "alter table changes enable row level security",
    "alter table changes force row level security",
    """
    create policy followed on changes for select to c34_app, c34_release using (district_id = '00000000-0000-0000-0000-000000000000' or district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]))
    """,
    """
    create policy added on changes for insert to c34_app with check (district_id = '00000000-0000-0000-0000-000000000000' or district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    "create policy release on changes for insert to c34_release with check (true)",
    "grant select, insert on changes to c34_app",
    "grant select, insert on changes to c34_release",
    "alter table jobs enable row level security",
    "alter table jobs force row level security",
    """
    create policy own on jobs to c34_app, c34_release using (account_id = (select nullif(current_setting('app.account', true), ''))::uuid)
    """,
    "create policy taken on jobs to c34_owner using (state in ('queued', 'running'))",
    "grant select, insert, update, delete on jobs to c34_app",
    "grant select, insert, delete on jobs to c34_release",
    "alter table measures enable row level security",
    "alter table measures force row level security",
    """
    create policy reach on measures to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy vault on measures to c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on measures to c34_app",
    "grant select on measures to c34_release",
    "alter table schools enable row level security",
    "alter table schools force row level security",
    """
    create policy reach on schools to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy vault on schools to c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on schools to c34_app",
    "grant select on schools to c34_release",
    "alter table links enable row level security",
    "alter table links force row level security",
    """
    create policy reach on links to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy vault on links to c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update, delete on links to c34_app",
    "grant select on links to c34_release",
    "alter table measure_editions enable row level security",
    "alter table measure_editions force row level security",
    """
    create policy reach on measure_editions to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy vault on measure_editions to c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert on measure_editions to c34_app",
    "grant select on measure_editions to c34_release",
    "alter table plans enable row level security",
    "alter table plans force row level security",
    """
    create policy reach on plans to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy vault on plans to c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update, delete on plans to c34_app",
    "grant select on plans to c34_release",
    "alter table board_decisions enable row level security",
    "alter table board_decisions force row level security",
    """
    create policy reach on board_decisions to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy vault on board_decisions to c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on board_decisions to c34_app",
    "grant select on board_decisions to c34_release",
    "alter table goals enable row level security",
    "alter table goals force row level security",
    """
    create policy reach on goals to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy vault on goals to c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update, delete on goals to c34_app",
    "grant select on goals to c34_release",
    "alter table observations enable row level security",
    "alter table observations force row level security",
    """
    create policy reach on observations to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy vault on observations to c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on observations to c34_app",
    "grant select on observations to c34_release",
    "alter table progress_reports enable row level security",
    "alter table progress_reports force row level security",
    "create policy shown on progress_reports for select to c34_app, c34_release using (true)",
    """
    create policy told on progress_reports for insert to c34_app with check (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]))
    """,
    """
    create policy withdrawn on progress_reports for update to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]))
    """,
    "grant select, insert, update on progress_reports to c34_app",
    "grant select on progress_reports to c34_release",
    "alter table corrections enable row level security",
    "alter table corrections force row level security",
    """
    create policy reach on corrections to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy vault on corrections to c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on corrections to c34_app",
    "grant select on corrections to c34_release",
    "alter table indicators enable row level security",
    "alter table indicators force row level security",
    """
    create policy reach on indicators to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy vault on indicators to c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update, delete on indicators to c34_app",
    "grant select on indicators to c34_release",
    "alter table report_cells enable row level security",
    "alter table report_cells force row level security",
    """
    create policy reach on report_cells to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy vault on report_cells to c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert on report_cells to c34_app",
    "grant select on report_cells to c34_release",
    "alter table indicator_measures enable row level security",
    "alter table indicator_measures force row level security",
    """
    create policy reach on indicator_measures to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy vault on indicator_measures to c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update, delete on indicator_measures to c34_app",
    "grant select on indicator_measures to c34_release",
    "alter table targets enable row level security",
    "alter table targets force row level security",
    """
    create policy reach on targets to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy vault on targets to c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update, delete on targets to c34_app",
    "grant select on targets to c34_release",
    "alter table rebaselinings enable row level security",
    "alter table rebaselinings force row level security",
    """
    create policy reach on rebaselinings to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy vault on rebaselinings to c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert on rebaselinings to c34_app",
    "grant select on rebaselinings to c34_release",
    "alter table status_overrides enable row level security",
    "alter table status_overrides force row level security",
    """
    create policy reach on status_overrides to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy vault on status_overrides to c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on status_overrides to c34_app",
    "grant select on status_overrides to c34_release",
    """
    create function settled() returns bigint
    language sql stable parallel restricted as $$
        select pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    $$
    """,
    "revoke all on function settled() from public",
    "grant execute on function settled() to c34_app, c34_release",
    """
    create function take_job(lease interval)
    returns table (account_id uuid, id uuid, attempts integer)
    language sql volatile parallel restricted security definer set search_path = public, pg_temp as $$
        update jobs j set state = 'running', attempts = j.attempts + 1, version = j.version + 1,
               leased_until = now() + lease, started_at = coalesce(j.started_at, now())
          from (select w.account_id, w.id from jobs w
                 where w.state in ('queued', 'running')
                   and (w.leased_until is null or w.leased_until < now())
                 order by w.created_at limit 1 for update skip locked) as longest
         where j.account_id = longest.account_id and j.id = longest.id
        returning j.account_id, j.id, j.attempts
    $$
    """,
    "revoke all on function take_job(interval) from public",
    "grant execute on function take_job(interval) to c34_app, c34_release",
)


def upgrade() -> None:
    """Wait for no lock longer than a request may."""
    op.execute("set local lock_timeout = '5s'")
    op.create_table(
        "changes",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "xid",
            sa.BigInteger(),
            server_default=sa.text("((pg_current_xact_id())::text)::bigint"),
            nullable=False,
        ),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column(
            "op",
            sa.Enum(
                "upsert",
                "delete",
                name="changeop",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index(
        op.f("ix_changes_district_id_seq"), "changes", ["district_id", "seq"], unique=False
    )
    op.create_index(op.f("ix_changes_xid_seq"), "changes", ["xid", "seq"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "succeeded",
                "failed",
                "cancelled",
                name="jobstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("problem_code", sa.Text(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "done >= 0 and (total is null or done <= total)", name=op.f("ck_jobs_progress")
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_jobs")),
    )
    op.create_index(
        "ix_jobs_waiting",
        "jobs",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("state in ('queued', 'running')"),
    )
    op.create_table(
        "measures",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_measures_district_id")
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_measures")),
        sa.UniqueConstraint("district_id", "code", name=op.f("uq_measures_district_id_code")),
    )
    op.create_table(
        "schools",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("nces_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("grade_span", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_schools_district_id")
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_schools")),
        sa.UniqueConstraint("district_id", "code", name=op.f("uq_schools_district_id_code")),
    )
    op.create_table(
        "links",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instrument_code", sa.Text(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "measure_id"],
            ["measures.district_id", "measures.id"],
            name=op.f("fk_links_district_id_measure_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_links")),
        sa.UniqueConstraint(
            "district_id",
            "instrument_code",
            "item_code",
            name=op.f("uq_links_district_id_instrument_code_item_code"),
        ),
    )
    op.create_index(op.f("ix_links_measure_id"), "links", ["measure_id"], unique=False)
    op.create_table(
        "measure_editions",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("era", sa.Integer(), nullable=False),
        sa.Column("era_break", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "rate",
                "mean",
                "count",
                "currency",
                "rubric_level",
                name="measurekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
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
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("numerator", sa.Text(), nullable=True),
        sa.Column("denominator", sa.Text(), nullable=True),
        sa.Column("factor", sa.Integer(), nullable=True),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column(
            "frequency",
            sa.Enum(
                "school_year",
                "semester",
                "trimester",
                "quarter",
                "month",
                "day",
                name="periodkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("grace_days", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("dimensions", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("counts_students", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind in ('rate', 'mean')) = (factor is not null)",
            name=op.f("ck_measure_editions_ratio"),
        ),
        sa.CheckConstraint(
            "edition >= 1 and era between 1 and edition", name=op.f("ck_measure_editions_era")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "measure_id"],
            ["measures.district_id", "measures.id"],
            name=op.f("fk_measure_editions_district_id_measure_id"),
        ),
        sa.PrimaryKeyConstraint(
            "district_id", "measure_id", "edition", name=op.f("pk_measure_editions")
        ),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_measure_editions_district_id_id")),
    )
    op.create_table(
        "plans",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("first_year", sa.Text(), nullable=False),
        sa.Column("last_year", sa.Text(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column(
            "lifecycle",
            sa.Enum(
                "drafting",
                "out_for_feedback",
                "refining",
                "recommended",
                "approved",
                "active",
                "in_review",
                "superseded",
                name="planlifecycle",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("mission", sa.Text(), nullable=True),
        sa.Column("values", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("recommended_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_year <= last_year", name=op.f("ck_plans_years")),
        sa.ForeignKeyConstraint(
            ["district_id", "school_id"],
            ["schools.district_id", "schools.id"],
            name=op.f("fk_plans_district_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "supersedes_id"],
            ["plans.district_id", "plans.id"],
            name=op.f("fk_plans_district_id_supersedes_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_plans_district_id")
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_plans")),
        sa.UniqueConstraint("district_id", "code", name=op.f("uq_plans_district_id_code")),
        sa.UniqueConstraint(
            "district_id", "supersedes_id", name=op.f("uq_plans_district_id_supersedes_id")
        ),
    )
    op.create_index(op.f("ix_plans_lifecycle"), "plans", ["lifecycle"], unique=False)
    op.create_table(
        "board_decisions",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("motion", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("votes_for", sa.Integer(), nullable=False),
        sa.Column("votes_against", sa.Integer(), nullable=False),
        sa.Column("abstained", sa.Integer(), nullable=False),
        sa.Column("carried", sa.Boolean(), nullable=False),
        sa.Column(
            "changes", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "votes_for >= 0 and votes_against >= 0 and abstained >= 0",
            name=op.f("ck_board_decisions_votes"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "plan_id"],
            ["plans.district_id", "plans.id"],
            name=op.f("fk_board_decisions_district_id_plan_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_board_decisions")),
    )
    op.create_index(
        op.f("ix_board_decisions_plan_id"), "board_decisions", ["plan_id"], unique=False
    )
    op.create_table(
        "goals",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "focus_area",
            sa.Enum(
                "teaching_and_learning",
                "culture_and_climate",
                "finance_and_operations",
                "community_engagement",
                "leadership",
                name="focusarea",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("population", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "plan_id"],
            ["plans.district_id", "plans.id"],
            name=op.f("fk_goals_district_id_plan_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_goals")),
        sa.UniqueConstraint(
            "district_id", "plan_id", "code", name=op.f("uq_goals_district_id_plan_id_code")
        ),
    )
    op.create_table(
        "observations",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("breakdown", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "breakdown_key",
            sa.Text(),
            sa.Computed("(breakdown)::text", persisted=True),
            nullable=False,
        ),
        sa.Column("class_of", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "reported",
                "estimated",
                "not_collected",
                "not_applicable",
                "suppressed",
                name="valuestatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("numerator", sa.Numeric(), nullable=True),
        sa.Column("denominator", sa.Numeric(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status in ('reported', 'estimated') or num_nonnulls(value, numerator, denominator) = 0",
            name=op.f("ck_observations_value"),
        ),
        sa.CheckConstraint("denominator >= 0", name=op.f("ck_observations_denominator")),
        sa.CheckConstraint("starts <= ends", name=op.f("ck_observations_period")),
        sa.ForeignKeyConstraint(
            ["district_id", "measure_id", "edition"],
            [
                "measure_editions.district_id",
                "measure_editions.measure_id",
                "measure_editions.edition",
            ],
            name=op.f("fk_observations_district_id_measure_id_edition"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "school_id"],
            ["schools.district_id", "schools.id"],
            name=op.f("fk_observations_district_id_school_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_observations")),
    )
    op.create_index(
        "ix_observations_class",
        "observations",
        ["district_id", "measure_id", "class_of", "ends"],
        unique=False,
        postgresql_where=sa.text("school_id is null and class_of is not null"),
    )
    op.create_index(
        "ix_observations_starts",
        "observations",
        ["district_id", "starts", "id"],
        unique=False,
    )
    op.create_index(
        "ix_observations_total",
        "observations",
        ["district_id", "measure_id", "ends", "edition"],
        unique=False,
        postgresql_where=sa.text("school_id is null and breakdown = '{}'::jsonb"),
    )
    op.create_index(
        "uq_observations_natural_key",
        "observations",
        ["district_id", "measure_id", "edition", "period", "school_id", "breakdown_key"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "progress_reports",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("narrative", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "plan_id"],
            ["plans.district_id", "plans.id"],
            name=op.f("fk_progress_reports_district_id_plan_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_progress_reports")),
    )
    op.create_index(
        op.f("ix_progress_reports_district_id_published_at_id"),
        "progress_reports",
        ["district_id", "published_at", "id"],
        unique=False,
    )
    op.create_table(
        "corrections",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("observation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "reported",
                "estimated",
                "not_collected",
                "not_applicable",
                "suppressed",
                name="valuestatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("numerator", sa.Numeric(), nullable=True),
        sa.Column("denominator", sa.Numeric(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id", "observation_id"],
            ["observations.district_id", "observations.id"],
            name=op.f("fk_corrections_district_id_observation_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_corrections")),
    )
    op.create_index(
        "ix_corrections_observation",
        "corrections",
        ["district_id", "observation_id", "version"],
        unique=False,
    )
    op.create_table(
        "indicators",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "goal_id"],
            ["goals.district_id", "goals.id"],
            name=op.f("fk_indicators_district_id_goal_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_indicators")),
        sa.UniqueConstraint(
            "district_id", "goal_id", "code", name=op.f("uq_indicators_district_id_goal_id_code")
        ),
    )
    op.create_table(
        "report_cells",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("breakdown", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("numerator", sa.Numeric(), nullable=True),
        sa.Column("denominator", sa.Numeric(), nullable=True),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "measure_id", "edition"],
            [
                "measure_editions.district_id",
                "measure_editions.measure_id",
                "measure_editions.edition",
            ],
            name=op.f("fk_report_cells_district_id_measure_id_edition"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "report_id"],
            ["progress_reports.district_id", "progress_reports.id"],
            name=op.f("fk_report_cells_district_id_report_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "school_id"],
            ["schools.district_id", "schools.id"],
            name=op.f("fk_report_cells_district_id_school_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_report_cells")),
    )
    op.create_index(
        op.f("ix_report_cells_district_id_measure_id_edition_period"),
        "report_cells",
        ["district_id", "measure_id", "edition", "period"],
        unique=False,
    )
    op.create_index(op.f("ix_report_cells_report_id"), "report_cells", ["report_id"], unique=False)
    op.create_table(
        "indicator_measures",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("indicator_id", sa.Uuid(), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "indicator_id"],
            ["indicators.district_id", "indicators.id"],
            name=op.f("fk_indicator_measures_district_id_indicator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "measure_id"],
            ["measures.district_id", "measures.id"],
            name=op.f("fk_indicator_measures_district_id_measure_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_indicator_measures")),
        sa.UniqueConstraint(
            "district_id",
            "indicator_id",
            "measure_id",
            name=op.f("uq_indicator_measures_district_id_indicator_id_measure_id"),
        ),
    )
    op.create_index(
        op.f("ix_indicator_measures_measure_id"), "indicator_measures", ["measure_id"], unique=False
    )
    op.create_table(
        "targets",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("indicator_id", sa.Uuid(), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
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
        sa.Column("baseline_period", sa.Text(), nullable=True),
        sa.Column("baseline_value", sa.Numeric(), nullable=True),
        sa.Column("baseline_edition", sa.Integer(), nullable=True),
        sa.Column("aim_value", sa.Numeric(), nullable=True),
        sa.Column("low", sa.Numeric(), nullable=True),
        sa.Column("high", sa.Numeric(), nullable=True),
        sa.Column("starts_in", sa.Text(), nullable=True),
        sa.Column("due_in", sa.Text(), nullable=True),
        sa.Column("milestones", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tolerance", sa.Numeric(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "case when direction = 'maintain' then num_nonnulls(low, high, starts_in) = 3 and num_nonnulls(baseline_period, baseline_value, baseline_edition, aim_value) = 0 else direction <> 'neutral' and num_nonnulls(low, high, starts_in) = 0 and num_nonnulls(baseline_period, baseline_value, baseline_edition, aim_value, due_in) = 5 end",
            name=op.f("ck_targets_kind"),
        ),
        sa.CheckConstraint("tolerance >= 0", name=op.f("ck_targets_tolerance")),
        sa.ForeignKeyConstraint(
            ["district_id", "indicator_id", "measure_id"],
            [
                "indicator_measures.district_id",
                "indicator_measures.indicator_id",
                "indicator_measures.measure_id",
            ],
            name=op.f("fk_targets_district_id_indicator_id_measure_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "measure_id", "baseline_edition"],
            [
                "measure_editions.district_id",
                "measure_editions.measure_id",
                "measure_editions.edition",
            ],
            name=op.f("fk_targets_district_id_measure_id_baseline_edition"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "measure_id", "edition"],
            [
                "measure_editions.district_id",
                "measure_editions.measure_id",
                "measure_editions.edition",
            ],
            name=op.f("fk_targets_district_id_measure_id_edition"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_targets")),
        sa.UniqueConstraint(
            "district_id",
            "indicator_id",
            "measure_id",
            name=op.f("uq_targets_district_id_indicator_id_measure_id"),
        ),
    )
    op.create_index(op.f("ix_targets_measure_id"), "targets", ["measure_id"], unique=False)
    op.create_table(
        "rebaselinings",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("old", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("new", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "target_id"],
            ["targets.district_id", "targets.id"],
            name=op.f("fk_rebaselinings_district_id_target_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_rebaselinings")),
    )
    op.create_index(
        op.f("ix_rebaselinings_target_id"), "rebaselinings", ["target_id"], unique=False
    )
    op.create_table(
        "status_overrides",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column(
            "says",
            sa.Enum(
                "met",
                "on_track",
                "at_risk",
                "off_track",
                "no_data",
                "no_target",
                "not_started",
                "stale",
                "not_comparable",
                name="targetstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "target_id"],
            ["targets.district_id", "targets.id"],
            name=op.f("fk_status_overrides_district_id_target_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_status_overrides")),
    )
    op.create_index(
        op.f("ix_status_overrides_target_id"), "status_overrides", ["target_id"], unique=False
    )
    op.create_index(
        "uq_status_overrides_in_force",
        "status_overrides",
        ["district_id", "target_id"],
        unique=True,
        postgresql_where=sa.text("lifted_at is null"),
    )
    for statement in LOCKS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.drop_index(
        "uq_status_overrides_in_force",
        table_name="status_overrides",
        postgresql_where=sa.text("lifted_at is null"),
    )
    op.drop_index(op.f("ix_status_overrides_target_id"), table_name="status_overrides")
    op.drop_table("status_overrides")
    op.drop_index(op.f("ix_rebaselinings_target_id"), table_name="rebaselinings")
    op.drop_table("rebaselinings")
    op.drop_index(op.f("ix_targets_measure_id"), table_name="targets")
    op.drop_table("targets")
    op.drop_index(op.f("ix_indicator_measures_measure_id"), table_name="indicator_measures")
    op.drop_table("indicator_measures")
    op.drop_index(op.f("ix_report_cells_report_id"), table_name="report_cells")
    op.drop_index(
        op.f("ix_report_cells_district_id_measure_id_edition_period"), table_name="report_cells"
    )
    op.drop_table("report_cells")
    op.drop_table("indicators")
    op.drop_index("ix_corrections_observation", table_name="corrections")
    op.drop_table("corrections")
    op.drop_index(
        op.f("ix_progress_reports_district_id_published_at_id"), table_name="progress_reports"
    )
    op.drop_table("progress_reports")
    op.drop_index(
        "uq_observations_natural_key", table_name="observations", postgresql_nulls_not_distinct=True
    )
    op.drop_index(
        "ix_observations_total",
        table_name="observations",
        postgresql_where=sa.text("school_id is null and breakdown = '{}'::jsonb"),
    )
    op.drop_index("ix_observations_starts", table_name="observations")
    op.drop_index(
        "ix_observations_class",
        table_name="observations",
        postgresql_where=sa.text("school_id is null and class_of is not null"),
    )
    op.drop_table("observations")
    op.drop_table("goals")
    op.drop_index(op.f("ix_board_decisions_plan_id"), table_name="board_decisions")
    op.drop_table("board_decisions")
    op.drop_index(op.f("ix_plans_lifecycle"), table_name="plans")
    op.drop_table("plans")
    op.drop_table("measure_editions")
    op.drop_index(op.f("ix_links_measure_id"), table_name="links")
    op.drop_table("links")
    op.drop_table("schools")
    op.drop_table("measures")
    op.drop_index(
        "ix_jobs_waiting",
        table_name="jobs",
        postgresql_where=sa.text("state in ('queued', 'running')"),
    )
    op.drop_table("jobs")
    op.drop_index(op.f("ix_changes_xid_seq"), table_name="changes")
    op.drop_index(op.f("ix_changes_district_id_seq"), table_name="changes")
    op.drop_table("changes")
    op.execute("drop function settled()")
    op.execute("drop function take_job(interval)")
