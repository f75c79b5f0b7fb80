"""Measures the joint audit: `python -m bench.audit [--runs 20]`.

Invented districts have public bases (a region, a size, a locale, a need, a span of grades, a
county), and figures are sums over the groups that these make, by themselves and crossed, and over
peer groups. Each run has districts of its own. `prepared` is from figures to a matrix, `audited`
from there to the verdict; processor time of one thread. The peer answers by definition, and is
asked only what it can answer.
"""

import argparse
import os
import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.disclosure.audit import Outcome, System
from app.disclosure.figures import Column, Figure, Setting
from bench.peers import ranks

FEWEST: Final = 5
KINDS: Final = (8, 5, 12, 5, 3)
"""How many values each public basis has, beside the county."""
COUNTIES: Final = 60
MS: Final = 1000


@dataclass(frozen=True)
class Size:
    """What is audited."""

    name: str
    districts: int
    figures: int
    categories: int = 1
    total: bool = False
    sparse: bool = False
    """Of each group only one of its categories, or its total."""
    target: float | None = None
    peer: bool = False


SIZES: Final = (
    Size("30 districts x 8 figures", 30, 8, peer=True),
    Size("500 districts x 50 figures", 500, 50, target=0.05),
    Size("500 districts x 261 figures", 500, 261),
    Size("13,000 districts x 500 figures, 8 categories", 13_000, 500, 8, target=1.0),
    Size("the same, each group's total among them", 13_000, 500, 8, total=True, target=1.0),
    Size("the same, one of each of 500 groups", 13_000, 500, 8, True, True, target=1.0),
)


def groups(districts: int, count: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Make groups of districts: all, by a basis, by two, by likeness."""
    county = np.minimum(rng.zipf(1.5, districts), COUNTIES)
    bases = [*(rng.integers(0, kinds, districts) for kinds in KINDS), county]
    told = [np.arange(districts)]
    told += [np.flatnonzero(base == each) for base in bases for each in np.unique(base)]
    for one, other in combinations(bases[: len(KINDS)], 2):
        both = one * max(KINDS) + other
        told += [np.flatnonzero(both == each) for each in np.unique(both)]
    told = [each for each in told if len(each) >= FEWEST]
    yield from told[:count]
    for _ in range(count - len(told)):
        many = int(rng.integers(2 * FEWEST, 12 * FEWEST))
        yield np.sort(rng.permutation(districts)[: min(many, districts)])


def figures(size: Size, seed: int) -> list[Figure]:
    """Make the figures of one run."""
    rng = np.random.default_rng(seed)
    each = size.categories + size.total
    made = size.figures if size.sparse else -(-size.figures // each)
    columns = [
        [Column(at, kind) for kind in range(size.categories)] for at in range(size.districts)
    ]
    told = []
    for place, group in enumerate(groups(size.districts, made, rng)):
        told += [
            Figure((place, kind), {columns[at][kind]: 1 for at in group})
            for kind in range(size.categories)
        ]
        if size.total:
            whole = {column: 1 for at in group for column in columns[at]}
            told.append(Figure((place, "total"), whole))
    if size.sparse:
        told = [told[each * place + int(rng.integers(each))] for place in range(len(told) // each)]
    return told[: size.figures]


def safe(size: Size, seed: int) -> list[Figure]:
    """Make figures that pass: what takes part in a breach goes, as long as there is one."""
    told = figures(size, seed)
    while (found := System.of(told, Setting(FEWEST)).audit()).outcome is Outcome.BREACHED:
        gone = {max(breach.places) for breach in found.breaches}
        told = [each for place, each in enumerate(told) if place not in gone]
    return told


def timed(work: Callable[..., Any], *given: Any, **named: Any) -> tuple[Any, float]:
    """Do it, and tell how much processor time it took."""
    before = time.process_time()
    return work(*given, **named), time.process_time() - before


def measure(size: Size, runs: int) -> Iterator[str]:
    """Measure figures as they come, and those of them that pass."""
    for name, made in (("as they come", figures), ("those that pass", safe)):
        prepared, audited, others, outcomes = [], [], [], set()
        count = 0
        for seed in range(runs):
            told = made(size, seed)
            count += len(told)
            system, took = timed(System.of, told, Setting(FEWEST))
            prepared.append(took)
            verdict, took = timed(system.audit, seed=seed)
            audited.append(took)
            outcomes.add(verdict.outcome)
            if size.peer:
                peer, took = timed(ranks.gives_away, told, FEWEST)
                others.append(took)
                same(verdict.outcome, peer, seed)
        yield line(f"{size.name}, {name} ({count / runs:.0f})", prepared, audited, others, size)
        yield f"  outcomes: {', '.join(sorted(outcomes))}"


def same(outcome: Outcome, peer: bool, seed: int) -> None:
    """Raise where ours and the peer disagree."""
    if (outcome is Outcome.BREACHED) != peer or outcome is Outcome.UNDECIDED:
        raise RuntimeError(f"Of run {seed} ours says {outcome}, the peer breached: {peer}.")


def line(
    name: str, prepared: list[float], audited: list[float], others: list[float], size: Size
) -> str:
    """Write what was measured, in milliseconds."""
    p95 = np.percentile(audited, 95)
    told = f"{name}: prepared p95 {MS * np.percentile(prepared, 95):.0f} ms"
    told += f", audited median {MS * np.median(audited):.1f}, p95 {MS * p95:.1f} ms"
    if size.target:
        told += f" (target {MS * size.target:.0f}: {'met' if p95 <= size.target else 'missed'})"
    if others:
        ratio = np.median(np.array(others) / np.array(audited))
        told += f"; peer p95 {MS * np.percentile(others, 95):.0f} ms, median ratio {ratio:.1f}x"
    return told


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )
    print(f"T = {FEWEST}, {runs} runs; processor time of one thread")
    for size in SIZES:
        for told in measure(size, runs):
            print(told, flush=True)


if __name__ == "__main__":
    main()
