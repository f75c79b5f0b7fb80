"""a worker takes one job, however the database looks for it."""

from collections.abc import Sequence

from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

HEAD = """
create or replace function take_job(lease interval)
returns table (account_id uuid, id uuid, attempts integer)
language sql volatile parallel restricted security definer set search_path = public, pg_temp as $$
"""
ONE = """    with longest as materialized (
        select w.account_id, w.id from jobs w
         where w.state in ('queued', 'running')
           and (w.leased_until is null or w.leased_until < now())
         order by w.created_at limit 1 for update skip locked)
    update jobs j set state = 'running', attempts = j.attempts + 1, version = j.version + 1,
           leased_until = now() + lease, started_at = coalesce(j.started_at, now())
      from longest
     where j.account_id = longest.account_id and j.id = longest.id
    returning j.account_id, j.id, j.attempts
"""
UNTIL_NOW = """    update jobs j set state = 'running', attempts = j.attempts + 1, version = j.version + 1,
           leased_until = now() + lease, started_at = coalesce(j.started_at, now())
      from (select w.account_id, w.id from jobs w
             where w.state in ('queued', 'running')
               and (w.leased_until is null or w.leased_until < now())
             order by w.created_at limit 1 for update skip locked) as longest
     where j.account_id = longest.account_id and j.id = longest.id
    returning j.account_id, j.id, j.attempts
"""
"""It could take several at once, and tell of one: the others waited until their lease was over."""


def upgrade() -> None:
    """Look for the job once."""
    op.execute(f"{HEAD}{ONE}$$")


def downgrade() -> None:
    """Look for it as the join likes."""
    op.execute(f"{HEAD}{UNTIL_NOW}$$")
