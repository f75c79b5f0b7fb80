"""Giving and ending roles, one by one or many at once."""

from collections import Counter
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any
from uuid import UUID

from app.clock import now
from app.db import new_id
from app.memberships.intake import Admitted, Intake
from app.memberships.place import place_fault, refused_reference
from app.memberships.repository import MembershipRepository
from app.memberships.results import told
from app.memberships.schemas import GrantBatchResult, MembershipDraft, MembershipRow
from app.policy import Grant
from app.policy.holdings import Account, Membership
from app.policy.rules.roster import Place, keeps_the_consortium
from app.policy.superintended import require_own_giver, superintended
from app.problems import Conflict, Fault, Invalid
from app.vocabulary import LedgerOutcome
from app.wire.batch import Batch, BatchResult, Stored, carry_out

ROSTER = "roster"
"""The name of the lock under which roles are given, so that none is given twice."""


def nothing_to_undo() -> AbstractAsyncContextManager[None]:
    """Stand in for a savepoint: a row is decided in memory, and stored when all are."""
    return nullcontext()


class MembershipService:
    """Gives and ends roles in the organisations whose roster the caller keeps."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._memberships = MembershipRepository(grant)

    async def grant(self, draft: MembershipDraft) -> Membership:
        """Give a role, or raise ``Conflict`` where the account holds it already."""
        await self._grant.hold(ROSTER)
        account = await self._checked(draft)
        await require_own_giver(self._grant, account.district_id)
        if (account.id, draft.role) in await self._memberships.held([account.id]):
            raise Conflict("The account holds the role already.")
        membership = Membership(
            id=new_id(),
            account_id=account.id,
            district_id=account.district_id,
            role=draft.role,
            valid_from=draft.valid_from or now(),
            valid_until=draft.valid_until,
            granted_by=self._grant.principal.account,
        )
        await self._memberships.add(membership)
        self._record(membership)
        return membership

    async def revoke(self, membership_id: UUID) -> Membership:
        """End a role with the next request; one that has been ended stays as it is."""
        await self._grant.hold(ROSTER)
        membership = await self._memberships.get(membership_id)
        if membership.revoked_at is None:
            membership.revoked_at = now()
            await self._memberships.save()
            self._record(membership)
        return membership

    async def bring_in(self, batch: Batch[MembershipRow]) -> GrantBatchResult:
        """Register people, give them roles and make them keys, with a fixed number of statements.

        Raises ``Invalid`` with all faults, or what a rule refuses, where the batch is atomic.
        """
        await self._grant.hold(ROSTER)
        rows = [row.draft for row in batch.rows if row.draft is not None]
        known = await self._memberships.known(rows, self._grant.issuer)
        kept = await superintended(self._grant, set(known.districts.values()))
        intake = Intake(self._grant.principal, self._grant.reach, self._grant.issuer, known, kept)

        async def admit(row: MembershipRow) -> Stored:
            admitted = intake.admit(row)
            return Stored(admitted.membership.id, created=admitted.new_membership)

        done = await carry_out(batch, admit, nothing_to_undo)
        self._record_refusals(done)
        if not batch.dry_run:
            await self._store(intake.admitted)
        return told(done, intake.admitted)

    async def _checked(self, draft: MembershipDraft) -> Account:
        """Find the account of a draft, or raise ``Invalid`` with all that is wrong with it."""
        faults = [place_fault(draft.role, placed=draft.district_id is not None)]
        if draft.role.of_consortium and draft.district_id is None:
            keeps_the_consortium.require(Place(self._grant.reach, None))
        if draft.district_id is not None:
            there = await self._memberships.is_district(draft.district_id)
            if not there or not self._grant.reach.covers(draft.district_id):
                faults.append(refused_reference("/district_id"))
        account = await self._memberships.account(draft.account_id)
        if account is None:
            detail = "There is no such account."
            faults.append(Fault("/account_id", "unknown_reference", detail))
        elif account.district_id != draft.district_id:
            detail = "The account is of another organisation."
            faults.append(Fault("/account_id", "other_organisation", detail))
        if draft.valid_until is not None and draft.valid_until <= (draft.valid_from or now()):
            faults.append(Fault("/valid_until", "too_early", "It ends before it begins."))
        found = [fault for fault in faults if fault is not None]
        if account is None or found:
            raise Invalid("Faults in the request.", errors=found)
        return account

    async def _store(self, admitted: list[Admitted]) -> None:
        """Store what rows came to: accounts, then what they hold."""
        await self._memberships.add(*(each.account for each in admitted if each.new_account))
        await self._memberships.add(*(each.membership for each in admitted if each.new_membership))
        await self._memberships.add(*(each.made.key for each in admitted if each.made))
        for each in admitted:
            place = each.account.district_id
            about = {"account_id": str(each.account.account_id)}
            if each.new_account:
                self._grant.record(f"account:{each.account.account_id}", district=place)
            if each.new_membership:
                self._record(each.membership)
            if each.made is not None:
                detail = about | {"scopes": each.made.key.scopes}
                self._grant.record(f"key:{each.made.key.id}", district=place, detail=detail)

    def _record(self, membership: Membership) -> None:
        """Write down a change of a right."""
        self._grant.record(
            f"membership:{membership.id}",
            district=membership.district_id,
            detail={"account_id": str(membership.account_id), "role": membership.role.value},
        )

    def _record_refusals(self, done: BatchResult) -> None:
        """Write down how many rows each rule refused, where the others went on."""
        problems: list[Any] = [result.problem for result in done.results if result.problem]
        for rule, count in Counter(each.rule for each in problems if each.rule).items():
            self._grant.record(
                ROSTER, rule=rule, detail={"rows": count}, outcome=LedgerOutcome.REFUSED
            )
