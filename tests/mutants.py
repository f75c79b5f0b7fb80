"""Breaks each rule, each lock and each contract once, and says which breakage nobody missed.

Run with ``python -m tests.mutants``; words after it choose mutants by a part of their name. Each
breakage is made in a copy of the project, where the tests that guard it must then fail. The guards
are run unbroken first: what fails anyway guards nothing.
"""

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).parent.parent
COPIED = ("app", "demo", "data", "docs", "migrations", "openapi", "tests")
FILES = ("alembic.ini", "pyproject.toml", "README.md", "bootstrap.py", "Dockerfile")
MIGRATION = next((ROOT / "migrations" / "versions").glob("*_first_tables.py"))
FIRST = str(MIGRATION.relative_to(ROOT))
NEXT = next((ROOT / "migrations" / "versions").glob("*_plans_and_measures.py"))
SECOND = str(NEXT.relative_to(ROOT))
LEDGER = next((ROOT / "migrations" / "versions").glob("*_sealed_ledger.py"))
SEALED = str(LEDGER.relative_to(ROOT))
TAKING = next((ROOT / "migrations" / "versions").glob("*_take_one_job.py"))
TAKEN = str(TAKING.relative_to(ROOT))
BEHIND = next((ROOT / "migrations" / "versions").glob("*_sealed_memberships.py"))
MEMBERSHIPS = str(BEHIND.relative_to(ROOT))
CONTRACTS = ("lint-imports",)
PATIENCE = 1800
"""Seconds after which a guard has neither passed nor failed, and the run is a fault."""

LOCKS = ("tests/policy/test_custody.py", "tests/policy/test_doors.py")
READINGS = ("tests/policy/test_readings.py", *LOCKS)
ROUNDS = ("tests/topics", "tests/meetings", "tests/instruments", "tests/rounds")
DASHBOARDS, TAGS = ("tests/dashboards",), "app/dashboards/repository.py"
ROSTER = ("tests/memberships", "tests/keys", "tests/accounts", "tests/tokens")
GUARDS_OF_RULES = {
    "access": ROSTER,
    "departures": ("tests/departures", "tests/shredding"),
    "cells": ("tests/releases",),
    "disclosure": ("tests/releases",),
    "measures": ("tests/measures", "tests/targets"),
    "meetings": ("tests/meetings", "tests/proceedings"),
    "observations": ("tests/observations",),
    "plans": ("tests/plans", "tests/decisions", "tests/goals", "tests/indicators", "tests/targets"),
    "roster": ROSTER,
    "rounds": (*ROUNDS, "tests/releases", "tests/submissions"),
    "sharing": ("tests/consents", "tests/introductions", "tests/practices"),
    "small_cells": ("tests/small_cells", "tests/reports"),
    "submissions": ("tests/submissions",),
}


@dataclass(frozen=True)
class Mutant:
    """One breakage: a text of a file that becomes another, and the tests that must miss it."""

    name: str
    file: str
    old: str
    new: str
    guards: tuple[str, ...]


def rules_taken_away() -> Iterator[Mutant]:
    """Make each rule hold whatever it is asked."""
    for path in sorted((ROOT / "app" / "policy" / "rules").glob("*.py")):
        source = path.read_text()
        for each in ast.walk(ast.parse(source)):
            if not isinstance(each, ast.FunctionDef) or not each.decorator_list:
                continue
            decorator = each.decorator_list[0]
            if not (isinstance(decorator, ast.Call) and decorator.func.id == "rule"):  # type: ignore[attr-defined]
                continue
            rule_id = ast.literal_eval(decorator.args[0])
            lines = source.splitlines()
            head = "\n".join(lines[each.lineno - 1 : each.body[0].end_lineno])
            body = "\n".join(lines[each.body[0].end_lineno : each.end_lineno])
            yield Mutant(
                f"{rule_id} {each.name} is not asked",
                str(path.relative_to(ROOT)),
                f"{head}\n{body}",
                f"{head}\n    return True\n{body}",
                GUARDS_OF_RULES[path.stem],
            )


GATE, LOCK, SESSION = "app/policy/gate.py", "app/policy/lock.py", "app/policy/session.py"
CUSTODY, READING = "app/policy/custody.py", "app/policy/reading.py"
MECHANISMS = (
    Mutant(
        "412 any version will do",
        "app/policy/grant.py",
        "if etag is None or not match.matches(etag):",
        "if False:",
        ("tests/policy/test_conditions.py",),
    ),
    Mutant(
        "412 an operation compares nothing",
        "app/policy/gate.py",
        "if self.match and request.method in REPLACING and not grant.conditions.compared:",
        "if False:",
        ("tests/policy/test_conditions.py",),
    ),
    Mutant(
        "TR-03 everybody tells for a district",
        LOCK,
        '"told": f"for insert to {APP} with check ({WITHIN})"',
        '"told": f"for insert to {APP} with check (true)"',
        ("tests/migrations",),
    ),
    Mutant(
        "TR-01 a scope narrows nothing",
        GATE,
        "if principal.scopes is not None and action.value not in principal.scopes | ALWAYS:",
        "if False:",
        ("tests/me",),
    ),
    Mutant(
        "TR-02 any role will do",
        GATE,
        "if role in WHO_MAY[action]]\n    if not roles and not action.public:",
        "]\n    if not roles and not action.public:",
        ("tests/test_authority.py",),
    ),
    Mutant(
        "TR-02 what is remembered is believed",
        LOCK,
        "    if told.first() is None:\n        raise Stale",
        "    told.first()",
        ("tests/me", "tests/memberships", "tests/keys"),
    ),
    Mutant(
        "TR-02 what a reader is told is believed",
        "app/policy/reader.py",
        'if begun != "SELECT 1":',
        "if False:",
        ("tests/policy/test_readings.py", "tests/me"),
    ),
    Mutant(
        "TR-02 a revoked key still opens",
        FIRST,
        "and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())",
        "and (k.expires_at is null or k.expires_at > now())",
        ("tests/me", "tests/keys"),
    ),
    Mutant(
        "TR-02 an expired key still opens",
        FIRST,
        "and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())",
        "and k.revoked_at is null",
        ("tests/me", "tests/keys"),
    ),
    Mutant(
        "TR-02 a revoked membership still counts",
        FIRST,
        "where m.account_id = asker and revoked_at is null and valid_from",
        "where m.account_id = asker and valid_from",
        ("tests/me", "tests/memberships"),
    ),
    Mutant(
        "TR-02 a membership that is over still counts",
        FIRST,
        "where m.account_id = asker and revoked_at is null and valid_from <= now()"
        " and (valid_until is null or valid_until > now())",
        "where m.account_id = asker and revoked_at is null and valid_from <= now()",
        ("tests/me", "tests/memberships"),
    ),
    Mutant(
        "TR-02 another issuer names our accounts",
        "app/policy/callers.py",
        "if claims.issuer != self.own:",
        "if False:",
        ("tests/policy/test_callers.py",),
    ),
    Mutant(
        "TR-28 a tombstone keeps nothing shut",
        "app/sealing/master_keys.py",
        "if tombstone is not None and key_version <= tombstone.through:",
        "if False:",
        ("tests/shredding",),
    ),
    Mutant(
        "TR-28 keys are deleted before the tombstone stands",
        "app/shredding/service.py",
        "        self._grant.keys.bury(district_id, departure.key_version or 0)\n        return",
        "        return",
        ("tests/shredding",),
    ),
    Mutant(
        "TR-28 the database deletes keys while the hold lasts",
        "migrations/versions/2026_11_22_1620_keys_and_leaving.py",
        "(d.state = 'held' and d.held_until <= now())",
        "(d.state = 'held')",
        ("tests/shredding",),
    ),
    Mutant(
        "TR-29 a master key is forgotten that something needs",
        "app/data_keys/masters.py",
        "if needed := needs(await self._store.kept_under(), master_id):",
        "if needed := needs([], master_id):",
        ("tests/data_keys",),
    ),
    Mutant(
        "TR-29 a master key is forgotten that the vault's data key needs",
        MEMBERSHIPS,
        'op.execute(KEPT_UNDER.replace("OF_VAULT", OF_VAULT))',
        'op.execute(KEPT_UNDER.replace("OF_VAULT", ""))',
        ("tests/data_keys/test_vault_key.py",),
    ),
    Mutant(
        "TR-29 the vault's data key stays under the older master key",
        MEMBERSHIPS,
        "'00000000-0000-0000-0000-000000000000' and k.version",
        "'00000000-0000-0000-0000-000000000001' and k.version",
        ("tests/data_keys/test_vault_key.py",),
    ),
    Mutant(
        "TR-29 who is behind a figure opens beside another",
        "app/releases/seals.py",
        'return joined(b"c34/membership/1", cell_id.bytes)',
        'return joined(b"c34/membership/1")',
        ("tests/releases/test_sealed_releases.py",),
    ),
    Mutant(
        "TR-29 how many are behind a quantile shows in a dump",
        "app/releases/seals.py",
        "padding = bytes(MEMBER.size * (places - len(behind)))",
        'padding = b""',
        ("tests/releases/test_sealed_releases.py",),
    ),
    Mutant(
        "DR-05 a figure of which nobody is known to be behind counts for none",
        "app/releases/released.py",
        ".outerjoin(CellMembership, CellMembership.cell_id == Cell.id)",
        ".join(CellMembership, CellMembership.cell_id == Cell.id)",
        ("tests/releases/test_sealed_releases.py",),
    ),
    Mutant(
        "DR-05 sums that are gone are none",
        "app/releases/released.py",
        ".outerjoin(ReleaseSums, ReleaseSums.release_id == Release.id)",
        ".join(ReleaseSums, ReleaseSums.release_id == Release.id)",
        ("tests/releases/test_sealed_releases.py",),
    ),
    Mutant(
        "a worker goes on with an older master key",
        "app/sealing/master_keys.py",
        "        self.refresh()\n        return next(iter(self._ring.keys.values()))",
        "        return next(iter(self._ring.keys.values()))",
        ("tests/data_keys",),
    ),
    Mutant(
        "a data key is deleted that something needs",
        "migrations/versions/2026_11_22_1620_keys_and_leaving.py",
        "not exists (select from answers s",
        "true or not exists (select from answers s",
        ("tests/data_keys",),
    ),
    Mutant(
        "TR-03 first lock: a district's rows are everyone's",
        CUSTODY,
        "    near: ColumnElement[bool] = row.district_id == any_(districts)\n",
        "    return None\n    near: ColumnElement[bool] = row.district_id == any_(districts)\n",
        READINGS,
    ),
    Mutant(
        "TR-03 second lock: a district's rows are everyone's",
        FIRST,
        "create policy reach on submissions to c34_app using (district_id",
        "create policy reach on submissions to c34_app using (true or district_id",
        LOCKS,
    ),
    Mutant(
        "TR-04 first lock: sealed rows are everyone's",
        CUSTODY,
        "        own: ColumnElement[bool] = row.district_id == any_(districts)\n        return own",
        "        return None",
        LOCKS,
    ),
    Mutant(
        "TR-04 second lock: sealed rows need no membership",
        FIRST,
        "create policy reach on answers to c34_app using (district_id = any ((select"
        " nullif(current_setting('app.districts', true), ''))::uuid[]) and",
        "create policy reach on answers to c34_app using (district_id = any ((select"
        " nullif(current_setting('app.districts', true), ''))::uuid[]) or",
        LOCKS,
    ),
    Mutant(
        "TR-04 second lock: the requests' login reads every answer",
        FIRST,
        "create policy vault on answers for select to c34_release using (true)",
        "create policy vault on answers for select to c34_release, c34_app using (true)",
        LOCKS,
    ),
    Mutant(
        "TR-04 the seal opens for any action",
        "app/policy/seal.py",
        "if not grant.action.opens_vault:",
        "if False:",
        LOCKS,
    ),
    Mutant(
        "TR-04 what the vault keeps is in readings",
        CUSTODY,
        "    if custody is Vaulted:\n        return false()",
        "    if custody is Vaulted:\n        return None",
        LOCKS,
    ),
    Mutant(
        "TR-05 out of reach is told apart",
        "app/districts/repository.py",
        "        if district is None:\n            raise NotFound\n        return district\n\n"
        "    async def named",
        "        if district is None:\n            raise Conflict\n        return district\n\n"
        "    async def named",
        ("tests/districts", "tests/test_authority.py"),
    ),
    Mutant(
        "TR-06 what is done is not recorded",
        "app/policy/grant.py",
        "        self.session.add(\n            LedgerEntry(",
        "        (\n            LedgerEntry(",
        ("tests/ledger", "tests/memberships", "tests/releases"),
    ),
    Mutant(
        "TR-06 a refusal is not recorded",
        GATE,
        "                await house.recorder.refused(",
        "                await _no_one(",
        ("tests/ledger",),
    ),
    Mutant(
        "TR-06 the ledger can be rewritten",
        FIRST,
        "create policy added on ledger for insert to c34_app, c34_release with check (true)",
        "create policy added on ledger to c34_app, c34_release using (true) with check (true)",
        LOCKS,
    ),
    Mutant(
        "TR-06 the sealer passes over what commits late",
        SEALED,
        "high := pg_snapshot_xmin(pg_current_snapshot());",
        "high := pg_snapshot_xmax(pg_current_snapshot());",
        ("tests/ledger/test_seal_ledger.py",),
    ),
    Mutant(
        "TR-06 two seal at once",
        SEALED,
        "if not pg_try_advisory_xact_lock(hashtextextended('ledger', 34)) then",
        "if false then",
        ("tests/ledger/test_seal_ledger.py",),
    ),
    Mutant(
        "TR-06 a column of an entry is not sealed",
        SEALED,
        "'detail', detail, 'request_id', request_id",
        "'request_id', request_id",
        ("tests/ledger",),
    ),
    Mutant(
        "TR-06 a cut tail is not found",
        "app/ledger/examination.py",
        "            if batch > self._number:",
        "            if batch < 0:",
        ("tests/ledger/test_verify_ledger.py",),
    ),
    Mutant(
        "TR-06 a fork is not found",
        "app/ledger/examination.py",
        "        for signed in self._kept.get(number, ()):",
        "        for signed in ():",
        ("tests/ledger/test_verify_ledger.py",),
    ),
    Mutant(
        "TR-06 a signature is not verified",
        "app/identity/checkpoints.py",
        '    if not key.key.verify(signed.encode("ascii"), decode_part(signature)):',
        "    if False:",
        ("tests/ledger/test_verify_ledger.py",),
    ),
    Mutant(
        "TR-07 a district does not see who opened the vault",
        "app/policy/custody.py",
        "return or_(near, took_part(row, answered, districts))",
        "return near",
        ("tests/ledger/test_district_ledger.py",),
    ),
    Mutant(
        "TR-07 row security hides who opened the vault",
        SEALED,
        " or (district_id is null and subject like 'round:%' and subject = any (array(select concat('round:', s.round_id)"
        " from submissions s where s.district_id = any ((select nullif("
        "current_setting('app.districts', true), ''))::uuid[])))))",
        ")",
        ("tests/ledger/test_district_ledger.py",),
    ),
    Mutant(
        "TR-03 a district sees what others did in its rounds",
        "app/policy/custody.py",
        "and_(entry.district_id.is_(None), like, ",
        "and_(like, ",
        ("tests/ledger/test_district_ledger.py",),
    ),
    Mutant(
        "TR-27 a ledger names who asked for an introduction",
        "app/ledger/repository.py",
        "case((ANOTHERS, None), else_=column)",
        "case((ANOTHERS, column), else_=column)",
        ("tests/ledger/test_district_ledger.py",),
    ),
    Mutant(
        "TR-07 a district sees every round",
        "app/policy/custody.py",
        "select(func.array_agg(named)).where(answered.district_id == any_(districts))",
        "select(func.array_agg(named))",
        ("tests/ledger/test_district_ledger.py",),
    ),
    Mutant(
        "TR-25 a read of observations takes every district in reach",
        "app/observations/readings.py",
        'OF_DISTRICT: Final = Observation.district_id == bindparam("district")',
        "OF_DISTRICT: Final = Observation.district_id.is_not(None) |"
        ' (Observation.district_id == bindparam("district"))',
        ("tests/observations/test_read_observations.py",),
    ),
    Mutant(
        "TR-25 the distance of another district looks like one without an answer",
        "app/distances/repository.py",
        "        if aimed is None or district_id not in self._reach.districts:",
        "        if aimed is None:",
        ("tests/distances/test_distance.py",),
    ),
    Mutant(
        "TR-25 a share is marked as one's own whatever was reported",
        "app/releases/beside.py",
        "own=cell.category == chosen",
        "own=chosen is not None",
        ("tests/releases/test_beside.py",),
    ),
    Mutant(
        "TR-25 a trend shows this period's own figure for the earlier one",
        "app/releases/beside.py",
        "before=in_panel(before, own.content_then(before))",
        "before=in_panel(before, content)",
        ("tests/releases/test_beside.py",),
    ),
    Mutant(
        "TR-05 a district out of reach has an empty list",
        "app/policy/reach.py",
        "        if not self.covers(place):",
        "        if False:",
        ("tests/observations/test_read_observations.py",),
    ),
    Mutant(
        "lock: an upsert goes beyond the reach",
        "app/policy/grant.py",
        "        if not self.reach.covers(district):",
        "        if False:",
        ("tests/observations/test_locks_of_observations.py",),
    ),
    Mutant(
        "lock: row security lets an upsert into another district",
        SECOND,
        "create policy reach on observations to c34_app using (district_id",
        "create policy reach on observations to c34_app using (true or district_id",
        ("tests/observations/test_locks_of_observations.py",),
    ),
    Mutant(
        "an upsert keeps no history",
        "app/policy/upserting.py",
        "from news where known is not null\n",
        "from news where false\n",
        ("tests/observations/test_put_observations.py",),
    ),
    Mutant(
        "an upsert is not followed",
        "app/policy/upserting.py",
        "coalesce(was + 1, 1), $3 from news\n",
        "coalesce(was + 1, 1), $3 from news where known is null\n",
        ("tests/observations/test_put_observations.py",),
    ),
    Mutant(
        "TR-15 a target is compared across an era break",
        "app/measuring/status.py",
        "if not all(each.comparable_with(observed.definition) for each in target.definitions):",
        "if False:",
        ("tests/targets/test_standing.py", "tests/measuring/test_status.py"),
    ),
    Mutant(
        "TR-15 the database lets an edition be changed",
        SECOND,
        '"grant select, insert on measure_editions to c34_app"',
        '"grant select, insert, update, delete on measure_editions to c34_app"',
        ("tests/measures/test_editions.py",),
    ),
    Mutant(
        "TR-16 an override takes the place of the status",
        "app/targets/charts.py",
        "        **told(judgement),\n",
        '        **told(judgement) | ({} if override is None else {"status": override.says}),\n',
        ("tests/targets/test_override.py",),
    ),
    Mutant(
        "TR-17 what is left over of a group is not looked at",
        "app/small_cells/cells.py",
        "left_over = (denominator - numerator,) if numerator <= denominator else ()",
        "left_over = ()",
        ("tests/small_cells",),
    ),
    Mutant(
        "TR-17 sums are looked at one by one",
        "app/small_cells/audit.py",
        "        yield from reduced(rows)",
        "        yield from ()",
        ("tests/small_cells",),
    ),
    Mutant(
        "TR-17 several withheld cells may be few together",
        "app/small_cells/audit.py",
        "            elif told and one_sign(row):",
        "            elif False:",
        ("tests/small_cells",),
    ),
    Mutant(
        "TR-17 those whom nobody entered may be few",
        "app/small_cells/audit.py",
        "                if self._is_small_group(sums.figures[node]):",
        "                if False:",
        ("tests/small_cells",),
    ),
    Mutant(
        "TR-17 what was withheld once may be told later",
        "app/small_cells/audit.py",
        "(self._shown if snapshot[cell].shown else self._withheld).add(name)",
        "self._shown.add(name) if snapshot[cell].shown else None",
        ("tests/small_cells",),
    ),
    Mutant(
        "TR-17 earlier reports are forgotten",
        "app/reports/withholding.py",
        "chosen[name] = withheld(table.before, table.figures, is_small)",
        "chosen[name] = withheld((), table.figures, is_small)",
        ("tests/reports",),
    ),
    Mutant(
        "TR-17 withdrawn reports are forgotten",
        "app/reports/repository.py",
        "            .where(table.in_(names))",
        "            .where(table.in_(names), ProgressReport.withdrawn_at.is_(None))",
        ("tests/reports",),
    ),
    Mutant(
        "TR-17 a withheld cell has its numbers",
        "app/reports/content.py",
        "        if self.keeps(row):\n            status",
        "        if False:\n            status",
        ("tests/reports",),
    ),
    Mutant(
        "TR-17 the status of a withheld value is told",
        "app/reports/standing.py",
        "if row is not None and (hidden or without_baseline):",
        "if row is not None and without_baseline:",
        ("tests/reports",),
    ),
    Mutant(
        "TR-17 the status beside a withheld baseline is told",
        "app/reports/standing.py",
        "if row is not None and (hidden or without_baseline):",
        "if row is not None and hidden:",
        ("tests/reports",),
    ),
    Mutant(
        "TR-17 the flag beside a withheld value is told",
        "app/reports/content.py",
        "if override is None or hidden or without_baseline:",
        "if override is None:",
        ("tests/reports",),
    ),
    Mutant(
        "TR-17 a withheld baseline is told",
        "app/reports/content.py",
        "baseline_value=None if withheld else target.baseline_value,",
        "baseline_value=target.baseline_value,",
        ("tests/reports",),
    ),
    Mutant(
        "TR-03 a report of another district is withdrawn",
        "app/reports/repository.py",
        "if report is None or not self._reach.covers(report.district_id):",
        "if report is None:",
        ("tests/reports",),
    ),
    Mutant(
        "TR-29 a kept answer is not sealed",
        "app/policy/idempotency.py",
        "return self._seal.seal(len(told)",
        "return (lambda body, aad: body)(len(told)",
        ("tests/policy/test_idempotency.py",),
    ),
    Mutant(
        "TR-29 a secret is kept",
        "app/policy/idempotency.py",
        "body = without_secrets(bytes(response.body))",
        "body = bytes(response.body)",
        ("tests/policy/test_idempotency.py",),
    ),
    Mutant(
        "DR-02 a share of more than the cap is let out",
        "app/disclosure/dominance.py",
        "parts[0] * PERCENT > cap * sum(parts)",
        "parts[0] * PERCENT > cap * sum(parts) * 4",
        ("tests/disclosure/test_dominance.py",),
    ),
    Mutant(
        "DR-03 the second largest is taken to know nothing",
        "app/disclosure/dominance.py",
        "parts[coalition + 1 :]",
        "parts[coalition:]",
        ("tests/disclosure/test_dominance.py",),
    ),
    Mutant(
        "DR-04 who is left over is not counted",
        "app/disclosure/dominance.py",
        "min(those, left) < fewest",
        "those < fewest",
        ("tests/disclosure/test_dominance.py",),
    ),
    Mutant(
        "DR-08 no insider is asked about",
        "app/disclosure/attack.py",
        "if more <= 0:",
        "if more <= 1:",
        ("tests/disclosure/test_intervals.py",),
    ),
    Mutant(
        "DR-07 halves leave the one in the middle",
        "app/disclosure/quantiles.py",
        "    if n % 2:\n        yield window\n        return\n",
        "    if n < 0:\n        return\n",
        ("tests/disclosure/test_quantiles.py",),
    ),
    Mutant(
        "DR-07 a median of ten",
        "app/disclosure/quantiles.py",
        "if n >= 2 * width + 1:",
        "if n >= 2 * width:",
        ("tests/disclosure/test_quantiles.py",),
    ),
    Mutant(
        "DR-07 a window of one administration",
        "app/disclosure/quantiles.py",
        "if len(setting.hidden(each.column for each in within)) >= setting.fewest:",
        "if within:",
        ("tests/disclosure/test_quantiles.py",),
    ),
    Mutant(
        "DR-09 one change goes alone",
        "app/disclosure/batches.py",
        "return Renewal.RENEWED if enough else Renewal.HELD",
        "return Renewal.RENEWED",
        ("tests/disclosure/test_batches.py",),
    ),
    Mutant(
        "DR-09 a correction is no change",
        "app/disclosure/batches.py",
        "changed = before ^ now",
        "changed = {each for each in before ^ now if not each.version}",
        ("tests/disclosure/test_batches.py",),
    ),
    Mutant(
        "DR-10 a panel of whoever answered first",
        "app/disclosure/panels.py",
        "if all(each in other for other in others)]",
        "if all(each in other for other in others[:0])]",
        ("tests/disclosure/test_panels.py",),
    ),
    Mutant(
        "DR-05 a total stands alone beside its parts",
        "app/releases/deciding.py",
        "    certain, doubted = ties_of(sums)",
        "    certain, doubted = [], []",
        ("tests/releases/test_families.py",),
    ),
    Mutant(
        "DR-05 who lacks a part adds up for certain",
        "app/releases/families.py",
        "yield Added(total.column, columns, whole)",
        "yield Added(total.column, columns, True)",
        ("tests/releases/test_families.py",),
    ),
    Mutant(
        "DR-05 what is in doubt does not add up",
        "app/disclosure/system.py",
        "if setting.doubted:",
        "if False:",
        ("tests/disclosure/test_ties.py",),
    ),
    Mutant(
        "DR-08 a total is told by its parts",
        "app/disclosure/attack.py",
        "return solved(ties, unknown) if ties else {}",
        "return {}",
        ("tests/disclosure/test_intervals.py",),
    ),
    Mutant(
        "DR-11 all parts are known and the total is not",
        "app/disclosure/identities.py",
        "        known |= follows",
        "        known |= set()",
        ("tests/disclosure/test_ties.py",),
    ),
    Mutant(
        "DR-11 a consent to what no figure tells is not judged by what follows from it",
        "app/disclosure/consents.py",
        "if not reached and all(fresh.isdisjoint(tie) for tie in tied):",
        "if not reached:",
        ("tests/disclosure/test_ties.py",),
    ),
    Mutant(
        "DR-05 an edition breaks a total down as it likes",
        "app/instruments/service.py",
        "        if faults:\n            raise invalid(faults)\n        instrument",
        "        instrument",
        ("tests/releases/test_breakdowns.py",),
    ),
    Mutant(
        "DR-10 a trend goes from what is confidential to a public fact",
        "app/releases/periods.py",
        '"factor", "disclosure", "counts_students"',
        '"factor", "counts_students"',
        ("tests/releases/test_periods.py",),
    ),
    Mutant(
        "DR-11 all but one may be known",
        "app/disclosure/consents.py",
        "if any(len(after.hidden(figure.weights)) < setting.fewest for figure in reached):",
        "if False:",
        ("tests/disclosure/test_consents.py",),
    ),
    Mutant(
        "DR-11 figures are not taken from each other",
        "app/disclosure/consents.py",
        "return Consent(REFUSED[audit(published, after, seed=seed).outcome])",
        "return Consent(None)",
        ("tests/disclosure/test_consents.py",),
    ),
    Mutant(
        "DR-12 an outcome is 0 %",
        "app/disclosure/prevalence.py",
        "tell = clipped if outcome else tenth",
        "tell = tenth",
        ("tests/disclosure/test_prevalence.py",),
    ),
    Mutant(
        "DR-12 outcomes of five",
        "app/disclosure/prevalence.py",
        "if outcome or len(hidden) < fineness.bands:",
        "if len(hidden) < fineness.bands:",
        ("tests/disclosure/test_prevalence.py",),
    ),
    Mutant(
        "DR-12 a band of nobody",
        "app/disclosure/prevalence.py",
        "if share < FEW:",
        "if not share:",
        ("tests/disclosure/test_prevalence.py",),
    ),
    Mutant(
        "DR-13 cost data a day too early",
        "app/disclosure/ages.py",
        "return today >= ripe_on(",
        "return today >= timedelta(days=-1) + ripe_on(",
        ("tests/disclosure/test_ages.py",),
    ),
    Mutant(
        "DR-15 any cell will do",
        "app/disclosure/certificates.py",
        "elif not has_hash(cell, members, certified[name]):",
        "elif False:",
        ("tests/disclosure/test_certificates.py",),
    ),
    Mutant(
        "DR-15 a missing cell is not missed",
        "app/disclosure/certificates.py",
        "for name in certified if name not in shown]",
        "for name in certified if name in ()]",
        ("tests/disclosure/test_certificates.py",),
    ),
    Mutant(
        "DR-15 anybody is included",
        "app/disclosure/certificates.py",
        'if not is_included(own, Proof(answer["place"], path), root, places):',
        "if False:",
        ("tests/disclosure/test_certificates.py",),
    ),
    Mutant(
        "DR-15 any signature holds",
        "app/disclosure/signatures.py",
        "    except InvalidSignature:\n        return False",
        "    except InvalidSignature:\n        return True",
        ("tests/disclosure/test_certificates.py",),
    ),
    Mutant(
        "DR-15 the size of a tree tells who took part",
        "app/disclosure/inclusion.py",
        "size = 1 << max(places - 1, 0).bit_length()",
        "size = 1 << max(len(leaves) - 1, 0).bit_length()",
        ("tests/disclosure/test_inclusion.py",),
    ),
    Mutant(
        "DR-09 first lock: a frozen row changes",
        SESSION,
        "if isinstance(row, FROZEN) and row not in new:",
        "if False:",
        LOCKS,
    ),
    Mutant(
        "DR-09 first lock: anybody publishes",
        SESSION,
        "or (release and not isinstance(row, Witnessed))",
        "or not isinstance(row, Witnessed)",
        LOCKS,
    ),
    Mutant(
        "DR-09 second lock: a released cell changes",
        FIRST,
        "create policy release on cells for insert to c34_release with check (true)",
        "create policy release on cells to c34_release using (true) with check (true)",
        LOCKS,
    ),
    Mutant(
        "lock: rows are written beyond the reach",
        SESSION,
        "        if not may_write(row, reach, release=release):",
        "        if False:",
        LOCKS,
    ),
    Mutant(
        "lock: plain statements run",
        SESSION,
        "    if not state.is_orm_statement:",
        "    if False:",
        LOCKS,
    ),
    Mutant(
        "lock: statements add rows",
        SESSION,
        "    if state.is_insert:",
        "    if False:",
        LOCKS,
    ),
    Mutant(
        "lock: an account gives itself a role",
        FIRST,
        "create policy own on memberships for select to c34_app, c34_release",
        "create policy own on memberships to c34_app, c34_release",
        LOCKS,
    ),
    Mutant(
        "lock: row security is not forced",
        FIRST,
        '"alter table answers force row level security",',
        "",
        ("tests/migrations",),
    ),
    Mutant(
        "lock: a read may write",
        "app/policy/reader.py",
        'BEGIN: Final = "begin isolation level repeatable read read only"',
        'BEGIN: Final = "begin isolation level repeatable read read write"',
        READINGS,
    ),
    Mutant(
        "lock: text is let into a reading",
        READING,
        "    setattr(WithinReach, _hook, WithinReach.refuse)",
        "    pass",
        READINGS,
    ),
    Mutant(
        "lock: any function is let into a reading",
        READING,
        "        if func.name not in FUNCTIONS:",
        "        if False:",
        READINGS,
    ),
    Mutant(
        "lock: a powerful login may serve",
        "app/policy/logins.py",
        "            if fault:",
        "            if False:",
        LOCKS,
    ),
    Mutant(
        "lock: one login serves for both",
        "app/policy/logins.py",
        "        if release.itself is not vault:",
        "        if False:",
        LOCKS,
    ),
    Mutant(
        "lock: a member of the vault's login serves",
        "app/policy/logins.py",
        "        if release.member and not vault:",
        "        if False:",
        LOCKS,
    ),
    Mutant(
        "TR-05 another district's dashboard is told apart",
        "app/dashboards/repository.py",
        "        if asked.district not in self._reach.districts:",
        "        if False:",
        DASHBOARDS,
    ),
    Mutant(
        "TR-24 a dashboard shows what was released to who did not share",
        "app/dashboards/released.py",
        "if has_shared.holds(standing_of([each], today, staff=False))",
        "if True",
        DASHBOARDS,
    ),
    Mutant(
        "dashboard: its tag leaves out what the district wrote",
        TAGS,
        'for name in ("own", "common", "shared")',
        'for name in ("common", "shared")',
        DASHBOARDS,
    ),
    Mutant(
        "dashboard: its tag leaves out what all have in common",
        TAGS,
        'for name in ("own", "common", "shared")',
        'for name in ("own", "shared")',
        DASHBOARDS,
    ),
    Mutant(
        "dashboard: its tag leaves out what was attested",
        TAGS,
        'for name in ("own", "common", "shared")',
        'for name in ("own", "common")',
        DASHBOARDS,
    ),
    Mutant(
        "dashboard: a target is kept as it was",
        "app/dashboards/written.py",
        '"edition", "target_id", "target_version"),',
        '"edition", "target_id"),',
        DASHBOARDS,
    ),
    Mutant(
        "dashboard: an observation is kept as it was",
        "app/dashboards/written.py",
        '*("newest_id", "newest_version", "override_id", "override_version"),',
        '*("newest_id", "override_id", "override_version"),',
        DASHBOARDS,
    ),
    Mutant(
        "dashboard: a flag is kept as it was",
        "app/dashboards/written.py",
        '*("newest_id", "newest_version", "override_id", "override_version"),',
        '*("newest_id", "newest_version", "override_id"),',
        DASHBOARDS,
    ),
    Mutant(
        "TR-04 a prefill is for everyone in the district",
        "app/policy/actions.py",
        "Action.PREFILL_READ: STEWARD,",
        "Action.PREFILL_READ: DISTRICT,",
        ("tests/links",),
    ),
    Mutant(
        "gate: a grant is minted anywhere",
        "app/policy/grant.py",
        "        if seal is not _SEAL:",
        "        if False:",
        LOCKS,
    ),
    Mutant(
        "gate: an endpoint needs no authority",
        "app/main.py",
        "if isinstance(route, APIRoute) and len(gates_of(route.dependant)) != 1:",
        "if False:",
        LOCKS,
    ),
    Mutant(
        "gate: what must happen once needs no key",
        "app/policy/idempotency.py",
        "        if required:",
        "        if False:",
        ("tests/policy/test_idempotency.py",),
    ),
    Mutant(
        "DR-06 the least important goes first",
        "app/disclosure/taking.py",
        "self.keys, self.groups = list(places), [tuple(each) for each in places.values()]",
        "self.keys, self.groups = list(places)[::-1], [tuple(each) for each in places.values()][::-1]",
        ("tests/disclosure/test_planner.py",),
    ),
    Mutant(
        "DR-06 several come back for one that tells more than they do",
        "app/disclosure/trading.py",
        "told >= self.widths[one]",
        "told >= 0",
        ("tests/disclosure/test_planner.py",),
    ),
    Mutant(
        "DR-06 a firm one is given up",
        "app/disclosure/trading.py",
        "return {*resting} | self.firm | self.taking.doubted",
        "return {*resting} | self.taking.doubted",
        ("tests/disclosure/test_planner.py",),
    ),
    Mutant(
        "DR-06 the figure of the whole consortium is given up for groups",
        "app/releases/deciding.py",
        "firm={name for name, place in left.items() if self._is_firm(self._cells[place])}",
        "firm=set()",
        ("tests/releases/test_deciding.py",),
    ),
    Mutant(
        "DR-06 a total is given up for its parts",
        "app/releases/deciding.py",
        "return cell.group is None or (len(self._family) > 1 and cell.item.part_of is None)",
        "return cell.group is None",
        ("tests/releases/test_families.py",),
    ),
    Mutant(
        "DR-06 values decide in a trade",
        "app/releases/deciding.py",
        "return 0 if any(name.statistic.is_quantile for name in names) else TRADES",
        "return TRADES",
        ("tests/releases/test_deciding.py",),
    ),
    Mutant(
        "TR-26 a revoked consent shows on",
        "app/consents/standing.py",
        "(consent.revoked_at.is_(None), or_(",
        "(or_(consent.given_at.is_not(None)), or_(",
        ("tests/consents",),
    ),
    Mutant(
        "TR-26 a mutual consent asks for nothing in return",
        "app/consents/standing.py",
        "or_(Consent.mutual.is_(False), returned),",
        "Consent.mutual.is_not(None),",
        ("tests/consents",),
    ),
    Mutant(
        "TR-27 as many introductions wait as are asked for",
        "app/introductions/repository.py",
        "                Introduction.closes_at > at,",
        "                Introduction.closes_at < at,",
        ("tests/introductions",),
    ),
)


FOLLOWED, OUTBOX = "app/policy/changes.py", "app/policy/outbox.py"
FOLLOWING = ("tests/changes", "tests/policy/test_changes.py")
LATER = tuple(f"tests/jobs/test_{each}.py" for each in ("ask_later", "do_later", "worker"))
FEED_AND_JOBS = (
    Mutant(
        "TR-03 first lock: a district's changes are everyone's",
        CUSTODY,
        "return or_(row.district_id == EVERYBODYS, row.district_id == any_(districts))",
        "return None",
        LOCKS,
    ),
    Mutant(
        "TR-03 second lock: a district's changes are everyone's",
        SECOND,
        "create policy followed on changes for select to c34_app, c34_release using (district_id",
        "create policy followed on changes for select to c34_app, c34_release using (true or"
        " district_id",
        LOCKS,
    ),
    Mutant(
        "feed: a write leaves no change",
        SESSION,
        "    follow(session)",
        "    pass",
        FOLLOWING,
    ),
    Mutant(
        "feed: statements change what is followed",
        SESSION,
        'if changed is not None and hasattr(changed.class_, "follows"):',
        "if False:",
        FOLLOWING,
    ),
    Mutant(
        "feed: what goes with a row is not told",
        FOLLOWED,
        'if constraint.ondelete == "CASCADE" and',
        "if False and",
        FOLLOWING,
    ),
    Mutant(
        "feed: writers of a district do not take turns",
        FOLLOWED,
        "        take_turns(session, {change.district_id for change in made})",
        "        pass",
        FOLLOWING,
    ),
    Mutant(
        "feed: what may still be added to is shown",
        "app/changes/repository.py",
        "        Change.xid < SETTLED,\n",
        "",
        FOLLOWING,
    ),
    Mutant(
        "feed: a cursor outlives its reach",
        "app/policy/reader.py",
        '"districts": reach.districts, ',
        "",
        FOLLOWING,
    ),
    Mutant(
        "TR-01 a job has every scope",
        OUTBOX,
        "return Principal(job.account_id, job.key_id, scopes)",
        "return Principal(job.account_id, job.key_id, None)",
        LATER,
    ),
    Mutant(
        "TR-02 a job needs its key no more",
        OUTBOX,
        "return Principal(job.account_id, job.key_id, scopes)",
        "return Principal(job.account_id, None, scopes)",
        LATER,
    ),
    Mutant(
        "TR-29 what a job may do is not in its seal",
        OUTBOX,
        "return joined(part, *who, job.action.encode(), job.kind.encode())",
        "return joined(part, job.id.bytes)",
        LATER,
    ),
    Mutant(
        "TR-29 what was asked for stays",
        OUTBOX,
        '            "asked": NOTHING,\n',
        "",
        LATER,
    ),
    Mutant(
        "jobs: a worker waits for another to take its job",
        TAKEN,
        "limit 1 for update skip locked)\n    update",
        "limit 1 for update)\n    update",
        LATER,
    ),
    Mutant(
        "jobs: a worker takes what another holds",
        TAKEN,
        "           and (w.leased_until is null or w.leased_until < now())\n         order",
        "         order",
        LATER,
    ),
    Mutant(
        "jobs: a worker that was believed dead ends a job",
        OUTBOX,
        "Job.attempts == taken.attempt, ",
        "",
        LATER,
    ),
    Mutant(
        "jobs: what is to be stopped ends all the same",
        OUTBOX,
        ".where(Job.cancel_asked.is_(False))",
        "",
        LATER,
    ),
    Mutant(
        "jobs: the end of a job is not written with its work",
        "app/policy/attempt.py",
        "                await self._outbox.complete(session, self.job, outcome)",
        "                await session.flush()",
        LATER,
    ),
    Mutant(
        "jobs: a job is begun for ever",
        "app/policy/working.py",
        "elif taken.attempt > ATTEMPTS:",
        "elif False:",
        LATER,
    ),
)


def appended(name: str, file: str, line: str) -> Mutant:
    """Break an import contract by one line at the end of a module's docstring."""
    first = (ROOT / file).read_text().split("\n\n", 1)[0]
    return Mutant(f"contract: {name}", file, f"{first}\n\n", f"{first}\n\n{line}\n", CONTRACTS)


WALLS = (
    appended("layers", "app/districts/service.py", "import app.rounds.models"),
    appended("a repository beyond its service", "app/me/router.py", "import app.me.repository"),
    appended("a service beyond its access list", "app/main.py", "import app.districts.service"),
    appended("SQL in a router", "app/districts/router.py", "import sqlalchemy"),
    appended("tables in a router", "app/districts/router.py", "import app.districts.models"),
    appended("a session in a noun", "app/districts/service.py", "import app.policy.session"),
    appended("a reader in a noun", "app/districts/repository.py", "import app.policy.reader"),
    appended("a driver in a noun", "app/districts/repository.py", "import asyncpg"),
    appended("the seal outside the vault", "app/releases/service.py", "import app.policy.seal"),
    appended("a grant minted in a noun", "app/districts/service.py", "import app.policy.grant"),
)


def all_mutants() -> list[Mutant]:
    """List every breakage, in the order in which they are made."""
    return [*rules_taken_away(), *MECHANISMS, *FEED_AND_JOBS, *WALLS]


def copy_of_project(into: Path) -> Path:
    """Copy what the tests need, without what they make."""
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in COPIED:
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, into / name, ignore=ignored)
    for name in FILES:
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, into / name)
    return into


def run(guards: Iterable[str], at: Path) -> tuple[bool, str]:
    """Run guards in a copy, and say whether they all passed, with the end of what they said."""
    programs = Path(sys.executable).parent
    if tuple(guards) == CONTRACTS:
        command = [str(programs / "lint-imports"), "--no-cache"]
    else:
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *guards]
    told = os.environ | {"PYTHONPATH": str(at), "PYTHONDONTWRITEBYTECODE": "1"}
    told.pop("C34_SLOW", None)  # what is broken is missed by a quick test
    done = subprocess.run(
        command, cwd=at, env=told, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    return done.returncode == 0, (done.stdout + done.stderr)[-2000:]


def survives(mutant: Mutant) -> str | None:
    """Break a copy, and say what is wrong unless its guards fail."""
    with tempfile.TemporaryDirectory() as folder:
        at = copy_of_project(Path(folder))
        path = at / mutant.file
        source = path.read_text()
        if source.count(mutant.old) != 1:
            return f"{mutant.name}: its place stands {source.count(mutant.old)} times, not once"
        path.write_text(source.replace(mutant.old, mutant.new))
        passed, _ = run(mutant.guards, at)
    return f"{mutant.name}: nobody missed it ({', '.join(mutant.guards)})" if passed else None


TESTED, MINUTES, LATE = "--tested", "--minutes=", "had no time"
STRIDE = 97
"""How far the first mutant of a day is from that of the day before."""


def main(words: list[str]) -> int:
    """Run the mutants whose name has one of the words, or all; return how many went unmissed.

    With ``--tested`` it is believed that every guard passes unbroken: the tests were run before.
    With ``--minutes=N`` no mutant is begun after so long, and it is told how many were not; who is
    first changes each day, so that all have their turn.
    """
    mutants = all_mutants()
    tested = TESTED in words
    minutes = [float(word.removeprefix(MINUTES)) for word in words if word.startswith(MINUTES)]
    words = [word for word in words if not word.startswith("--")]
    if words:
        mutants = [each for each in mutants if any(word in each.name for word in words)]
    with tempfile.TemporaryDirectory() as folder:
        at = copy_of_project(Path(folder))
        for guards in (sorted({g for m in mutants for g in m.guards} - set(CONTRACTS)), CONTRACTS):
            passed, said = run(guards, at) if guards and not tested else (True, "")
            if not passed:
                sys.stdout.write(f"{said}\nThe guards fail unbroken: mend them first.\n")
                return 1
    first = datetime.now(UTC).toordinal() * STRIDE % len(mutants) if minutes else 0
    until = monotonic() + 60 * minutes[0] if minutes else inf

    def in_time(mutant: Mutant) -> str | None:
        return survives(mutant) if monotonic() < until else LATE

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        said_of = list(pool.map(in_time, [*mutants[first:], *mutants[:first]]))
    faults = [fault for fault in said_of if fault not in {None, LATE}]
    late, caught = said_of.count(LATE), said_of.count(None)
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    sys.stdout.write(f"mutants: {caught} caught, {len(faults)} not, {late} had no time\n")
    return len(faults)


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
