"""The gate: decides, mints the grant, and hands over what was asked for."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from asyncpg import Pool
from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.paging import Marks
from app.policy.actions import WHO_MAY, Action, Opens
from app.policy.attempt import attempt_of
from app.policy.audit import Recorder
from app.policy.callers import Callers
from app.policy.grant import _SEAL, Conditions, Grant
from app.policy.holdings import Holdings, roles_in
from app.policy.idempotency import Keep, Memory, once
from app.policy.issuing import Issuing
from app.policy.lock import REVOKED, tell
from app.policy.outbox import REQUEST, Outbox
from app.policy.principal import ANYONE, Principal
from app.policy.probing import PROBES, heard_by
from app.policy.quotas import Quotas
from app.policy.reach import Reach
from app.policy.reader import Reader, reading_within
from app.policy.turns import Turns
from app.problems import InsufficientScope, Problem, Refused, Unauthenticated
from app.sealing import MasterKeys
from app.vocabulary import Role
from app.wire.headers import if_match, if_none_match
from app.wire.later import QUEUE, JobView
from app.wire.replaying import packed
from app.wire.route import KEEP

T = TypeVar("T")
QUEUED: Final = "c34.queued"
"""In the scope: the transaction of the request queues a job."""
REPLACING: Final = frozenset({"PATCH", "DELETE"})
"""Methods that change what is there; a PUT may also make what is not."""


@dataclass(frozen=True, slots=True)
class House:
    """What the gate works with; one for each application."""

    pool: Pool
    sessions: async_sessionmaker[AsyncSession]
    release_sessions: async_sessionmaker[AsyncSession]
    callers: Callers
    holdings: Holdings
    recorder: Recorder
    keys: MasterKeys
    memory: Memory
    marks: Marks
    issuing: Issuing
    quotas: Quotas
    outbox: Outbox
    turns: Turns


def reach_of(principal: Principal, held: str, action: Action) -> Reach:
    """Say how far what the principal holds carries this action, or refuse it."""
    if held == REVOKED:
        raise Unauthenticated
    if principal.scopes is not None and action.value not in principal.scopes | ALWAYS:
        raise InsufficientScope(scope=action.value, rule="TR-01")
    roles = [(role, place) for role, place in roles_in(held) if role in WHO_MAY[action]]
    if not roles and not action.public:
        raise Refused(f"None of your roles allows {action.value}.", rule="TR-02")
    if action.personal:
        roles = []
    return Reach(
        districts=tuple(sorted({place for _, place in roles if place is not None})),
        whole_consortium=any(role.reaches_all for role, _ in roles),
        account=principal.account,
        credential=principal.credential,
        held=held,
    )


ALWAYS: Final = frozenset(action.value for action in Action if action.public) | {Action.ME_READ}
"""What no scope takes away: what is public, and asking what one may do."""


class Gate:
    """A dependency that opens for one action and yields ``thing``, built from the grant.

    ``once`` insists on an Idempotency-Key, for what must not happen twice; ``match`` on If-Match,
    for what must not overwrite what its caller has not seen.
    """

    def __init__(
        self, thing: Callable[[Grant], T], action: Action, *, once: bool, match: bool
    ) -> None:
        self.thing = thing
        self.action = action
        self.once = once
        self.match = match

    async def knows(self, request: Request) -> bool:
        """Say whether the caller may ask this at all; the wire parses no other's body."""
        house: House = request.app.state.house
        if self.action.public or attempt_of(request) is not None:
            return True
        try:
            principal = await house.callers.identify(request)
        except Unauthenticated:
            return False
        if self.allows(principal, house.holdings.recall(principal)):
            return True
        return self.allows(principal, await house.holdings.learn(principal))

    def allows(self, principal: Principal, held: str) -> bool:
        """Say whether what the principal holds carries the action anywhere."""
        try:
            reach_of(principal, held, self.action)
        except Problem:
            return False
        return True

    async def __call__(self, request: Request) -> AsyncIterator[Any]:
        """Open for the caller or raise; what is refused is recorded after the roll-back."""
        house: House = request.app.state.house
        principal = ANYONE
        grant: Grant | None = None
        try:
            principal = await self.counted(house, request)
            async with self.opened(house, request, principal) as grant:
                yield self.thing(grant)
            if QUEUED in request.scope:
                house.outbox.queued.set()
        except Problem as problem:
            if problem.rule is not None or isinstance(problem, Refused | Unauthenticated):
                await house.recorder.refused(
                    principal,
                    self.action,
                    problem.rule,
                    request_id(request),
                    grant and grant.concerned,
                )
            raise

    async def counted(self, house: House, request: Request) -> Principal:
        """Find out who calls, and count the request: what comes of it does not matter.

        A job calls as who asked for it, and was counted then.
        """
        principal = ANYONE
        if (attempt := attempt_of(request)) is not None:
            request.scope["c34.principal"] = attempt.principal.account
            return attempt.principal
        try:
            if not self.action.public:
                principal = await house.callers.identify(request)
                request.scope["c34.principal"] = principal.account
        except Unauthenticated:
            house.quotas.count(request.scope, ANYONE, self.action)
            raise
        house.quotas.count(request.scope, principal, self.action)
        return principal

    @asynccontextmanager
    async def opened(
        self, house: House, request: Request, principal: Principal
    ) -> AsyncIterator[Grant]:
        """Decide on what is remembered of the caller; on a no, look and decide once more."""
        async with AsyncExitStack() as stack:
            held = "" if principal.anonymous else house.holdings.recall(principal)
            try:
                grant = await stack.enter_async_context(self.grant(house, request, principal, held))
            except (Refused, Unauthenticated):
                if principal.anonymous:
                    raise
                held = await house.holdings.learn(principal)
                grant = await stack.enter_async_context(self.grant(house, request, principal, held))
            yield grant

    @asynccontextmanager
    async def grant(
        self, house: House, request: Request, principal: Principal, held: str
    ) -> AsyncIterator[Grant]:
        """Decide first, then open what the action opens, for this request."""
        reach = reach_of(principal, held, self.action)
        headers = request.scope["headers"]
        conditions = Conditions(if_match(headers), if_none_match(headers))
        asked = request_id(request)
        async with entered(house, principal, self.action, reach, asked, conditions) as grant:
            if self.action.writes and request.method == "POST":
                request.scope[KEEP] = await self.keeping(house, request, grant)
                request.scope[QUEUE] = queueing(house, request, grant)
            yield grant
            if self.match and request.method in REPLACING and not grant.conditions.compared:
                raise TypeError(f"{self.action} compares no version with If-Match.")

    async def keeping(self, house: House, request: Request, grant: Grant) -> Keep | None:
        """Return what keeps the answer to come: for a job, or under an Idempotency-Key."""
        if (attempt := attempt_of(request)) is not None:
            return attempt.keeping(grant.session)
        who = grant.principal
        return await once(request, who, grant.session, house.memory, required=self.once)


def queueing(house: House, request: Request, grant: Grant) -> Callable[[], Awaitable[JobView]]:
    """Return what queues the request itself, to be done as a job."""

    async def queue() -> JobView:
        asked = packed(request.scope, await request.body())
        who, action = grant.principal, grant.action
        job = await house.outbox.queue(grant.session, who, action, REQUEST, asked)
        request.scope[QUEUED] = True
        return JobView.model_validate(job)

    return queue


@asynccontextmanager
async def entered(
    house: House,
    principal: Principal,
    action: Action,
    reach: Reach,
    request_id: str | None = None,
    conditions: Conditions | None = None,
) -> AsyncIterator[Grant]:
    """Open the one transaction of an action, within a reach that was decided; mint its grant."""
    asked = conditions or Conditions()
    heard = await heard_by(house.sessions, reach) if action in PROBES else {}

    def minted(rows: Reader | AsyncSession | Issuing | None) -> Grant:
        issuer = house.issuing.issuer
        told = (request_id, issuer.iss, asked, issuer.certificate, heard)
        return Grant(principal, action, reach, rows, house.keys, _SEAL, *told)

    if action.opens is Opens.NOTHING:
        yield minted(None)
    elif action.opens is Opens.ISSUER:
        yield minted(house.issuing)
    elif action.opens is Opens.READER:
        async with reading_within(house.pool, reach, house.marks, asked.none_match) as reader:
            yield minted(reader)
    else:
        vault = action.opens_vault
        sessions = house.release_sessions if vault else house.sessions
        with house.turns.taken(principal.account) if vault else nullcontext():
            async with sessions(info={"reach": reach}) as session, session.begin():
                await tell(session, reach)
                yield minted(session)


def request_id(request: Request) -> str | None:
    """Return the id that the wire gave the request."""
    told: str | None = request.scope.get("c34.request_id")
    return told


def allowed(
    thing: Callable[[Grant], T], action: Action, *, once: bool = False, match: bool = False
) -> Any:
    """Ask the gate for ``thing`` under ``action``; the commit precedes the response."""
    return Depends(Gate(thing, action, once=once, match=match), scope="function")


def may(held: str, principal: Principal) -> frozenset[Action]:
    """List what an account that holds this may ask, by its roles and its scopes."""
    roles = {role for role, _ in roles_in(held)} | {Role.PUBLIC}
    return frozenset(
        action
        for action, who in WHO_MAY.items()
        if who & roles and (principal.scopes is None or action.value in principal.scopes | ALWAYS)
    )
