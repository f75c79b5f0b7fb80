"""DR-13: cost and pay items wait for their days."""

from datetime import date

import pytest

from app.disclosure.ages import is_ripe, ripe_on


@pytest.mark.parametrize(
    ("period_ends", "days", "first"),
    [
        (date(2026, 6, 30), 90, date(2026, 9, 28)),
        (date(2027, 12, 1), 90, date(2028, 2, 29)),
        (date(2026, 6, 30), 0, date(2026, 6, 30)),
    ],
)
def test_cost_items_are_released_so_many_days_after_their_period(period_ends, days, first):
    assert ripe_on(period_ends, days) == first


@pytest.mark.parametrize(
    ("today", "ripe"),
    [
        (date(2026, 6, 30), False),
        (date(2026, 9, 27), False),
        (date(2026, 9, 28), True),
        (date(2027, 1, 1), True),
    ],
)
def test_the_first_day_is_included_and_the_one_before_is_not(today, ripe):
    assert is_ripe(date(2026, 6, 30), 90, today) is ripe
