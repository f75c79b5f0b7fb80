"""Rules about one cell of a release: who stands behind it, and what may be told of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from app.disclosure.ages import is_ripe
from app.disclosure.dominance import (
    Exact,
    OutOfBoundsError,
    Students,
    exceeds_share,
    is_sensitive,
    too_few_students,
)
from app.disclosure.figures import Name
from app.policy.charter import Charter
from app.policy.rules import rule, state

state(
    "DR-07",
    "A quantile is the mean of at least five neighbouring answers, and is audited as their sum.",
    "app.disclosure.quantiles",
)
state(
    "DR-10",
    "A trend follows those who answered in both periods, and enters the audit of each.",
    "app.disclosure.panels",
)


@dataclass(frozen=True, slots=True)
class Contributors:
    """Who would stand behind a cell: one name for each administration that is not known anyway."""

    administrations: Collection[object]
    charter: Charter


@dataclass(frozen=True, slots=True)
class Amounts:
    """What each district adds to a sum; everybody knows that nobody falls short of ``lowest``."""

    values: Mapping[Name, Exact] = field(repr=False)
    administrations: Mapping[Name, Name]
    charter: Charter
    lowest: Exact = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """How many students each district counts, and of how many."""

    students: Mapping[Name, Students] = field(repr=False)
    administrations: Mapping[Name, Name]
    charter: Charter


@dataclass(frozen=True, slots=True)
class Shares:
    """How many contributors there are for shares, and whether they tell of an outcome."""

    contributors: Contributors
    outcome: bool


@dataclass(frozen=True, slots=True)
class Aged:
    """An item's figures: the last day that they are about, and today."""

    cost: bool
    period_ends: date
    today: date
    charter: Charter


@rule("DR-01", "A released figure stands for at least T districts, one for each administration.")
def enough_districts(contributors: Contributors) -> bool:
    """Hold when no district can be read out of the figure by its count."""
    return len(set(contributors.administrations)) >= contributors.charter.fewest_districts


@rule("DR-02", "No administration has more than the share cap of a pooled figure's denominator.")
def share_is_bounded(amounts: Amounts) -> bool:
    """Hold when nobody outweighs the others."""
    cap = amounts.charter.share_cap
    try:
        return not exceeds_share(amounts.values, cap, amounts.administrations)
    except OutOfBoundsError:
        return False


@rule("DR-03", "No figure brings a coalition within p percent of the largest contribution.")
def nobody_stands_out(amounts: Amounts) -> bool:
    """Hold when the sum hides its largest contributor; never for a value below what is known."""
    nearness, coalition = amounts.charter.nearness, amounts.charter.coalition
    try:
        return not is_sensitive(
            amounts.values, nearness, coalition, amounts.administrations, amounts.lowest
        )
    except OutOfBoundsError:
        return False


@rule("DR-04", "A figure about students stands for enough of those it counts, and of the others.")
def enough_students(counted: Counted) -> bool:
    """Hold when both are enough, over enough districts."""
    charter = counted.charter
    return not too_few_students(
        counted.students,
        charter.fewest_students,
        charter.fewest_districts,
        counted.administrations,
    )


@rule("DR-12", "Shares are told as bands of few districts, of outcomes only of more.")
def enough_for_shares(shares: Shares) -> bool:
    """Hold when there are enough for the coarsest way in which the item's shares are told."""
    charter = shares.contributors.charter
    fewest = charter.prevalence_tenths if shares.outcome else charter.prevalence_bands
    return len(set(shares.contributors.administrations)) >= fewest


@rule("DR-13", "Figures of cost and pay wait for 90 days after the end of their period.")
def cost_is_old_enough(figures: Aged) -> bool:
    """Hold for what is not about cost or pay, and for what is old enough."""
    ripe = is_ripe(figures.period_ends, figures.charter.cost_days, figures.today)
    return not figures.cost or ripe
