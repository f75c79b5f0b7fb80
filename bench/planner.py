"""How much a plan keeps and how long it takes, against a plain planner: `python -m bench.planner`.

The peer does what the rule says step by step: it audits all candidates, drops the lowest of each
combination found, audits again until that passes, and then tries to give back one after another.
Both plan the same figures with the same audit, which is cleared of work done for the other.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from time import process_time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.disclosure.audit import System, audit
from app.disclosure.figures import Column, Figure, Setting
from app.disclosure.planner import plan
from app.disclosure.verdict import Outcome

DISTRICTS: Final = 500
FIGURES: Final = 445
FEWEST: Final = 5
FRESH: Final = 10**6
"""Added to the seed of a plan for the audit that judges it."""

Kept = set[str]
Planner = Callable[[Sequence[Figure], Setting, int], Kept]


@dataclass(frozen=True)
class Run:
    """What a planner kept of one scenario, and in how many seconds of CPU."""

    kept: int
    seconds: float
    passed: bool


def bases(rng: np.random.Generator) -> dict[str, NDArray[np.int64]]:
    """Draw what districts are grouped by; all hang together, and few districts are large."""
    scale = rng.normal(0, 1, DISTRICTS)
    share = 1 / np.arange(1, 9) ** 0.7
    state = rng.choice(8, DISTRICTS, p=share / share.sum())
    urban = scale + rng.normal(0, 0.7, DISTRICTS)
    spending = rng.normal(0, 1, DISTRICTS) - 0.3 * scale + 0.2 * (state % 3)
    poverty = rng.normal(0, 1, DISTRICTS) - 0.4 * spending
    return {
        "state": state,
        "locale": parted(urban, (0.45, 0.7, 0.9)),
        "size": np.searchsorted([600, 1500, 4000, 12000], np.exp(7.6 + 1.4 * scale)),
        "spending": parted(spending, (0.2, 0.4, 0.6, 0.8)),
        "poverty": parted(poverty, (0.25, 0.5, 0.75)),
    }


def parted(values: NDArray[np.float64], at: Sequence[float]) -> NDArray[np.int64]:
    """Cut values into bands at these shares."""
    return np.searchsorted(np.quantile(values, at), values)


def scenario(seed: int) -> list[Figure]:
    """Lay out all districts, groups by one base, by two and by three, of five or more each."""
    grouped = bases(np.random.default_rng(seed))
    figures = [figure("all", range(DISTRICTS))]
    for crossed in range(1, 4):
        for names in combinations(grouped, crossed):
            kinds = np.stack([grouped[name] for name in names], axis=1)
            for kind in np.unique(kinds, axis=0):
                members = np.flatnonzero((kinds == kind).all(axis=1))
                if len(members) >= FEWEST:
                    told = zip(names, kind.tolist(), strict=True)
                    key = " ".join(f"{name} {band}" for name, band in told)
                    figures.append(figure(key, members.tolist()))
    return figures[:FIGURES]


def figure(key: str, members: Sequence[int]) -> Figure:
    """Sum over some districts."""
    return Figure(key, {Column(each): 1 for each in members})


def ours(figures: Sequence[Figure], setting: Setting, seed: int) -> Kept:
    """Plan as the application does."""
    return {str(key) for key in plan((), figures, setting, seed=seed).kept}


def untraded(figures: Sequence[Figure], setting: Setting, seed: int) -> Kept:
    """Plan so that each gives way to more important ones alone."""
    return {str(key) for key in plan((), figures, setting, seed=seed, trades=0).kept}


def peer(figures: Sequence[Figure], setting: Setting, seed: int) -> Kept:
    """Plan step by step, an audit for each."""
    system = System.of(figures, setting)
    kept = set(range(len(figures)))
    while not (told := system.audit(kept, seed=seed)).passed:
        dropped: set[int] = set()
        for breach in told.breaches:
            if dropped.isdisjoint(breach.places):
                dropped.add(max(breach.places))
        if told.outcome is Outcome.UNDECIDED:
            dropped.add(max(each for each in kept if figures[each].key in told.suspicious))
        kept -= dropped
    for each in range(len(figures)):
        if each not in kept and system.audit(kept | {each}, seed=seed).passed:
            kept.add(each)
    return {str(figures[each].key) for each in kept}


def measured(planner: Planner, seed: int) -> Run:
    """Let a planner plan a scenario, and audit afresh what it kept."""
    figures, setting = scenario(seed), Setting(FEWEST)
    start = process_time()
    kept = planner(figures, setting, seed)
    seconds = process_time() - start
    chosen = [each for each in figures if each.key in kept]
    return Run(len(kept), seconds, audit(chosen, setting, seed=seed + FRESH).passed)


def main() -> None:
    """Print a table, a line for each scenario."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="*", default=range(5), help="which scenarios")
    planners = {"ours": ours, "ours without trades": untraded, "peer": peer}
    print(f"{FIGURES} figures over {DISTRICTS} districts, T = {FEWEST}; kept, in seconds of CPU\n")
    print("| seed | " + " | ".join(planners) + " |")
    print("|--:|" + "--:|" * len(planners))
    runs: dict[str, list[Run]] = {name: [] for name in planners}
    for seed in parser.parse_args().seeds:
        for name, planner in planners.items():
            runs[name].append(measured(planner, seed))
        print(line(str(seed), [of[-1] for of in runs.values()]), flush=True)
    middle = [
        Run(
            round(median(run.kept for run in of)),
            median(run.seconds for run in of),
            all(run.passed for run in of),
        )
        for of in runs.values()
    ]
    print(line("median", middle))


def line(name: str, runs: Sequence[Run]) -> str:
    """Write a line of the table."""
    told = (f"{run.kept} in {run.seconds:.1f}{'' if run.passed else ', NOT SAFE'}" for run in runs)
    return f"| {name} | " + " | ".join(told) + " |"


if __name__ == "__main__":
    main()
