"""How old cost and pay data must be before they are released (DR-13)."""

from datetime import date, timedelta


def ripe_on(period_ends: date, cost_days: int) -> date:
    """Give the first day on which cost and pay items of a period may be released.

    ``period_ends`` is the last day that the data are about, not the day they were entered.
    """
    return period_ends + timedelta(days=cost_days)


def is_ripe(period_ends: date, cost_days: int, today: date) -> bool:
    """Say whether cost and pay items of a period may be released on a day."""
    return today >= ripe_on(period_ends, cost_days)
