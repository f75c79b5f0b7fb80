"""The application factory."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from app.accounts.router import service_accounts, users
from app.changes.router import router as changes
from app.charter.router import router as charter
from app.completeness.router import router as completeness
from app.consents.router import router as consents
from app.consortium.router import router as consortium
from app.consortium_targets.router import router as consortium_targets
from app.dashboards.router import router as dashboards
from app.data_keys.router import router as data_keys
from app.decisions.router import router as decisions
from app.departures.router import router as departures
from app.distances.router import router as distances
from app.districts.router import router as districts
from app.explaining.router import router as explaining
from app.exposures.router import router as exposures
from app.goals.router import router as goals
from app.health.router import router as health
from app.identity.issuer import LocalIssuer
from app.indicators.router import router as indicators
from app.instruments.router import router as instruments
from app.introductions.router import router as introductions
from app.jobs.kinds import kinds_of_jobs
from app.jobs.router import router as jobs
from app.keys.router import keys, own_keys
from app.ledger.router import router as ledger
from app.links.router import router as links
from app.me.router import router as me
from app.measures.router import router as measures
from app.meetings.router import router as meetings
from app.memberships.router import router as memberships
from app.observations.router import router as observations
from app.plans.router import router as plans
from app.policy import Action, Grant, allowed
from app.policy.actions import meaning
from app.policy.gate import Gate, House
from app.policy.idempotency import Replayed, answer_again
from app.policy.witness import Witness, witnessing
from app.policy.working import Worker, working
from app.practices.router import router as practices
from app.proceedings.router import router as proceedings
from app.releases.certificates_router import router as certificates
from app.releases.router import router as releases
from app.reports.router import router as reports
from app.rounds.router import router as rounds
from app.schools.router import router as schools
from app.settings import VERSION
from app.shredding.keeping import departures_kept
from app.submissions.router import router as submissions
from app.succession.router import router as succession
from app.targets.router import router as targets
from app.tokens.documents import TOKEN_PATH
from app.tokens.router import router as tokens
from app.topics.router import router as topics
from app.wire.answers import install_problem_handlers
from app.wire.body import Limits
from app.wire.middleware import Wire
from app.wire.nouns import Nouns
from app.wire.openapi import Authority, contract
from app.wire.pages import pages_router

ROUTERS: Sequence[APIRouter] = (
    health,
    me,
    ledger,
    charter,
    explaining,
    consortium,
    districts,
    users,
    service_accounts,
    memberships,
    keys,
    own_keys,
    tokens,
    meetings,
    proceedings,
    consortium_targets,
    distances,
    topics,
    instruments,
    rounds,
    completeness,
    submissions,
    departures,
    data_keys,
    exposures,
    links,
    releases,
    consents,
    introductions,
    practices,
    certificates,
    dashboards,
    reports,
    jobs,
    changes,
    schools,
    measures,
    targets,
    plans,
    decisions,
    succession,
    goals,
    indicators,
    observations,
)


DESCRIPTION: Final = """\
The backend of a consortium of school districts: strategic plans, and benchmarking whose raw values
nobody but the district itself ever sees. Every operation names the action it asks for, which is the
OAuth scope too; every refusal names the rule of the trust charter that spoke.
"""


class Documentation:
    """Proof that anyone may read the documentation."""

    def __init__(self, grant: Grant) -> None:
        self._action = grant.action


def gates_of(dependant: Dependant) -> list[Gate]:
    """List the gates an endpoint passes through."""
    inner = [gate for child in dependant.dependencies for gate in gates_of(child)]
    return [dependant.call, *inner] if isinstance(dependant.call, Gate) else inner


def every_endpoint_has_one_gate(app: FastAPI) -> None:
    """Refuse to start with an endpoint that names no authority, or two."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and len(gates_of(route.dependant)) != 1:
            raise TypeError(f"{route.name} must take exactly one authority.")


def authority_of(dependency: Callable[..., Any]) -> Authority | None:
    """Tell the contract what a gate asks for."""
    if not isinstance(dependency, Gate):
        return None
    action = dependency.action
    return Authority(
        action.value, public=action.public, once=dependency.once, match=dependency.match
    )


def contract_of(app: FastAPI) -> Mapping[str, Any]:
    """Describe the application for those who build on it."""
    scopes = {action.value: meaning(action) for action in Action if not action.public}
    return contract(app, authority_of, scopes, TOKEN_PATH)


def create_app(
    open_house: Callable[[], AbstractAsyncContextManager[House]],
    issuer: LocalIssuer,
    limits: Limits | None = None,
    origins: Collection[str] = (),
) -> FastAPI:
    """Assemble the application; ``open_house`` is entered when it starts to serve."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_house() as house:
            app.state.house = house
            async with (
                departures_kept(house),
                witnessing(Witness(house.sessions, issuer)),
                working(Worker(house.outbox, kinds_of_jobs(app))),
            ):
                yield

    app = FastAPI(
        title="Consortium 2034",
        version=VERSION,
        description=DESCRIPTION,
        lifespan=lifespan,
        redirect_slashes=False,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.issuer = issuer
    app.add_middleware(Wire, limits=limits, origins=origins)
    install_problem_handlers(app)
    app.add_exception_handler(Replayed, answer_again)
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(pages_router(allowed(Documentation, Action.DOCUMENTATION_READ), contract_of))
    every_endpoint_has_one_gate(app)
    app.router.middleware_stack = Nouns(app.router.middleware_stack, app.routes)
    return app
