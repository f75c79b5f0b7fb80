"""The tables of a run, in Markdown."""

import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import median
from typing import Final

from bench.alone import Alone
from bench.consortium import MEASURES, YEARS, Size
from bench.measured import Load, Samples, middle, ratios
from bench.scenarios import FRAME, OURS, PEER, Scenario

MS: Final = 1000
FIGURES: Final = ("application", "database")
OBSERVED: Final = 20
"""Observations of a measure in a year."""
HEAD: Final = (
    (
        "| scenario | application, ms: ours | peer | **ratio** (lowest to highest)"
        " | database, ms: ours | peer | ratio | req/s: ours | peer | ratio |"
    ),
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
)
HEAD_ALONE: Final = (
    (
        "| scenario | database alone, ms | its ms under ours | more | alone, tx/s | ours, req/s"
        " | share |"
    ),
    "|---|--:|--:|--:|--:|--:|--:|",
)


HEAD_FRAME: Final = (
    "| frame | application, ms | ours is | the peer is |",
    "|---|--:|--:|--:|",
)


def conditions(size: Size, load: Load, rounds: int, server: str) -> Iterator[str]:
    """Say what was measured on what."""
    observations = size.districts * MEASURES * YEARS * OBSERVED
    yield (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, load"
        f" {os.getloadavg()[0]:.1f}; Python {platform.python_version()}, {server};"
        f" {size.districts} districts, {observations:,} observations; {rounds} rounds of"
        f" {load.seconds:g} s, {load.connections} connections, one worker each."
    )


def shown(seconds: float) -> str:
    """Write a time in milliseconds, with three digits that count."""
    return f"{seconds * MS:,.0f}" if seconds >= 1 else f"{seconds * MS:.3g}"


def rate(per_second: float) -> str:
    """Write how many there are in a second."""
    return f"{per_second:,.0f}" if per_second >= 10 else f"{per_second:.2f}"  # noqa: PLR2004


def spread(values: list[float]) -> str:
    """Write a ratio with its lowest and its highest."""
    return f"**{median(values):.1f}x** ({min(values):.1f} to {max(values):.1f})"


def line(scenario: Scenario, samples: Samples) -> str:
    """Write what came of one scenario: the median of its rounds."""
    mine = samples[scenario.name, OURS]
    others = samples[scenario.against, OURS] if scenario.against else samples[scenario.name, PEER]
    cells = [scenario.name + (f" (against our {scenario.against})" if scenario.against else "")]
    for figure in FIGURES:
        told = ratios(mine, others, figure)
        cells += [shown(middle(each, figure)) for each in (mine, others)]
        cells.append(spread(told) if figure == "application" else f"{median(told):.1f}x")
    cells += [rate(middle(each, "per_second")) for each in (mine, others)]
    cells.append(f"{1 / median(ratios(mine, others, 'per_second')):.1f}x")
    return f"| {' | '.join(cells)} |"


def compared(scenarios: list[Scenario], samples: Samples) -> Iterator[str]:
    """Write the table of ours and the peer; a ratio over 1 is to our advantage."""
    yield from HEAD
    for scenario in scenarios:
        if OURS in scenario.sides:
            yield line(scenario, samples)


def framed(scenarios: list[Scenario], samples: Samples) -> Iterator[str]:
    """Write the table of what the frame costs, and how often that goes into the others."""
    frames = [each for each in scenarios if FRAME in each.sides]
    if frames:
        yield from HEAD_FRAME
    for scenario in frames:
        if scenario.against is not None:
            own = samples[scenario.name, FRAME]
            told = [
                f"{median(ratios(own, samples[scenario.against, side], 'application')):.1f}x"
                for side in (OURS, PEER)
            ]
            cells = [scenario.name, shown(middle(own, "application")), *told]
            yield f"| {' | '.join(cells)} |"


def beside_the_database(alone: dict[str, list[Alone]], samples: Samples) -> Iterator[str]:
    """Write the table of ours and the database alone."""
    if alone:
        yield from HEAD_ALONE
    for name, runs in alone.items():
        ours = samples[name, OURS]
        used, under = median(run.database for run in runs), middle(ours, "database")
        fastest, served = median(run.per_second for run in runs), middle(ours, "per_second")
        cells = [name, shown(used), shown(under), f"{under / used:.2f}x"]
        cells += [rate(fastest), rate(served), f"{served / fastest:.0%}"]
        yield f"| {' | '.join(cells)} |"
