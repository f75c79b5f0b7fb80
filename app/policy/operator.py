"""The operator: a principal for work that nobody sent over HTTP, through the same gate.

It is no row of the database and has no key, so that nobody can call as it. It holds no role either:
what it may do is one table, and row security, which opens sealed and published rows to members
alone, keeps both closed to it. It wraps data keys anew as the vault's login, and opens no answer.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeVar

from app.policy.actions import OPERATOR_MAY, Action
from app.policy.gate import House, entered
from app.policy.grant import Grant
from app.policy.principal import OPERATOR
from app.policy.reach import Reach
from app.problems import Problem, Refused

T = TypeVar("T")


def operator_reach(action: Action) -> Reach:
    """Let the operator reach the whole consortium for what it may do, or refuse it."""
    if action not in OPERATOR_MAY:
        raise Refused(f"The operator may not {action.value}.", rule="TR-02")
    return Reach((), whole_consortium=True, account=OPERATOR.account)


@asynccontextmanager
async def operator_grant(house: House, action: Action) -> AsyncIterator[Grant]:
    """Open the one transaction of an action of the operator; a refusal is recorded (TR-06)."""
    try:
        async with entered(house, OPERATOR, action, operator_reach(action)) as grant:
            yield grant
    except Problem as problem:
        if problem.rule is not None:
            await house.recorder.refused(OPERATOR, action, problem.rule, None)
        raise


def operated(
    thing: Callable[[Grant], T], action: Action
) -> Callable[[House], AbstractAsyncContextManager[T]]:
    """Make the way in for the operator to ``thing`` under ``action``: an access list names it."""

    @asynccontextmanager
    async def opened(house: House) -> AsyncIterator[T]:
        async with operator_grant(house, action) as grant:
            yield thing(grant)

    return opened
