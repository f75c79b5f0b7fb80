"""What is asked of both applications: the same things of the same rows, each in its own words."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice, product
from random import Random
from typing import Any, Final
from uuid import uuid4

from app.identity.issuer import LocalIssuer
from app.policy import Action
from bench import consortium
from bench.consortium import GOALS, GRADES, MEASURES, SCHOOLS, WIDE, Size
from bench.peers.template.security import create_access_token
from bench.served import Request, Served

CALLERS: Final = 16
"""How many accounts ask, each of a district of its own."""
PAGE: Final = 50
ROUNDS: Final = 16
"""Rounds, the one that warms up included, after which every dashboard has been asked for."""
GOAL_BY_ID: Final = "a goal by its id"
PAGE_OF_GOALS: Final = f"a page of {PAGE} goals"
DASHBOARD: Final = "a dashboard"
NEW_DASHBOARD: Final = "a dashboard, the first time"
KNOWN_DASHBOARD: Final = "a dashboard that the caller has"
NOTHING: Final = "FastAPI alone"
ROUND_TRIPS: Final = "FastAPI with three round trips"
OURS: Final = "ours"
PEER: Final = "peer"
FRAME: Final = "frame"
GOALS_OF: Final = f"/goals?limit={PAGE}"
SCOPES: Final = (Action.GOAL_READ, Action.DASHBOARD_READ, Action.OBSERVATION_RECORD)
PEER_SECRET: Final = "of this run alone, and long enough for HS256"
EARLIER: Final = ("2000-01", "2001-02", "2002-03", "2003-04")
"""School years that batches are of, long before those that were loaded."""


@dataclass(frozen=True)
class Side:
    """One application: how its paths begin, and a token for each caller by its district."""

    name: str
    prefix: str
    served: Served
    tokens: dict[int, str]

    def get(self, district: int, path: str, **headers: str) -> Request:
        """Write a reading, asked by the account of a district."""
        return Request("GET", self.prefix + path, self.tokens[district], headers)


@dataclass(frozen=True)
class Scenario:
    """One thing to ask, the status it is answered with, and how the requests are made.

    ``requests`` gets the number of the round. One that is asked ``once`` sends each of its requests
    one time; what one that ``writes`` brought is taken back after it. One of the service alone is
    compared with its own scenario ``against``.
    """

    name: str
    requests: Callable[[Side, int], list[Request]]
    status: int = 200
    once: bool = False
    writes: bool = False
    sides: tuple[str, ...] = (OURS, PEER)
    against: str | None = None


def callers(size: Size) -> list[int]:
    """Choose the districts whose accounts ask, far from each other."""
    apart = size.districts // CALLERS
    return [1 + caller * apart for caller in range(CALLERS)]


def our_tokens(issuer: LocalIssuer, districts: list[int]) -> dict[int, str]:
    """Issue the service's tokens, as its token endpoint would."""
    return {
        district: issuer.issue(
            subject=str(consortium.account_id(district)),
            client_id=str(consortium.account_id(district)),
            key_id=consortium.key_id(district),
            scopes=SCOPES,
        ).token
        for district in districts
    }


def peer_tokens(districts: list[int]) -> dict[int, str]:
    """Sign the peer's tokens."""
    return {
        district: create_access_token(
            consortium.account_id(district), timedelta(hours=2), PEER_SECRET
        )
        for district in districts
    }


def scenarios(size: Size) -> list[Scenario]:
    """List what is asked, in the order of the report."""
    chosen = callers(size)

    def goals(side: Side, turn: int) -> list[Request]:
        asked = [
            side.get(district, goal(district, number))
            for district, number in product(chosen, range(GOALS))
        ]
        Random(turn).shuffle(asked)
        return asked

    def page(side: Side, _turn: int) -> list[Request]:
        return [side.get(WIDE, GOALS_OF)] * CALLERS

    def dashboards(side: Side, _turn: int) -> list[Request]:
        return [side.get(district, dashboard(district)) for district in chosen]

    def new_dashboards(side: Side, turn: int) -> list[Request]:
        return [side.get(district, dashboard(district)) for district in unasked(size, turn)]

    def known_dashboards(side: Side, turn: int) -> list[Request]:
        return [again(side.served, request) for request in dashboards(side, turn)]

    def nothing(side: Side, _turn: int) -> list[Request]:
        return [side.get(WIDE, "/nothing")] * CALLERS

    def batch(side: Side, turn: int) -> list[Request]:
        return [a_batch(side, chosen[turn % CALLERS], size.batch)]

    return [
        Scenario(GOAL_BY_ID, goals),
        Scenario(PAGE_OF_GOALS, page),
        Scenario(DASHBOARD, dashboards),
        Scenario(NEW_DASHBOARD, new_dashboards, once=True),
        Scenario(KNOWN_DASHBOARD, known_dashboards, status=304, sides=(OURS,), against=DASHBOARD),
        Scenario(f"a batch of {size.batch:,} observations", batch, once=True, writes=True),
        Scenario(NOTHING, nothing, sides=(FRAME,), against=GOAL_BY_ID),
        Scenario(ROUND_TRIPS, goals, sides=(FRAME,), against=GOAL_BY_ID),
    ]


def everybody(size: Size) -> range:
    """List every district that has a dashboard."""
    return range(1, size.districts + 1)


def unasked(size: Size, turn: int) -> list[int]:
    """Choose districts that no round before this one asked about, in as many as 16 rounds.

    A worker may keep what it wrote: these it has not written yet.
    """
    others = [district for district in everybody(size) if district not in callers(size)]
    share = max(1, len(others) // ROUNDS)
    return [others[(share * (turn + 1) + number) % len(others)] for number in range(share)]


def goal(district: int, number: int) -> str:
    """Return the path of a goal."""
    return f"/goals/{consortium.goal_id(district, number)}"


def dashboard(district: int) -> str:
    """Return the path of a district's dashboard."""
    return f"/districts/{consortium.district_id(district)}/dashboard"


def again(served: Served, request: Request) -> Request:
    """Ask for what is there once, and write the request of who has it already."""
    answer, _ = served.ask(request)
    etag = answer.headers["etag"]
    return Request(request.method, request.path, request.token, {"If-None-Match": etag})


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Make rows of a batch: of each measure every school and grade, one early year after another.

    The measure and the school are named by their codes.
    """
    places = [None, *(f"S{school}" for school in range(1, SCHOOLS + 1))]
    groups = [None, *range(1, GRADES + 1)]
    everything = product(EARLIER, places, groups, range(1, MEASURES + 1))
    for period, place, grade, measure in islice(everything, count):
        yield {
            "measure": f"M{measure}",
            "school": place,
            "period": period,
            "breakdown": {} if grade is None else {"grade": str(grade)},
            "status": "reported",
            "numerator": 100 + measure,
            "denominator": 200 + measure,
            "source": "invented",
        }


def a_batch(side: Side, district: int, count: int) -> Request:
    """Write a batch of observations."""
    body = json.dumps({"mode": "atomic", "items": list(rows(count))}).encode()
    return Request(
        "POST",
        f"{side.prefix}/districts/{consortium.district_id(district)}/observations/batch",
        side.tokens[district],
        {"Idempotency-Key": str(uuid4())},
        body,
    )
