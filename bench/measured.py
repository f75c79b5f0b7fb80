"""Measuring: one application at a time is driven, and what it and its database used is told."""

from dataclasses import dataclass
from statistics import median

from bench import cpu
from bench.scenarios import Scenario, Side


@dataclass(frozen=True)
class Sample:
    """What came of one scenario in one round: per request, in seconds of processor time."""

    requests: int
    per_second: float
    application: float
    database: float
    bytes_each: float


@dataclass(frozen=True)
class Load:
    """How an application is driven."""

    connections: int
    seconds: float


def sample(side: Side, scenario: Scenario, turn: int, postmaster: int, load: Load) -> Sample:
    """Drive an application through a scenario once, while the other one rests."""
    requests = scenario.requests(side, turn)
    connections = min(load.connections, len(requests))
    seconds = None if scenario.once else load.seconds
    before = side.served.cpu(), cpu.of_server(postmaster)
    outcome = side.served.drive(requests, scenario.status, connections, seconds)
    after = side.served.cpu(), cpu.of_server(postmaster)
    count = outcome.requests
    return Sample(
        count,
        count / outcome.seconds,
        (after[0] - before[0]) / count,
        (after[1] - before[1]) / count,
        outcome.received / count,
    )


Samples = dict[tuple[str, str], list[Sample]]
"""By the name of the scenario and of the side."""


def middle(samples: list[Sample], what: str) -> float:
    """Return the median of one figure over the rounds."""
    return float(median(getattr(each, what) for each in samples))


def ratios(mine: list[Sample], others: list[Sample], what: str) -> list[float]:
    """Divide the others' figure by mine, round by round."""
    return [
        getattr(other, what) / getattr(own, what) for own, other in zip(mine, others, strict=True)
    ]
