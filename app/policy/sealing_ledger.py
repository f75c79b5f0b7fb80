"""How PostgreSQL seals the ledger: functions of its owner, which compute what they add.

Whoever may call them adds what they compute and nothing else. What is hashed is a text, and is
handed out as it is, so that who checks a hash need not write the text anew.
"""

from collections.abc import Mapping
from typing import Final

ENTRY_TEXT: Final = """
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
"""
"""An entry as it is hashed: every column of it, as ``jsonb`` orders and writes them.

Of no entry there is no text.
"""

SEAL: Final = """
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
"""
"""Seals at most as many entries in one more batch, and says how many; null where another seals.

A batch takes what no other has, of transactions before the first that is still open, so that none
is left out however late it commits. ``upto`` spares it a look at what is sealed long since: in the
same cluster nothing of before it is ever added. A database that was put back from a copy counts its
transactions anew: then everything is looked at, once, and a batch says so, be it empty.
"""

HEAD: Final = """
create function ledger_head()
returns table (batch bigint, total bigint, hash text, signed_batch bigint, signed_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select b.number, b.total, b.hash, c.batch, c.signed_at
      from (select * from ledger_batches order by number desc limit 1) b
      left join (select * from ledger_checkpoints order by batch desc limit 1) c on true
$$
"""
"""Says where the chain ends, and up to where it is signed."""

KEEP_CHECKPOINT: Final = """
create function keep_ledger_checkpoint(of_batch bigint, at timestamptz, jws text, key jsonb)
returns void
language sql volatile security definer set search_path = public, pg_temp as $$
    insert into ledger_checkpoints (batch, total, hash, signed_at, jws, key)
    select b.number, b.total, b.hash, at, jws, key from ledger_batches b where b.number = of_batch
    on conflict do nothing
$$
"""
"""Keeps a signed checkpoint; who reads it believes its signature alone."""

SEALING: Final[Mapping[str, str]] = {
    "ledger_text(uuid, timestamptz, xid8, uuid, uuid, text, text, text, uuid, text, jsonb, text)": (
        ENTRY_TEXT
    ),
    "seal_ledger(integer)": SEAL,
    "ledger_head()": HEAD,
    "keep_ledger_checkpoint(bigint, timestamptz, text, jsonb)": KEEP_CHECKPOINT,
}
"""The functions of the ledger's owner, by their signatures."""
