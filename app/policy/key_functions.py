"""What the logins may do to keys and to what is sealed under them, each a function of the owner.

No login may change an answer, a wrapped data key or another account's records by a statement of
its own. Each of these functions does one thing to them, and insists itself on what it is for.
"""

from collections.abc import Mapping
from typing import Final

from app.sealing import THE_VAULT

SEALED_UNDER: Final = ("answers", "withdrawals", "introductions", "inquiries")
"""The tables whose rows are sealed under a district's data keys."""

REWRAP_KEYS: Final = """
create function rewrap_keys(districts uuid[], versions integer[], before bytea[], after bytea[])
returns integer language sql volatile security definer set search_path = public, pg_temp as $$
    with changed as (
        update district_keys k set wrapped = n.after
          from unnest(districts, versions, before, after) as n(district, version, before, after)
         where k.district_id = n.district and k.version = n.version and k.wrapped = n.before
        returning 1),
    of_vault as (
        update vault_keys k set wrapped = n.after
          from unnest(districts, versions, before, after) as n(district, version, before, after)
         where n.district = 'THE_VAULT' and k.version = n.version and k.wrapped = n.before
        returning 1)
    select ((select count(*) from changed) + (select count(*) from of_vault))::integer
$$
""".replace("THE_VAULT", str(THE_VAULT))
"""Puts keys that are wrapped anew in the place of those that they were made from, and no other.

Those of the vault are passed as if of a district without an id.
"""

SHRED_KEYS: Final = """
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
"""
"""Deletes the data keys of a district whose hold is over, and what its accounts' requests left."""

KEPT_UNDER: Final = """
create function kept_under()
returns table (store text, master text, kept bigint, newest timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select 'district_keys', encode(substr(k.wrapped, 2, 8), 'hex'), count(*), null::timestamptz
      from district_keys k group by 2
    union all
    select 'vault_keys', encode(substr(v.wrapped, 2, 8), 'hex'), count(*), null::timestamptz
      from vault_keys v group by 2
    union all
    select 'idempotency_records', encode(substr(r.sealed, 1, 8), 'hex'), count(*),
           max(r.created_at)
      from idempotency_records r group by 2
    union all
    select 'jobs', encode(substr(p.part, 1, 8), 'hex'), count(*), max(j.finished_at)
      from jobs j, lateral (values (j.asked), (j.answer)) as p(part)
     where length(p.part) > 0 group by 2
$$
"""
"""Counts what needs each master key to be opened, by where it is kept, and tells no more of it."""

SWEEP_KEPT: Final = """
create function sweep_kept() returns bigint
language sql volatile security definer set search_path = public, pg_temp as $$
    with records as (
        delete from idempotency_records r where r.created_at < now() - interval '24 hours'
        returning 1),
    ended as (delete from jobs j where j.finished_at < now() - interval '7 days' returning 1)
    select (select count(*) from records) + (select count(*) from ended)
$$
"""
"""Deletes what is kept no longer: answers to requests, and jobs that have ended."""


UNNEEDED: Final = "".join(
    f" and not exists (select from {table} s"
    " where s.district_id = k.district_id and s.key_version = k.version)"
    for table in SEALED_UNDER
)
DROP_DATA_KEYS: Final = """
create function drop_data_keys() returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare gone integer;
begin
    delete from district_keys k
     where exists (select from district_keys n
                    where n.district_id = k.district_id and n.version > k.version
                      and n.created_at < now() - interval '1 hour')
          UNNEEDED;
    get diagnostics gone = row_count;
    return gone;
end $$
""".replace(" UNNEEDED", UNNEEDED)
"""Deletes data keys that were replaced and that nothing is sealed under any more.

What began before a key was replaced may still be about to seal under the older one: hence the hour.
"""


def reseal(table: str) -> str:
    """Write the function that seals rows of a table under a newer key; the reach narrows it."""
    return """
create function reseal_TABLE(district uuid, newest integer, ids uuid[], seals bytea[])
returns integer language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare done integer;
begin
    update TABLE t set sealed = n.seal, key_version = newest
      from unnest(ids, seals) as n(id, seal)
     where t.district_id = district and t.id = n.id and t.key_version < newest
       and exists (select from district_keys k
                    where k.district_id = district and k.version = newest);
    get diagnostics done = row_count;
    return done;
end $$
""".replace("TABLE", table)


KEY_FUNCTIONS: Final[Mapping[str, str]] = {
    "rewrap_keys(uuid[], integer[], bytea[], bytea[])": REWRAP_KEYS,
    "shred_keys(uuid, uuid[])": SHRED_KEYS,
    "kept_under()": KEPT_UNDER,
    "sweep_kept()": SWEEP_KEPT,
    "drop_data_keys()": DROP_DATA_KEYS,
    **{f"reseal_{table}(uuid, integer, uuid[], bytea[])": reseal(table) for table in SEALED_UNDER},
}
"""The functions, by their signatures."""

FOR_THE_VAULT: Final = frozenset({"rewrap_keys(uuid[], integer[], bytea[], bytea[])"})
"""What the vault's login alone may call, which reads every wrapped key as it is."""
