"""The second lock: PostgreSQL's row security, written from the custody of each table."""

from collections.abc import Iterator, Mapping
from string import ascii_lowercase, digits
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.db import (
    EVERYBODYS,
    Base,
    Common,
    ConsortiumOwned,
    Credential,
    Custody,
    DistrictOwned,
    Feed,
    Ledger,
    Personal,
    Published,
    Roster,
    Sealed,
    Shared,
    Told,
    Vaulted,
    Witnessed,
)
from app.policy.key_functions import FOR_THE_VAULT, KEY_FUNCTIONS
from app.policy.reach import Reach
from app.policy.sealing_ledger import SEALING
from app.problems import Refused

OWNER: Final = "c34_owner"
"""Owns the tables and runs migrations; nobody logs in as it."""
APP: Final = "c34_app"
"""The login of requests."""
RELEASE: Final = "c34_release"
"""The login of the vault: what it may see is a matter of who connects, not of a setting."""
AUDIT: Final = "c34_audit_owner"
"""Owns the ledger alone, so that the owner of everything else cannot rewrite it."""

# After a transaction that told it, a setting is '' rather than null.
WITHIN: Final = (
    "district_id = any ((select nullif(current_setting('app.districts', true), ''))::uuid[])"
)
COMMON: Final = f"district_id = '{EVERYBODYS}'"
CONSORTIUM: Final = "(select current_setting('app.consortium', true)) = 'on'"
ASKER: Final = "(select nullif(current_setting('app.account', true), ''))::uuid"
MINE: Final = f"account_id = {ASKER}"
VALID: Final = (
    "revoked_at is null and valid_from <= now() and (valid_until is null or valid_until > now())"
)
HELD: Final = (
    "district_id = any (array("
    f"select m.district_id from memberships m where m.account_id = {ASKER} and {VALID}))"
)
TOLD: Final = "(select nullif(current_setting('app.districts', true), ''))::uuid[]"
RECEIVED: Final = (
    f"(recipient_id = any ({TOLD})"
    f" or (recipient_id = '{EVERYBODYS}' and (select cardinality({TOLD})) > 0))"
)
HOLDS_RECEIVED: Final = (
    f"(recipient_id = '{EVERYBODYS}' or recipient_id = any (array("
    f"select m.district_id from memberships m where m.account_id = {ASKER} and {VALID})))"
    f" and (select exists (select from memberships m where m.account_id = {ASKER}"
    f" and {VALID} and m.district_id is not null))"
)
MEMBER: Final = (
    f"(select exists (select from memberships m where m.account_id = {ASKER} and {VALID}))"
)
TOOK_PART: Final = (
    "(district_id is null and subject like 'round:%' and subject = any (array("
    "select concat('round:', s.round_id) from submissions s where s.district_id = any ("
    "(select nullif(current_setting('app.districts', true), ''))::uuid[]))))"
)
"""What was done to every answer of a round concerns each district that answered (TR-07)."""

RESEALED: Final = {
    "counted": f"for select to {OWNER} using (true)",
    "resealed": f"for update to {OWNER} using ({WITHIN} and {HELD})",
}
"""Of tables that are sealed under data keys: a function of the owner seals them anew."""

POLICIES: Final[Mapping[type[Custody], Mapping[str, str]]] = {
    Common: {
        "shown": f"for select to {APP}, {RELEASE} using (true)",
        "kept": f"for insert to {APP} with check ({CONSORTIUM})",
        "revised": f"for update to {APP}, {RELEASE} using ({CONSORTIUM})",
    },
    DistrictOwned: {
        "reach": f"to {APP} using ({WITHIN} or {CONSORTIUM})",
        "vault": f"to {RELEASE} using ({CONSORTIUM})",
    },
    Sealed: {
        "reach": f"to {APP} using ({WITHIN} and {HELD})",
        "vault": f"for select to {RELEASE} using (true)",
    },
    Vaulted: {
        "vault": f"for select to {RELEASE} using (true)",
        "release": f"for insert to {RELEASE} with check (true)",
    },
    Published: {
        "members": f"for select to {APP}, {RELEASE} using ({MEMBER})",
        "release": f"for insert to {RELEASE} with check (true)",
    },
    Told: {
        "shown": f"for select to {APP}, {RELEASE} using (true)",
        "told": f"for insert to {APP} with check ({WITHIN})",
        "withdrawn": f"for update to {APP} using ({WITHIN})",
    },
    Shared: {
        "given": f"to {APP} using ({WITHIN} and {HELD})",
        "received": f"for select to {APP} using ({RECEIVED} and {HOLDS_RECEIVED})",
        "vault": f"for select to {RELEASE} using (true)",
        "added": f"for insert to {RELEASE} with check (true)",
    },
    Feed: {
        "followed": f"for select to {APP}, {RELEASE} using ({COMMON} or {WITHIN})",
        "added": f"for insert to {APP} with check ({COMMON} or {WITHIN} or {CONSORTIUM})",
        "release": f"for insert to {RELEASE} with check (true)",
    },
    ConsortiumOwned: {"staff": f"to {APP}, {RELEASE} using ({CONSORTIUM})"},
    Roster: {
        "own": f"for select to {APP}, {RELEASE} using ({MINE})",
        "kept": f"to {APP} using ({WITHIN} or {CONSORTIUM})",
    },
    Credential: {
        "own": f"to {APP} using ({MINE})",
        "asker": f"for select to {RELEASE} using ({MINE})",
        "kept": f"to {APP} using ({WITHIN} or {CONSORTIUM})",
        "found": f"for select to {OWNER} using (true)",
    },
    Personal: {"own": f"to {APP}, {RELEASE} using ({MINE})"},
    Ledger: {
        "read": f"for select to {APP} using ({CONSORTIUM} or {WITHIN} or {TOOK_PART})",
        "added": f"for insert to {APP}, {RELEASE} with check (true)",
        "sealed": f"for select to {AUDIT} using (true)",
    },
    Witnessed: {
        "members": f"for select to {APP} using ({MEMBER})",
        "kept": f"for select to {AUDIT} using (true)",
        "added": f"for insert to {AUDIT} with check (true)",
    },
}
"""What each login may do to the rows of a custody; what no policy names, nobody does."""

RIGHTS: Final[Mapping[type[Custody], Mapping[str, str]]] = {
    Common: {APP: "select, insert, update", RELEASE: "select"},
    DistrictOwned: {APP: "select, insert, update", RELEASE: "select"},
    Sealed: {APP: "select, insert", RELEASE: "select"},
    Vaulted: {RELEASE: "select, insert"},
    Published: {APP: "select", RELEASE: "select, insert"},
    Told: {APP: "select, insert, update", RELEASE: "select"},
    Shared: {APP: "select, insert, update", RELEASE: "select, insert"},
    Feed: {APP: "select, insert", RELEASE: "select, insert"},
    ConsortiumOwned: {APP: "select", RELEASE: "select, insert, update"},
    Roster: {APP: "select, insert, update", RELEASE: "select"},
    Credential: {APP: "select, insert, update", RELEASE: "select"},
    Personal: {APP: "select, insert, update, delete", RELEASE: "select, insert, delete"},
    Ledger: {APP: "select, insert", RELEASE: "insert"},
    Witnessed: {APP: "select"},
}
"""What each login is granted at all; row security narrows it further."""

HELD_ALPHABET: Final = frozenset(ascii_lowercase + digits + "_-: ")
REVOKED: Final = "revoked"
"""What ``enter`` says of an account whose credential has ended."""

ENTER: Final = f"""
create function enter(asker uuid, credential uuid) returns text
language plpgsql parallel restricted as $$ begin
    perform set_config('app.account', asker::text, true);
    if credential is not null and not exists (
        select from keys k where k.id = credential and k.account_id = asker
           and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
    ) then
        return '{REVOKED}';
    end if;
    return (select coalesce(string_agg(distinct concat(m.role, ':', m.district_id), ' '
                                       order by concat(m.role, ':', m.district_id)), '')
              from memberships m left join districts d on d.id = m.district_id
             where m.account_id = asker and {VALID} and d.standing is distinct from 'left');
end $$
"""
"""Says who asks, for the rest of the transaction, and answers what that account holds now."""

FIND_KEY: Final = """
create function find_key(credential uuid)
returns table (account_id uuid, digest bytea, scopes text[])
language sql stable parallel restricted security definer set search_path = public, pg_temp as $$
    select k.account_id, k.digest, k.scopes from keys k where k.id = credential
$$
"""
"""Finds the digest of a presented key before anyone is known to ask."""


SETTLED: Final = """
create function settled() returns bigint
language sql stable parallel restricted as $$
    select pg_snapshot_xmin(pg_current_snapshot())::text::bigint
$$
"""
"""The first transaction that is still open: what all before it wrote can be seen, or never will."""

TAKE_JOB: Final = """
create function take_job(lease interval)
returns table (account_id uuid, id uuid, attempts integer)
language sql volatile parallel restricted security definer set search_path = public, pg_temp as $$
    with longest as materialized (
        select w.account_id, w.id from jobs w
         where w.state in ('queued', 'running')
           and (w.leased_until is null or w.leased_until < now())
         order by w.created_at limit 1 for update skip locked)
    update jobs j set state = 'running', attempts = j.attempts + 1, version = j.version + 1,
           leased_until = now() + lease, started_at = coalesce(j.started_at, now())
      from longest
     where j.account_id = longest.account_id and j.id = longest.id
    returning j.account_id, j.id, j.attempts
$$
"""
"""Takes the job that has waited longest, whosever it is, and tells no more of it than that.

What is looked for is put down first: a join that looked for it again for each job would take all.
"""

FUNCTIONS: Final[Mapping[str, str]] = {
    "enter(uuid, uuid)": ENTER,
    "find_key(uuid)": FIND_KEY,
    "settled()": SETTLED,
    "take_job(interval)": TAKE_JOB,
    **SEALING,
    **KEY_FUNCTIONS,
}
"""What the logins may call, by its signature; those of the ledger belong to its owner."""


class Stale(Refused):
    """The caller no longer holds what it was believed to hold."""

    def __init__(self) -> None:
        super().__init__("Your roles changed while you asked.", rule="TR-02")


def locks() -> Iterator[str]:
    """Write the statements that lock every table, for the migration that makes it."""
    for table in Base.metadata.sorted_tables:
        yield f"alter table {table} enable row level security"
        yield f"alter table {table} force row level security"
        for name, policy in POLICIES[table.info["custody"]].items():
            yield f"create policy {name} on {table} {policy}"
        for name, policy in table.info.get("policies", {}).items():
            yield f"create policy {name} on {table} {policy}"
        rights = RIGHTS[table.info["custody"]] | table.info.get("rights", {})
        for login, verbs in rights.items():
            yield f"grant {verbs} on {table} to {login}"
    for signature, function in FUNCTIONS.items():
        yield function
        yield f"revoke all on function {signature} from public"
        callers = RELEASE if signature in FOR_THE_VAULT else f"{APP}, {RELEASE}"
        yield f"grant execute on function {signature} to {callers}"


def telling(reach: Reach) -> str:
    """Say who is asking; the statement has no row, and tells nothing, if its roles have changed."""
    held, districts = reach.held, ",".join(map(str, reach.districts))
    if not set(held) <= HELD_ALPHABET:
        raise ValueError("What a caller holds is written in the words of roles alone.")
    credential = "null" if reach.credential is None else f"'{reach.credential}'"
    return (
        f"select set_config('app.districts', '{{{districts}}}', true),"
        f" set_config('app.consortium', '{'on' if reach.whole_consortium else 'off'}', true)"
        f" where enter('{reach.account}', {credential}) = '{held}'"
    )


async def tell(session: AsyncSession, reach: Reach) -> None:
    """Tell PostgreSQL who is asking, for the rest of this transaction, or raise ``Stale``."""
    told = await (await session.connection()).exec_driver_sql(telling(reach))
    if told.first() is None:
        raise Stale
