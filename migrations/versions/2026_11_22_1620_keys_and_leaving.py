"""keys that are replaced, and members that leave."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


LOCKS = (
    "alter table departures enable row level security",
    "alter table departures force row level security",
    """
    create policy reach on departures to c34_app using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) or (select current_setting('app.consortium', true)) = 'on')
    """,
    """
    create policy vault on departures to c34_release using ((select current_setting('app.consortium', true)) = 'on')
    """,
    "create policy asked on departures for select to c34_owner using (true)",
    "grant select, insert, update on departures to c34_app",
    "grant select on departures to c34_release",
    "create policy kept on district_keys to c34_owner using (true)",
    "create policy counted on answers for select to c34_owner using (true)",
    """
    create policy resealed on answers for update to c34_owner using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) and district_id = any (array(select m.district_id from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))
    """,
    "create policy counted on withdrawals for select to c34_owner using (true)",
    """
    create policy resealed on withdrawals for update to c34_owner using (district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[]) and district_id = any (array(select m.district_id from memberships m where m.account_id = (select nullif(current_setting('app.account', true), ''))::uuid and revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now()))))
    """,
    """
    create policy asker on memberships for select to c34_owner using (account_id = (select nullif(current_setting('app.account', true), ''))::uuid)
    """,
    "create policy swept on idempotency_records to c34_owner using (true)",
    "create policy swept on jobs to c34_owner using (state not in ('queued', 'running'))",
)

FUNCTIONS = {
    "rewrap_keys(uuid[], integer[], bytea[], bytea[])": """
create function rewrap_keys(districts uuid[], versions integer[], before bytea[], after bytea[])
returns integer language sql volatile security definer set search_path = public, pg_temp as $$
    with changed as (
        update district_keys k set wrapped = n.after
          from unnest(districts, versions, before, after) as n(district, version, before, after)
         where k.district_id = n.district and k.version = n.version and k.wrapped = n.before
        returning 1)
    select count(*)::integer from changed
$$
""",
    "shred_keys(uuid, uuid[])": """
create function shred_keys(district uuid, accounts uuid[]) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare gone integer;
begin
    if not exists (
        select from departures d where d.district_id = district
           and (d.state = 'shredded' or (d.state = 'held' and d.held_until <= now()))
    ) then
        return null;
    end if;
    delete from idempotency_records where account_id = any (accounts);
    delete from jobs where account_id = any (accounts);
    delete from district_keys where district_id = district;
    get diagnostics gone = row_count;
    return gone;
end $$
""",
    "kept_under()": """
create function kept_under()
returns table (store text, master text, kept bigint, newest timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select 'district_keys', encode(substr(k.wrapped, 2, 8), 'hex'), count(*), null::timestamptz
      from district_keys k group by 2
    union all
    select 'idempotency_records', encode(substr(r.sealed, 1, 8), 'hex'), count(*),
           max(r.created_at)
      from idempotency_records r group by 2
    union all
    select 'jobs', encode(substr(p.part, 1, 8), 'hex'), count(*), max(j.finished_at)
      from jobs j, lateral (values (j.asked), (j.answer)) as p(part)
     where length(p.part) > 0 group by 2
$$
""",
    "sweep_kept()": """
create function sweep_kept() returns bigint
language sql volatile security definer set search_path = public, pg_temp as $$
    with records as (
        delete from idempotency_records r where r.created_at < now() - interval '24 hours'
        returning 1),
    ended as (delete from jobs j where j.finished_at < now() - interval '7 days' returning 1)
    select (select count(*) from records) + (select count(*) from ended)
$$
""",
    "drop_data_keys()": """
create function drop_data_keys() returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare gone integer;
begin
    delete from district_keys k
     where exists (select from district_keys n
                    where n.district_id = k.district_id and n.version > k.version
                      and n.created_at < now() - interval '1 hour')
          and not exists (select from answers s where s.district_id = k.district_id and s.key_version = k.version) and not exists (select from withdrawals s where s.district_id = k.district_id and s.key_version = k.version) and not exists (select from introductions s where s.district_id = k.district_id and s.key_version = k.version) and not exists (select from inquiries s where s.district_id = k.district_id and s.key_version = k.version);
    get diagnostics gone = row_count;
    return gone;
end $$
""",
    "reseal_answers(uuid, integer, uuid[], bytea[])": """
create function reseal_answers(district uuid, newest integer, ids uuid[], seals bytea[])
returns integer language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare done integer;
begin
    update answers t set sealed = n.seal, key_version = newest
      from unnest(ids, seals) as n(id, seal)
     where t.district_id = district and t.id = n.id and t.key_version < newest
       and exists (select from district_keys k
                    where k.district_id = district and k.version = newest);
    get diagnostics done = row_count;
    return done;
end $$
""",
    "reseal_withdrawals(uuid, integer, uuid[], bytea[])": """
create function reseal_withdrawals(district uuid, newest integer, ids uuid[], seals bytea[])
returns integer language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare done integer;
begin
    update withdrawals t set sealed = n.seal, key_version = newest
      from unnest(ids, seals) as n(id, seal)
     where t.district_id = district and t.id = n.id and t.key_version < newest
       and exists (select from district_keys k
                    where k.district_id = district and k.version = newest);
    get diagnostics done = row_count;
    return done;
end $$
""",
    "reseal_introductions(uuid, integer, uuid[], bytea[])": """
create function reseal_introductions(district uuid, newest integer, ids uuid[], seals bytea[])
returns integer language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare done integer;
begin
    update introductions t set sealed = n.seal, key_version = newest
      from unnest(ids, seals) as n(id, seal)
     where t.district_id = district and t.id = n.id and t.key_version < newest
       and exists (select from district_keys k
                    where k.district_id = district and k.version = newest);
    get diagnostics done = row_count;
    return done;
end $$
""",
    "reseal_inquiries(uuid, integer, uuid[], bytea[])": """
create function reseal_inquiries(district uuid, newest integer, ids uuid[], seals bytea[])
returns integer language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare done integer;
begin
    update inquiries t set sealed = n.seal, key_version = newest
      from unnest(ids, seals) as n(id, seal)
     where t.district_id = district and t.id = n.id and t.key_version < newest
       and exists (select from district_keys k
                    where k.district_id = district and k.version = newest);
    get diagnostics done = row_count;
    return done;
end $$
""",
}
FOR_THE_VAULT = ("rewrap_keys(uuid[], integer[], bytea[], bytea[])",)


def upgrade() -> None:
    """Wait for no lock longer than a request may."""
    op.execute("set local lock_timeout = '5s'")
    op.create_table(
        "departures",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "announced",
                "held",
                "cancelled",
                "shredded",
                name="departurestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("announced_by", sa.Uuid(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=True),
        sa.Column("key_version", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.Uuid(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shredded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(held_until is null) = (confirmed_at is null)"
            " and (state <> 'held' or (held_until is not null and key_version is not null))"
            " and (state = 'shredded') = (shredded_at is not null)",
            name=op.f("ck_departures_course"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_departures_district_id")
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_departures")),
    )
    op.create_index(
        "ix_departures_under_way",
        "departures",
        ["district_id"],
        unique=True,
        postgresql_where=sa.text("state in ('announced', 'held')"),
    )
    for statement in LOCKS:
        op.execute(statement)
    for signature, function in FUNCTIONS.items():
        callers = "c34_release" if signature in FOR_THE_VAULT else "c34_app, c34_release"
        op.execute(function)
        op.execute(f"revoke all on function {signature} from public")
        op.execute(f"grant execute on function {signature} to {callers}")


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for signature in FUNCTIONS:
        op.execute(f"drop function {signature}")
    for policy, table in (
        ("kept", "district_keys"),
        ("counted", "answers"),
        ("resealed", "answers"),
        ("counted", "withdrawals"),
        ("resealed", "withdrawals"),
        ("asker", "memberships"),
        ("swept", "idempotency_records"),
        ("swept", "jobs"),
    ):
        op.execute(f"drop policy {policy} on {table}")
    op.drop_index("ix_departures_under_way", table_name="departures")
    op.drop_table("departures")
