"""What needs no database: arithmetic, months, bands, formulas, verdicts."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.releases.figures import mean_of_districts, rounded
from app.releases.position import band
from app.releases.standing import Membership, months_after, standing_of
from app.submissions.content import Content
from app.vocabulary import AnswerStatus, Band, CellStatus

AMOUNTS = st.decimals(-(10**9), 10**9, places=6)
POSITIVE = st.decimals("0.000001", 10**9, places=6)


@given(st.lists(st.tuples(AMOUNTS, POSITIVE), min_size=1, max_size=30), st.integers(0, 4))
def test_a_mean_is_the_exact_one_rounded_half_to_even(pairs, decimals):
    contents = [
        Content(AnswerStatus.REPORTED, numerator=above, denominator=below) for above, below in pairs
    ]
    exact = sum(Fraction(above) * 100 / Fraction(below) for above, below in pairs) / len(pairs)
    mean = mean_of_districts([content.figure(100) for content in contents], decimals)
    assert Fraction(mean) == round(exact, decimals)


@pytest.mark.parametrize(
    ("figure", "decimals", "expected"),
    [("2.5", 0, "2"), ("3.5", 0, "4"), ("0.125", 2, "0.12"), ("-0.5", 0, "-0"), ("7", 1, "7.0")],
)
def test_half_goes_to_even(figure, decimals, expected):
    assert str(rounded(Decimal(figure), decimals)) == expected


def test_thirds_add_up():
    """A half that is made of thirds is a tie, as on paper."""
    one, two = (
        Content(AnswerStatus.REPORTED, numerator=Decimal(each), denominator=Decimal(3)).figure(1)
        for each in (1, 2)
    )
    assert mean_of_districts([one, two, Decimal("0.5")], 0) == 0
    assert mean_of_districts([one, two, Decimal("3.5")], 0) == 2


@pytest.mark.parametrize(
    ("content", "figure"),
    [
        (Content(AnswerStatus.REPORTED, value=Decimal("1.5")), Decimal("1.5")),
        (
            Content(AnswerStatus.REPORTED, numerator=Decimal(1), denominator=Decimal(8)),
            Decimal(125),
        ),
        (Content(AnswerStatus.REPORTED, level=3), None),
        (Content(AnswerStatus.NOT_COLLECTED, comment="None."), None),
    ],
)
def test_a_figure_is_a_value_or_a_ratio_times_its_factor(content, figure):
    assert content.figure(1000) == figure


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 12, 1), 12, date(2026, 12, 1)),
        (date(2025, 11, 15), 2, date(2026, 1, 15)),
    ],
)
def test_months_later_is_the_same_day_or_the_last(day, months, expected):
    assert months_after(day, months) == expected


def test_the_best_of_several_districts_counts():
    closed = datetime(2026, 5, 1, tzinfo=UTC)
    old = Membership(
        joined_on=date(2018, 4, 25), attested_revision=None, closed_at=closed, late_months=12
    )
    late = old.model_copy(update={"joined_on": date(2026, 5, 2)})
    seen = [
        standing_of(districts, date(2027, 5, 1), staff=False)
        for districts in ([], [old], [old, late])
    ]
    assert [(s.attested, s.joined_after_close, s.still_new) for s in seen] == [
        (False, False, False),
        (False, False, False),
        (False, True, True),
    ]
    expired = standing_of([late], date(2027, 5, 2), staff=False)
    assert (expired.joined_after_close, expired.still_new) == (True, False)


@pytest.mark.parametrize(
    ("own", "status", "released", "expected"),
    [
        ("1.0", CellStatus.PUBLISHED, "2.0", Band.BELOW),
        ("2.0", CellStatus.PUBLISHED, "2.0", Band.AT),
        ("3.0", CellStatus.PUBLISHED, "2.0", Band.ABOVE),
        (None, CellStatus.PUBLISHED, "2.0", Band.NOT_ANSWERED),
        ("3.0", CellStatus.WITHHELD, None, Band.WITHHELD),
        (None, CellStatus.WITHHELD, None, Band.WITHHELD),
    ],
)
def test_a_band_knows_one_cut_point(own, status, released, expected):
    own_, released_ = (None if each is None else Decimal(each) for each in (own, released))
    assert band(own_, status, released_) is expected
