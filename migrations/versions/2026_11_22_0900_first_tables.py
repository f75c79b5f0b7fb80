"""first tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import UserDefinedType

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


class Xid8(UserDefinedType[int]):
    """The 64-bit id of a transaction."""

    def get_col_spec(self, **_kwargs: object) -> str:
        return "XID8"


LOCKS = (
    "alter table consortium enable row level security",
    "alter table consortium force row level security",
    "create policy shown on consortium for select to c34_app, c34_release using (true)",
    """
    create policy kept on consortium for insert to c34_app with check ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy revised on consortium for update to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on consortium to c34_app",
    "grant select on consortium to c34_release",
    "alter table districts enable row level security",
    "alter table districts force row level security",
    "create policy shown on districts for select to c34_app, c34_release using (true)",
    """
    create policy kept on districts for insert to c34_app with check ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy revised on districts for update to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on districts to c34_app",
    "grant select on districts to c34_release",
    "alter table idempotency_records enable row level security",
    "alter table idempotency_records force row level security",
    """
    create policy own on idempotency_records to c34_app, c34_release using (account_id = (select nullif(current_setting('app.account', true), ''))::uuid)
    """,
    "grant select, insert, update, delete on idempotency_records to c34_app",
    "grant select, insert, delete on idempotency_records to c34_release",
    "alter table instruments enable row level security",
    "alter table instruments force row level security",
    "create policy shown on instruments for select to c34_app, c34_release using (true)",
    """
    create policy kept on instruments for insert to c34_app with check ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy revised on instruments for update to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on instruments to c34_app",
    "grant select on instruments to c34_release",
    "alter table ledger enable row level security",
    "alter table ledger force row level security",
    """
    create policy read on ledger for select to c34_app using ((select current_setting('app.consortium', true)) = 'on' or district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]))
    """,
    "create policy added on ledger for insert to c34_app, c34_release with check (true)",
    "grant select, insert on ledger to c34_app",
    "grant insert on ledger to c34_release",
    "alter table meetings enable row level security",
    "alter table meetings force row level security",
    "create policy shown on meetings for select to c34_app, c34_release using (true)",
    """
    create policy kept on meetings for insert to c34_app with check ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy revised on meetings for update to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on meetings to c34_app",
    "grant select on meetings to c34_release",
    "alter table topics enable row level security",
    "alter table topics force row level security",
    "create policy shown on topics for select to c34_app, c34_release using (true)",
    """
    create policy kept on topics for insert to c34_app with check ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy revised on topics for update to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on topics to c34_app",
    "grant select on topics to c34_release",
    "alter table accounts enable row level security",
    "alter table accounts force row level security",
    """
    create policy own on accounts for select to c34_app, c34_release using (account_id = (select nullif(current_setting('app.account', true), ''))::uuid)
    """,
    """
    create policy kept on accounts to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on accounts to c34_app",
    "grant select on accounts to c34_release",
    "alter table district_external_ids enable row level security",
    "alter table district_external_ids force row level security",
    """
    create policy shown on district_external_ids for select to c34_app, c34_release using (true)
    """,
    """
    create policy kept on district_external_ids for insert to c34_app with check ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy revised on district_external_ids for update to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on district_external_ids to c34_app",
    "grant select on district_external_ids to c34_release",
    "alter table district_keys enable row level security",
    "alter table district_keys force row level security",
    """
    create policy reach on district_keys to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) and district_id = any (array(select m.district_id from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))
    """,
    "create policy vault on district_keys for select to c34_release using (true)",
    "grant select, insert on district_keys to c34_app",
    "grant select on district_keys to c34_release",
    "alter table items enable row level security",
    "alter table items force row level security",
    "create policy shown on items for select to c34_app, c34_release using (true)",
    """
    create policy kept on items for insert to c34_app with check ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy revised on items for update to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on items to c34_app",
    "grant select on items to c34_release",
    "alter table motions enable row level security",
    "alter table motions force row level security",
    "create policy shown on motions for select to c34_app, c34_release using (true)",
    """
    create policy kept on motions for insert to c34_app with check ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy revised on motions for update to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on motions to c34_app",
    "grant select on motions to c34_release",
    "alter table keys enable row level security",
    "alter table keys force row level security",
    """
    create policy own on keys to c34_app using (account_id = (select nullif(current_setting('app.account', true), ''))::uuid)
    """,
    """
    create policy asker on keys for select to c34_release using (account_id = (select nullif(current_setting('app.account', true), ''))::uuid)
    """,
    """
    create policy kept on keys to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    "create policy found on keys for select to c34_owner using (true)",
    "grant select, insert, update on keys to c34_app",
    "grant select on keys to c34_release",
    "alter table memberships enable row level security",
    "alter table memberships force row level security",
    """
    create policy own on memberships for select to c34_app, c34_release using (account_id = (select nullif(current_setting('app.account', true), ''))::uuid)
    """,
    """
    create policy kept on memberships to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on memberships to c34_app",
    "grant select on memberships to c34_release",
    "alter table rounds enable row level security",
    "alter table rounds force row level security",
    "create policy shown on rounds for select to c34_app, c34_release using (true)",
    """
    create policy kept on rounds for insert to c34_app with check ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy revised on rounds for update to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on rounds to c34_app",
    "grant select, update on rounds to c34_release",
    "alter table peer_groups enable row level security",
    "alter table peer_groups force row level security",
    "create policy shown on peer_groups for select to c34_app, c34_release using (true)",
    """
    create policy kept on peer_groups for insert to c34_app with check ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy revised on peer_groups for update to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on peer_groups to c34_app",
    "grant select on peer_groups to c34_release",
    "alter table release_plans enable row level security",
    "alter table release_plans force row level security",
    """
    create policy staff on release_plans to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select on release_plans to c34_app",
    "grant select, insert, update on release_plans to c34_release",
    "alter table submissions enable row level security",
    "alter table submissions force row level security",
    """
    create policy reach on submissions to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy vault on submissions to c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on submissions to c34_app",
    "grant select on submissions to c34_release",
    "alter table answers enable row level security",
    "alter table answers force row level security",
    """
    create policy reach on answers to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) and district_id = any (array(select m.district_id from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))
    """,
    "create policy vault on answers for select to c34_release using (true)",
    "grant select, insert on answers to c34_app",
    "grant select on answers to c34_release",
    "alter table peer_group_members enable row level security",
    "alter table peer_group_members force row level security",
    """
    create policy shown on peer_group_members for select to c34_app, c34_release using (true)
    """,
    """
    create policy kept on peer_group_members for insert to c34_app with check ((select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy revised on peer_group_members for update to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select, insert, update on peer_group_members to c34_app",
    "grant select on peer_group_members to c34_release",
    "alter table planned_cells enable row level security",
    "alter table planned_cells force row level security",
    """
    create policy staff on planned_cells to c34_app, c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "grant select on planned_cells to c34_app",
    "grant select, insert, update on planned_cells to c34_release",
    "alter table releases enable row level security",
    "alter table releases force row level security",
    """
    create policy members on releases for select to c34_app, c34_release using ((select exists (select from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))
    """,
    "create policy release on releases for insert to c34_release with check (true)",
    "grant select on releases to c34_app",
    "grant select, insert on releases to c34_release",
    "alter table withdrawals enable row level security",
    "alter table withdrawals force row level security",
    """
    create policy reach on withdrawals to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) and district_id = any (array(select m.district_id from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))
    """,
    "create policy vault on withdrawals for select to c34_release using (true)",
    "grant select, insert on withdrawals to c34_app",
    "grant select on withdrawals to c34_release",
    "alter table cells enable row level security",
    "alter table cells force row level security",
    """
    create policy members on cells for select to c34_app, c34_release using ((select exists (select from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))
    """,
    "create policy release on cells for insert to c34_release with check (true)",
    "grant select on cells to c34_app",
    "grant select, insert on cells to c34_release",
    "alter table cell_contributors enable row level security",
    "alter table cell_contributors force row level security",
    "create policy vault on cell_contributors for select to c34_release using (true)",
    "create policy release on cell_contributors for insert to c34_release with check (true)",
    "grant select, insert on cell_contributors to c34_release",
    """
    create function enter(asker uuid, credential uuid) returns text
    language plpgsql parallel restricted as $$ begin
        perform set_config('app.account', asker::text, true);
        if credential is not null and not exists (
            select from keys k where k.id = credential and k.account_id = asker
               and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
        ) then
            return 'revoked';
        end if;
        return (select coalesce(string_agg(distinct concat(m.role, ':', m.district_id), ' '
                                           order by concat(m.role, ':', m.district_id)), '')
                  from memberships m left join districts d on d.id = m.district_id
                 where m.account_id = asker and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()) and d.standing is distinct from 'left');
    end $$
    """,
    """
    create function find_key(credential uuid)
    returns table (account_id uuid, digest bytea, scopes text[])
    language sql stable parallel restricted security definer set search_path = public, pg_temp as $$
        select k.account_id, k.digest, k.scopes from keys k where k.id = credential
    $$
    """,
    "revoke all on function enter(uuid, uuid) from public",
    "grant execute on function enter(uuid, uuid) to c34_app, c34_release",
    "revoke all on function find_key(uuid) from public",
    "grant execute on function find_key(uuid) to c34_app, c34_release",
)


def upgrade() -> None:
    """Wait for no lock longer than a request may."""
    op.execute("set local lock_timeout = '5s'")
    op.create_table(
        "consortium",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("purposes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("core_values", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("charter_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consortium")),
    )
    op.create_table(
        "districts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nces_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "invited",
                "active",
                "paused",
                "left",
                name="districtstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("grade_span", sa.Text(), nullable=True),
        sa.Column("enrollment", sa.Integer(), nullable=True),
        sa.Column(
            "locale",
            sa.Enum(
                "city",
                "suburb",
                "town",
                "rural",
                name="locale",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("administration", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("enrollment >= 0", name=op.f("ck_districts_enrollment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_districts")),
        sa.UniqueConstraint("nces_id", name=op.f("uq_districts_nces_id")),
    )
    op.create_index(op.f("ix_districts_name"), "districts", ["name"], unique=False)
    op.create_table(
        "idempotency_records",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_idempotency_records")),
    )
    op.create_table(
        "instruments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruments")),
        sa.UniqueConstraint("code", "edition", name=op.f("uq_instruments_code_edition")),
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "done",
                "refused",
                name="ledgeroutcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    op.create_index(op.f("ix_ledger_at_id"), "ledger", ["at", "id"], unique=False)
    op.create_index(op.f("ix_ledger_district_id"), "ledger", ["district_id"], unique=False)
    op.create_table(
        "meetings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "program",
                "policy",
                "practice",
                "process",
                "context",
                "culture",
                "capacity",
                "outcome",
                name="topickind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("student_question", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "adopted",
                "retired",
                name="topicstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
        sa.UniqueConstraint("code", name=op.f("uq_topics_code")),
    )
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "user",
                "service",
                name="accountkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_accounts_district_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_accounts")),
        sa.UniqueConstraint(
            "district_id", "account_id", name=op.f("uq_accounts_district_id_account_id")
        ),
        sa.UniqueConstraint(
            "district_id",
            "issuer",
            "subject",
            name=op.f("uq_accounts_district_id_issuer_subject"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_accounts_district_id"), "accounts", ["district_id"], unique=False)
    op.create_table(
        "district_external_ids",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_district_external_ids_district_id")
        ),
        sa.PrimaryKeyConstraint("scheme", "value", name=op.f("pk_district_external_ids")),
        sa.UniqueConstraint(
            "district_id", "scheme", name=op.f("uq_district_external_ids_district_id_scheme")
        ),
    )
    op.create_table(
        "district_keys",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_district_keys_district_id")
        ),
        sa.PrimaryKeyConstraint("district_id", "version", name=op.f("pk_district_keys")),
    )
    op.create_table(
        "items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instrument_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "quantitative",
                "rubric",
                "choice",
                "yes_no",
                "narrative",
                name="itemkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column(
            "disclosure",
            sa.Enum(
                "confidential",
                "public_fact",
                name="disclosure",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("numerator", sa.Text(), nullable=True),
        sa.Column("denominator", sa.Text(), nullable=True),
        sa.Column("factor", sa.Integer(), nullable=True),
        sa.Column("decimals", sa.Integer(), nullable=True),
        sa.Column("lowest", sa.Numeric(), nullable=True),
        sa.Column("highest", sa.Numeric(), nullable=True),
        sa.Column("options", sa.ARRAY(sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instruments.id"], name=op.f("fk_items_instrument_id")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_items_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("instrument_id", "code", name=op.f("uq_items_instrument_id_code")),
        sa.UniqueConstraint(
            "instrument_id", "position", name=op.f("uq_items_instrument_id_position")
        ),
    )
    op.create_table(
        "motions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "adopt_topic",
                "set_review_days",
                name="motionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=True),
        sa.Column("review_days", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "adopted",
                "rejected",
                name="motionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("votes_for", sa.Integer(), nullable=True),
        sa.Column("votes_against", sa.Integer(), nullable=True),
        sa.Column("abstentions", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'adopt_topic') = (topic_id is not null)", name=op.f("ck_motions_topic")
        ),
        sa.CheckConstraint(
            "(kind = 'set_review_days') = (review_days is not null)", name=op.f("ck_motions_review")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_motions_meeting_id")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_motions_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_motions")),
    )
    op.create_index(op.f("ix_motions_meeting_id"), "motions", ["meeting_id"], unique=False)
    op.create_table(
        "keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_keys_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "account_id"],
            ["accounts.district_id", "accounts.account_id"],
            name=op.f("fk_keys_district_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_keys_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
    )
    op.create_index(op.f("ix_keys_account_id"), "keys", ["account_id"], unique=False)
    op.create_index(op.f("ix_keys_district_id"), "keys", ["district_id"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "public",
                "consortium_admin",
                "analyst",
                "facilitator",
                "auditor",
                "superintendent",
                "board_member",
                "planner",
                "data_steward",
                "action_owner",
                "team_member",
                "viewer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role <> 'public' and (role in ('analyst', 'auditor', 'consortium_admin', 'facilitator')) = (district_id is null)",
            name=op.f("ck_memberships_place"),
        ),
        sa.CheckConstraint(
            "valid_until is null or valid_until > valid_from", name=op.f("ck_memberships_span")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_memberships_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "account_id"],
            ["accounts.district_id", "accounts.account_id"],
            name=op.f("fk_memberships_district_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_memberships_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_account_id"), "memberships", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_memberships_district_id"), "memberships", ["district_id"], unique=False
    )
    op.create_table(
        "rounds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        sa.Column("instrument_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "scheduled",
                "open",
                "closed",
                "in_review",
                "locked",
                "published",
                name="roundstage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("charter_version", sa.Integer(), nullable=True),
        sa.Column("review_days", sa.Integer(), nullable=False),
        sa.Column("review_motion_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instruments.id"], name=op.f("fk_rounds_instrument_id")
        ),
        sa.ForeignKeyConstraint(
            ["review_motion_id"], ["motions.id"], name=op.f("fk_rounds_review_motion_id")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_rounds_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
    )
    op.create_table(
        "peer_groups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_peer_groups_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_groups")),
        sa.UniqueConstraint(
            "round_id", "basis", "name", name=op.f("uq_peer_groups_round_id_basis_name")
        ),
    )
    op.create_table(
        "release_plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "drafted",
                "published",
                name="planstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("charter_version", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_release_plans_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_plans")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_release_plans_round_id_number")),
    )
    op.create_table(
        "submissions",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "attested",
                "locked",
                "withdrawn",
                name="submissionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("attested_revision", sa.Integer(), nullable=True),
        sa.Column("attested_by", sa.Uuid(), nullable=True),
        sa.Column("attested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("items_answered", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_submissions_district_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_submissions_round_id")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_submissions")),
        sa.UniqueConstraint(
            "district_id", "round_id", name=op.f("uq_submissions_district_id_round_id")
        ),
    )
    op.create_index(op.f("ix_submissions_round_id"), "submissions", ["round_id"], unique=False)
    op.create_table(
        "answers",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "submission_id"],
            ["submissions.district_id", "submissions.id"],
            name=op.f("fk_answers_district_id_submission_id"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_answers_item_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_answers_round_id")),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_answers")),
        sa.UniqueConstraint(
            "district_id",
            "round_id",
            "item_id",
            "version",
            name=op.f("uq_answers_district_id_round_id_item_id_version"),
        ),
    )
    op.create_index(op.f("ix_answers_round_id"), "answers", ["round_id"], unique=False)
    op.create_table(
        "peer_group_members",
        sa.Column("peer_group_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_peer_group_members_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["peer_group_id"], ["peer_groups.id"], name=op.f("fk_peer_group_members_peer_group_id")
        ),
        sa.PrimaryKeyConstraint("peer_group_id", "district_id", name=op.f("pk_peer_group_members")),
    )
    op.create_table(
        "planned_cells",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("peer_group_id", sa.Uuid(), nullable=True),
        sa.Column(
            "statistic",
            sa.Enum(
                "mean_of_districts",
                name="statistic",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "verdict",
            sa.Enum(
                "published",
                "withheld",
                name="cellstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "too_few_districts",
                "difference",
                "no_statistic",
                name="reasonclass",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_planned_cells_item_id")),
        sa.ForeignKeyConstraint(
            ["peer_group_id"], ["peer_groups.id"], name=op.f("fk_planned_cells_peer_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["release_plans.id"], name=op.f("fk_planned_cells_plan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_cells")),
        sa.UniqueConstraint("plan_id", "position", name=op.f("uq_planned_cells_plan_id_position")),
    )
    op.create_table(
        "releases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("charter_version", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["release_plans.id"], name=op.f("fk_releases_plan_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_releases_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
        sa.UniqueConstraint("plan_id", name=op.f("uq_releases_plan_id")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_releases_round_id_number")),
    )
    op.create_table(
        "withdrawals",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "submission_id"],
            ["submissions.district_id", "submissions.id"],
            name=op.f("fk_withdrawals_district_id_submission_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_withdrawals")),
    )
    op.create_index(
        op.f("ix_withdrawals_submission_id"), "withdrawals", ["submission_id"], unique=False
    )
    op.create_table(
        "cells",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("peer_group_id", sa.Uuid(), nullable=True),
        sa.Column(
            "statistic",
            sa.Enum(
                "mean_of_districts",
                name="statistic",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "published",
                "withheld",
                name="cellstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_cells_item_id")),
        sa.ForeignKeyConstraint(
            ["peer_group_id"], ["peer_groups.id"], name=op.f("fk_cells_peer_group_id")
        ),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name=op.f("fk_cells_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cells")),
        sa.UniqueConstraint("release_id", "position", name=op.f("uq_cells_release_id_position")),
    )
    op.create_table(
        "cell_contributors",
        sa.Column("cell_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("answer_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cell_id"], ["cells.id"], name=op.f("fk_cell_contributors_cell_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_cell_contributors_district_id")
        ),
        sa.PrimaryKeyConstraint("cell_id", "district_id", name=op.f("pk_cell_contributors")),
    )
    for statement in LOCKS:
        op.execute(statement)
    op.execute("grant select on alembic_version to c34_app, c34_release")
    # The owner of everything else hands the ledger over; from here on it cannot rewrite it.
    op.execute("reset role")
    op.execute("alter table ledger owner to c34_audit_owner")
    op.execute("set role c34_owner")


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("reset role")
    op.execute("alter table ledger owner to c34_owner")
    op.execute("set role c34_owner")
    for policy in (
        "reach on answers",
        "reach on district_keys",
        "reach on withdrawals",
        "members on cells",
    ):
        op.execute(f"drop policy {policy}")
    op.execute("drop policy members on releases")
    op.execute("drop function enter(uuid, uuid)")
    op.execute("drop function find_key(uuid)")
    op.drop_table("cell_contributors")
    op.drop_table("cells")
    op.drop_index(op.f("ix_withdrawals_submission_id"), table_name="withdrawals")
    op.drop_table("withdrawals")
    op.drop_table("releases")
    op.drop_table("planned_cells")
    op.drop_table("peer_group_members")
    op.drop_index(op.f("ix_answers_round_id"), table_name="answers")
    op.drop_table("answers")
    op.drop_index(op.f("ix_submissions_round_id"), table_name="submissions")
    op.drop_table("submissions")
    op.drop_table("release_plans")
    op.drop_table("peer_groups")
    op.drop_table("rounds")
    op.drop_index(op.f("ix_memberships_district_id"), table_name="memberships")
    op.drop_index(op.f("ix_memberships_account_id"), table_name="memberships")
    op.drop_table("memberships")
    op.drop_index(op.f("ix_keys_district_id"), table_name="keys")
    op.drop_index(op.f("ix_keys_account_id"), table_name="keys")
    op.drop_table("keys")
    op.drop_index(op.f("ix_motions_meeting_id"), table_name="motions")
    op.drop_table("motions")
    op.drop_table("items")
    op.drop_table("district_keys")
    op.drop_table("district_external_ids")
    op.drop_index(op.f("ix_accounts_district_id"), table_name="accounts")
    op.drop_table("accounts")
    op.drop_table("topics")
    op.drop_table("meetings")
    op.drop_index(op.f("ix_ledger_district_id"), table_name="ledger")
    op.drop_index(op.f("ix_ledger_at_id"), table_name="ledger")
    op.drop_table("ledger")
    op.drop_table("instruments")
    op.drop_table("idempotency_records")
    op.drop_index(op.f("ix_districts_name"), table_name="districts")
    op.drop_table("districts")
    op.drop_table("consortium")
