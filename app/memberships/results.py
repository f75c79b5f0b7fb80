"""Tells what became of the rows of a batch, with the secrets of the keys that were made."""

from collections import Counter
from collections.abc import Iterator, Sequence

from app.memberships.intake import Admitted
from app.memberships.schemas import GrantBatchResult, GrantResult, GrantStatus
from app.wire.batch import BatchResult, RowResult, RowStatus


def told(done: BatchResult, admitted: Sequence[Admitted]) -> GrantBatchResult:
    """Tell what became of each row; ``admitted`` are those that did not fail, in their order."""
    outcomes = iter(admitted)
    results = [result_of(row, outcomes, tried=done.dry_run) for row in done.results]
    count = Counter(result.status for result in results)
    return GrantBatchResult(
        mode=done.mode,
        dry_run=done.dry_run,
        created=count[GrantStatus.CREATED],
        updated=count[GrantStatus.UPDATED],
        unchanged=count[GrantStatus.UNCHANGED],
        failed=count[GrantStatus.FAILED],
        results=results,
    )


def result_of(row: RowResult, outcomes: Iterator[Admitted], *, tried: bool) -> GrantResult:
    """Tell what became of one row; what was only tried has no id yet, where it would be new."""
    if row.status is RowStatus.FAILED:
        nothing = {"id": None, "account_id": None, "key_id": None, "secret": None}
        return GrantResult(
            index=row.index, status=GrantStatus.FAILED, problem=row.problem, **nothing
        )
    outcome = next(outcomes)
    made = None if tried else outcome.made
    return GrantResult(
        index=row.index,
        status=status_of(outcome),
        id=row.id,
        account_id=None if tried and outcome.new_account else outcome.account.account_id,
        key_id=None if made is None else made.key.id,
        secret=None if made is None else made.secret,
        problem=None,
    )


def status_of(outcome: Admitted) -> GrantStatus:
    """Name what a row came to."""
    if outcome.new_membership:
        return GrantStatus.CREATED
    return GrantStatus.UNCHANGED if outcome.made is None else GrantStatus.UPDATED
