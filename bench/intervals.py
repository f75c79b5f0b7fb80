"""How long the interval audit takes for 200 withheld sums, against cold scipy, in the same run.

Run: ``python -m bench.intervals``; ``--sums 300`` chooses how many are published. The districts are
invented: values spread as enrolments do, and sums over random groups, which is the hardest case,
since no two sums nest. The peer answers a sample of the same questions (each withheld sum alone and
with its second largest contributor as the insider), each a linear program from the start; ours
answers them for every contributor as the insider.
"""

import argparse
import random
import statistics
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from app.disclosure.attackers import Attacker, Sum, published_mean
from app.disclosure.dominance import is_sensitive
from app.disclosure.figures import Column, Figure
from app.disclosure.intervals import interval_audit, protect

NEARNESS, WITHHELD, SAMPLE, RUNS, LEAKS = 10, 200, 10, 3, 20
SIZES = (5, 6, 8, 10, 15, 20, 40, 80)
Values = Mapping[Column, Decimal]


def invented(districts: int, sums: int) -> tuple[Values, list[Sum], list[Figure]]:
    """Draw values, publish what is not sensitive, and withhold the first 200 that are."""
    chance = random.Random(34)
    values = {
        Column(i): Decimal(1 + round(chance.lognormvariate(7, 1.5))) for i in range(districts)
    }
    everybody = list(values)
    published = [Sum(Figure("all", dict.fromkeys(everybody, 1)), sum(values.values()))]
    withheld: list[Figure] = []
    while len(withheld) < WITHHELD or len(published) < sums:
        group = chance.sample(everybody, chance.choice(SIZES))
        figure = Figure(len(published) + len(withheld), dict.fromkeys(group, 1))
        answers = {column.district: values[column] for column in group}
        if is_sensitive(answers, NEARNESS):
            withheld += [figure] if len(withheld) < WITHHELD else []
        elif len(published) < sums:
            mean = sum(answers.values(), Decimal()) / len(group)
            published.append(published_mean(figure, mean.quantize(Decimal("0.1"))))
    return values, published, withheld


def without(figure: Figure, values: Values) -> Sum:
    """Publish all but what is withheld, which gives it away."""
    rest = {column: 1 for column in values if column not in figure.weights}
    return Sum(Figure(("rest", figure.key), rest), sum(values[column] for column in rest))


def cold(values: Values, published: Sequence[Sum], withheld: Sequence[Figure]) -> tuple[float, int]:
    """Say how long scipy takes for a question, on average, and how many sums it finds safe."""
    place = {column: i for i, column in enumerate(values)}
    entries = [
        (r, place[c], w) for r, s in enumerate(published) for c, w in s.figure.weights.items()
    ]
    row, column, weight = (np.array(each) for each in zip(*entries, strict=True))
    matrix = csr_array((weight.astype(float), (row, column)), (len(published), len(values)))
    high = np.array([float(s.value + s.give) for s in published])
    low = np.array([float(s.value - s.give) for s in published])
    safe, spent = 0, 0.0
    for figure in withheld:
        largest, second = sorted(figure.weights, key=values.__getitem__, reverse=True)[:2]
        bounds: list[tuple[float, float | None]] = [(0.0, None)] * len(values)
        estimates = []
        for insider in (None, second):
            if insider is not None:
                bounds[place[insider]] = (float(values[insider]),) * 2
            goal = np.zeros(len(values))
            goal[place[largest]] = -1
            start = time.perf_counter()
            found = linprog(
                goal, vstack([matrix, -matrix]), np.concatenate([high, -low]), bounds=bounds
            )
            spent += time.perf_counter() - start
            estimates.append(-found.fun)
        safe += min(estimates) >= float(values[largest]) * (1 + NEARNESS / 100)
    return spent / (2 * len(withheld)), safe


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--districts", type=int, default=500)
    options.add_argument("--sums", type=int, default=300)
    options.add_argument("--protect", action="store_true", help="the complementary suppression too")
    asked = options.parse_args()
    values, published, withheld = invented(asked.districts, asked.sums)
    attacker = Attacker(NEARNESS)
    times, worked = [], []
    for _ in range(RUNS):
        start, busy = time.perf_counter(), time.process_time()
        found = interval_audit(published, withheld, values, attacker)
        times.append(time.perf_counter() - start)
        worked.append(time.process_time() - busy)
    ours = statistics.median(times)
    safe = sum(each.safe for each in found)
    print(f"{asked.districts} districts, {len(published)} published sums, {len(withheld)} withheld")
    print(
        f"ours, all, every contributor as insider: median {ours:.2f} s of {RUNS}, safe {safe};"
        f" processor {statistics.median(worked):.2f} s"
    )
    each, of_sample = cold(values, published, withheld[:SAMPLE])
    both = sum(finding.safe for finding in found[:SAMPLE])
    print(
        f"scipy cold, {SAMPLE} sums: {each * 1000:.0f} ms a question, safe {of_sample}, ours {both}"
    )
    same = each * 2 * len(withheld)
    print(
        f"scipy cold, all, one insider each (from the sample): {same:.1f} s,"
        f" {same / ours:.1f} times ours"
    )
    everyone = each * asked.districts * len(withheld)
    more = f"{everyone / ours:.0f} times ours"
    print(f"scipy cold, all, every contributor (from the sample): {everyone:.0f} s, {more}")
    if asked.protect:
        leaks = [without(figure, values) for figure in withheld[:LEAKS]]
        start = time.perf_counter()
        protection = protect([*published, *leaks], withheld, values, attacker)
        print(
            f"{LEAKS} sums more, each all but a withheld one: protected in"
            f" {time.perf_counter() - start:.2f} s: {len(protection.withheld)} withheld,"
            f" {len(protection.unprotected)} unprotected"
        )


if __name__ == "__main__":
    main()
