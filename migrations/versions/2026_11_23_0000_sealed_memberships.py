"""who stands behind what was released is sealed, under data keys of the vault."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.trouble import Trouble

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

IN_CLEAR = ("cell_contributors", "release_secrets", "release_sums")
SEALED = ("cell_memberships", "release_secrets", "release_sums")
REWRAP_KEYS = """
create or replace function rewrap_keys(
    districts uuid[], versions integer[], before bytea[], after bytea[])
returns integer language sql volatile security definer set search_path = public, pg_temp as $$
    with changed as (
        update district_keys k set wrapped = n.after
          from unnest(districts, versions, before, after) as n(district, version, before, after)
         where k.district_id = n.district and k.version = n.version and k.wrapped = n.before
        returning 1),
    of_vault as (
        update vault_keys k set wrapped = n.after
          from unnest(districts, versions, before, after) as n(district, version, before, after)
         where n.district = '00000000-0000-0000-0000-000000000000' and k.version = n.version and k.wrapped = n.before
        returning 1)
    select ((select count(*) from changed) + (select count(*) from of_vault))::integer
$$
"""
REWRAP_KEYS_UNTIL_NOW = """
create or replace function rewrap_keys(
    districts uuid[], versions integer[], before bytea[], after bytea[])
returns integer language sql volatile security definer set search_path = public, pg_temp as $$
    with changed as (
        update district_keys k set wrapped = n.after
          from unnest(districts, versions, before, after) as n(district, version, before, after)
         where k.district_id = n.district and k.version = n.version and k.wrapped = n.before
        returning 1)
    select count(*)::integer from changed
$$
"""
KEPT_UNDER = """
create or replace function kept_under()
returns table (store text, master text, kept bigint, newest timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select 'district_keys', encode(substr(k.wrapped, 2, 8), 'hex'), count(*), null::timestamptz
      from district_keys k group by 2
OF_VAULT    union all
    select 'idempotency_records', encode(substr(r.sealed, 1, 8), 'hex'), count(*),
           max(r.created_at)
      from idempotency_records r group by 2
    union all
    select 'jobs', encode(substr(p.part, 1, 8), 'hex'), count(*), max(j.finished_at)
      from jobs j, lateral (values (j.asked), (j.answer)) as p(part)
     where length(p.part) > 0 group by 2
$$
"""
OF_VAULT = """    union all
    select 'vault_keys', encode(substr(v.wrapped, 2, 8), 'hex'), count(*), null::timestamptz
      from vault_keys v group by 2
"""


def upgrade() -> None:
    """Make the sealed tables in the place of those in clear."""
    op.execute("set local lock_timeout = '5s'")
    require_empty(IN_CLEAR)
    for table in IN_CLEAR:
        op.drop_table(table)
    op.create_table(
        "vault_keys",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_vault_keys")),
    )
    make_sealed("cell_memberships", "cell_id", "cells")
    make_sealed("release_secrets", "release_id", "releases")
    make_sealed("release_sums", "release_id", "releases")
    for table in ("vault_keys", *SEALED):
        lock(table)
    op.execute("create policy kept on vault_keys to c34_owner using (true)")
    op.execute(REWRAP_KEYS)
    op.execute(KEPT_UNDER.replace("OF_VAULT", OF_VAULT))


def make_sealed(table: str, place: str, of: str) -> None:
    """Make a table of what is sealed beside the rows of another."""
    op.create_table(
        table,
        sa.Column(place, sa.Uuid(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint([place], [f"{of}.id"], name=op.f(f"fk_{table}_{place}")),
        sa.ForeignKeyConstraint(
            ["key_version"], ["vault_keys.version"], name=op.f(f"fk_{table}_key_version")
        ),
        sa.PrimaryKeyConstraint(place, name=op.f(f"pk_{table}")),
    )


def lock(table: str) -> None:
    """Leave a table to the vault: it reads, a release adds, nobody changes."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"create policy vault on {table} for select to c34_release using (true)")
    op.execute(f"create policy release on {table} for insert to c34_release with check (true)")
    op.execute(f"grant select, insert on {table} to c34_release")


def require_empty(tables: Sequence[str]) -> None:
    """Refuse to lose rows; row security hides them from a migration unless it is let off."""
    for table in tables:
        op.execute(f"alter table {table} no force row level security")
        if op.get_bind().scalar(sa.select(sa.exists().select_from(sa.table(table)))):
            raise Trouble(
                f"{table} says who stands behind what was released, and a migration has no key to"
                " seal or to open it with. Nothing was changed."
            )


def downgrade() -> None:
    """Make the tables in clear again, where nothing was released."""
    op.execute("set local lock_timeout = '5s'")
    require_empty(SEALED)
    op.execute(REWRAP_KEYS_UNTIL_NOW)
    op.execute(KEPT_UNDER.replace("OF_VAULT", ""))
    for table in (*SEALED, "vault_keys"):
        op.drop_table(table)
    op.create_table(
        "cell_contributors",
        sa.Column("cell_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("answer_version", sa.Integer(), nullable=False),
        sa.Column("says_as", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cell_id"], ["cells.id"], name=op.f("fk_cell_contributors_cell_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_cell_contributors_district_id")
        ),
        sa.PrimaryKeyConstraint("cell_id", "district_id", name=op.f("pk_cell_contributors")),
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
    make_sums_in_clear()
    for table in IN_CLEAR:
        lock(table)


def make_sums_in_clear() -> None:
    """Make the table of what adds up, a row for each sum."""
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
