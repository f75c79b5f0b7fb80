"""the ledger in sealed batches."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LOCKS = (
    "drop policy read on ledger",
    """
    create policy read on ledger for select to c34_app using ((select current_setting('app.consortium', true)) = 'on' or district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (district_id is null and subject like 'round:%' and subject = any (array(select concat('round:', s.round_id) from submissions s where s.district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[])))))
    """,
    "create policy sealed on ledger for select to c34_audit_owner using (true)",
    "alter table ledger_batches enable row level security",
    "alter table ledger_batches force row level security",
    """
    create policy members on ledger_batches for select to c34_app using ((select exists (select from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))
    """,
    "create policy kept on ledger_batches for select to c34_audit_owner using (true)",
    "create policy added on ledger_batches for insert to c34_audit_owner with check (true)",
    "grant select on ledger_batches to c34_app",
    "alter table ledger_seals enable row level security",
    "alter table ledger_seals force row level security",
    """
    create policy members on ledger_seals for select to c34_app using ((select exists (select from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))
    """,
    "create policy kept on ledger_seals for select to c34_audit_owner using (true)",
    "create policy added on ledger_seals for insert to c34_audit_owner with check (true)",
    "grant select on ledger_seals to c34_app",
    "alter table ledger_checkpoints enable row level security",
    "alter table ledger_checkpoints force row level security",
    """
    create policy members on ledger_checkpoints for select to c34_app using ((select exists (select from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))
    """,
    "create policy kept on ledger_checkpoints for select to c34_audit_owner using (true)",
    "create policy added on ledger_checkpoints for insert to c34_audit_owner with check (true)",
    "grant select on ledger_checkpoints to c34_app",
    """
create function ledger_text(
    id uuid, at timestamptz, xid xid8, account_id uuid, key_id uuid, action text, outcome text,
    rule text, district_id uuid, subject text, detail jsonb, request_id text
) returns text
language sql stable parallel safe as $$
    select case when id is not null then jsonb_build_object(
        'id', id, 'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'xid', xid::text::bigint, 'account_id', account_id, 'key_id', key_id, 'action', action,
        'outcome', outcome, 'rule', rule, 'district_id', district_id, 'subject', subject,
        'detail', detail, 'request_id', request_id
    )::text end
$$
    """,
    """
    revoke all on function ledger_text(uuid, timestamptz, xid8, uuid, uuid, text, text, text, uuid, text, jsonb, text) from public
    """,
    """
    grant execute on function ledger_text(uuid, timestamptz, xid8, uuid, uuid, text, text, text, uuid, text, jsonb, text) to c34_app, c34_release
    """,
    """
create function seal_ledger(most integer) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
    last ledger_batches;
    low xid8;
    high xid8;
    ahead xid8;
    elsewhere boolean;
    n bigint;
    sealed integer;
    here timestamptz;
    body text;
begin
    if not pg_try_advisory_xact_lock(hashtextextended('ledger', 34)) then
        return null;
    end if;
    high := pg_snapshot_xmin(pg_current_snapshot());
    ahead := pg_snapshot_xmax(pg_current_snapshot());
    select * into last from ledger_batches b order by b.number desc limit 1;
    n := coalesce(last.number, 0) + 1;
    elsewhere := coalesce(last.upto::text::xid8 > ahead, false);
    low := case when elsewhere then '0' else coalesce(last.upto, 0)::text end::xid8;
    insert into ledger_seals (batch, position, entry_id, digest)
    select n, row_number() over (order by e.xid, e.id), e.id, encode(sha256(convert_to(ledger_text(
               e.id, e.at, e.xid, e.account_id, e.key_id, e.action, e.outcome, e.rule,
               e.district_id, e.subject, e.detail, e.request_id), 'UTF8')), 'hex')
      from (select * from ledger l
             where (l.xid >= low and l.xid < high or elsewhere and l.xid >= ahead)
               and not exists (select from ledger_seals s where s.entry_id = l.id)
             order by l.xid, l.id limit most) e;
    get diagnostics sealed = row_count;
    if sealed = 0 and not elsewhere then
        return 0;
    end if;
    if sealed = most then
        high := case when elsewhere then last.upto::text::xid8 else (
            select l.xid from ledger_seals s join ledger l on l.id = s.entry_id
             where s.batch = n order by s.position desc limit 1) end;
    end if;
    here := clock_timestamp();
    body := jsonb_build_object(
        'batch', n, 'entries', sealed, 'total', coalesce(last.total, 0) + sealed,
        'upto', high::text::bigint, 'previous', coalesce(last.hash, ''),
        'sealed_at', to_char(here at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'content', (select encode(sha256(convert_to(
            coalesce(string_agg(s.digest, '' order by s.position), ''), 'UTF8')), 'hex')
            from ledger_seals s where s.batch = n)
    )::text;
    insert into ledger_batches (number, entries, total, upto, sealed_at, body, hash)
    values (n, sealed, coalesce(last.total, 0) + sealed, high::text::bigint, here, body,
            encode(sha256(convert_to(body, 'UTF8')), 'hex'));
    return sealed;
end $$
    """,
    """
    revoke all on function seal_ledger(integer) from public
    """,
    """
    grant execute on function seal_ledger(integer) to c34_app, c34_release
    """,
    """
create function ledger_head()
returns table (batch bigint, total bigint, hash text, signed_batch bigint, signed_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select b.number, b.total, b.hash, c.batch, c.signed_at
      from (select * from ledger_batches order by number desc limit 1) b
      left join (select * from ledger_checkpoints order by batch desc limit 1) c on true
$$
    """,
    """
    revoke all on function ledger_head() from public
    """,
    """
    grant execute on function ledger_head() to c34_app, c34_release
    """,
    """
create function keep_ledger_checkpoint(of_batch bigint, at timestamptz, jws text, key jsonb)
returns void
language sql volatile security definer set search_path = public, pg_temp as $$
    insert into ledger_checkpoints (batch, total, hash, signed_at, jws, key)
    select b.number, b.total, b.hash, at, jws, key from ledger_batches b where b.number = of_batch
    on conflict do nothing
$$
    """,
    """
    revoke all on function keep_ledger_checkpoint(bigint, timestamptz, text, jsonb) from public
    """,
    """
    grant execute on function keep_ledger_checkpoint(bigint, timestamptz, text, jsonb) to c34_app, c34_release
    """,
)
"""What the owner of the ledger says of it."""
READ_BEFORE = """
create policy read on ledger for select to c34_app using ((select current_setting('app.consortium', true)) = 'on' or district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]))
"""


def upgrade() -> None:
    """Have the owner of the ledger make the tables: it alone adds rows to them."""
    op.execute("set local lock_timeout = '5s'")
    op.execute("set role c34_audit_owner")
    op.create_table(
        "ledger_batches",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger_batches")),
    )
    op.create_table(
        "ledger_seals",
        sa.Column("batch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("batch", "position", name=op.f("pk_ledger_seals")),
    )
    op.create_index(op.f("ix_ledger_seals_entry_id"), "ledger_seals", ["entry_id"], unique=True)
    op.create_table(
        "ledger_checkpoints",
        sa.Column("batch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jws", sa.Text(), nullable=False),
        sa.Column("key", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch"], ["ledger_batches.number"], name=op.f("fk_ledger_checkpoints_batch")
        ),
        sa.PrimaryKeyConstraint("batch", name=op.f("pk_ledger_checkpoints")),
    )
    op.create_index(
        "ix_ledger_rounds",
        "ledger",
        ["subject"],
        unique=False,
        postgresql_where=sa.text("subject like 'round:%'"),
    )
    op.create_index(op.f("ix_ledger_xid"), "ledger", ["xid"], unique=False)
    for statement in LOCKS:
        op.execute(statement)
    op.execute("set role c34_owner")


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set role c34_audit_owner")
    op.execute("drop function keep_ledger_checkpoint(bigint, timestamptz, text, jsonb)")
    op.execute("drop function ledger_head()")
    op.execute("drop function seal_ledger(integer)")
    op.execute(
        "drop function ledger_text(uuid, timestamptz, xid8, uuid, uuid, text, text, text, uuid, text, jsonb, text)"
    )
    op.execute("drop policy sealed on ledger")
    op.execute("drop policy read on ledger")
    op.execute(READ_BEFORE)
    op.drop_index(op.f("ix_ledger_xid"), table_name="ledger")
    op.drop_index(
        "ix_ledger_rounds",
        table_name="ledger",
        postgresql_where=sa.text("subject like 'round:%'"),
    )
    op.drop_table("ledger_checkpoints")
    op.drop_index(op.f("ix_ledger_seals_entry_id"), table_name="ledger_seals")
    op.drop_table("ledger_seals")
    op.drop_table("ledger_batches")
    op.execute("set role c34_owner")
