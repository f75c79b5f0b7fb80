"""DR-07: a quantile is the mean of neighbours, and no combination of quantiles tells of fewer."""

from decimal import Decimal
from itertools import chain

import pytest
from disclosure.spans import fewest_touched
from hypothesis import given
from hypothesis import strategies as st

from app.disclosure.audit import Outcome, audit
from app.disclosure.figures import Column, Figure, Setting
from app.disclosure.quantiles import Answer, Place, Quantile, Window, quantiles, windows

T = Setting(5)
HALVES = [Place.LOWER_HALF, Place.MIDDLE_HALF, Place.UPPER_HALF]
QUARTERS = [Place.LOWER_QUARTILE, Place.MEDIAN, Place.UPPER_QUARTILE]


def answered(values: list[int]) -> list[Answer]:
    return [Answer(Column(each), Decimal(value)) for each, value in enumerate(values)]


def districts(quantile: Quantile) -> list[int]:
    return [answer.column.district for answer in quantile.answers]


def test_an_oracle_finds_who_is_left_between_two_halves():
    halves = [dict.fromkeys(range(6), 1), dict.fromkeys(range(7, 13), 1)]
    assert fewest_touched(halves) == 6
    assert fewest_touched([*halves, dict.fromkeys(range(13), 1)]) == 1


@pytest.mark.parametrize(
    ("n", "places"),
    [
        (0, []),
        (4, []),
        (5, []),
        (10, []),
        (11, [Place.MIDDLE_HALF]),
        (12, HALVES),
        (13, [Place.MIDDLE_HALF]),
        (14, HALVES),
        (15, [Place.MIDDLE_HALF]),
        (16, HALVES),
        (17, QUARTERS),
        (18, QUARTERS),
        (2000, QUARTERS),
    ],
)
def test_which_quantiles_there_are_follows_from_the_number_of_answers(n, places):
    assert [window.place for window in windows(n, 5, 5)] == places


@pytest.mark.parametrize(
    ("n", "sizes"),
    [
        (11, [5]),
        (12, [6, 6, 6]),
        (13, [5]),
        (14, [7, 6, 7]),
        (15, [7]),
        (16, [8, 8, 8]),
        (17, [5, 5, 5]),
        (18, [5, 6, 5]),
        (420, [5, 6, 5]),
        (2001, [5, 5, 5]),
    ],
)
def test_how_many_neighbours_a_quantile_is_the_mean_of(n, sizes):
    assert [stop - start for _, start, stop in windows(n, 5, 5)] == sizes


def test_twelve_members_have_a_lower_a_middle_and_an_upper_six():
    assert windows(12, 5, 5) == (
        Window(Place.LOWER_HALF, 0, 6),
        Window(Place.MIDDLE_HALF, 3, 9),
        Window(Place.UPPER_HALF, 6, 12),
    )


def test_seventeen_members_have_quartiles_of_five():
    assert windows(17, 5, 5) == (
        Window(Place.LOWER_QUARTILE, 2, 7),
        Window(Place.MEDIAN, 6, 11),
        Window(Place.UPPER_QUARTILE, 10, 15),
    )


@pytest.mark.parametrize(
    ("neighbours", "fewest", "most"), [(5, 5, 2000), (3, 5, 200), (8, 5, 200), (5, 3, 200)]
)
def test_no_combination_of_windows_and_the_mean_tells_of_fewer_than_a_window(
    neighbours, fewest, most
):
    width = max(neighbours, fewest)
    for n in range(width, most + 1):
        rows = [dict.fromkeys(range(n), 1)]
        rows += [dict.fromkeys(range(*each[1:]), 1) for each in windows(n, neighbours, fewest)]
        assert (n, fewest_touched(rows) >= width) == (n, True)


@pytest.mark.parametrize("width", [5, 6, 7, 9, 12])
def test_a_window_has_enough_neighbours_and_lies_as_its_mirror_does(width):
    for n in range(300):
        found = windows(n, width, 5)
        assert all(0 <= start <= stop - width <= n - width for _, start, stop in found)
        assert [(n - stop, n - start) for _, start, stop in reversed(found)] == [
            (start, stop) for _, start, stop in found
        ]


@pytest.mark.parametrize("n", [5, 10, 11, 12, 13, 16, 17, 18, 19, 20, 21, 64, 420, 2000])
def test_the_windows_and_the_mean_pass_the_joint_audit(n):
    answers = answered([each * 7 % n for each in range(n)])
    figures = [Figure("mean", {answer.column: 1 for answer in answers})]
    figures += [one.figure(one.place) for one in quantiles(answers, T, 5)]
    assert audit(figures, T).outcome is Outcome.CERTIFIED


def test_the_halves_of_thirteen_would_not_pass_it():
    answers = answered(list(range(13)))
    parts = {"mean": answers, "lower": answers[:6], "upper": answers[7:]}
    figures = [Figure(key, {each.column: 1 for each in part}) for key, part in parts.items()]
    assert audit(figures, T).outcome is Outcome.BREACHED
    assert audit(figures[1:], T).outcome is Outcome.CERTIFIED


def test_no_quartile_window_reaches_the_first_or_last_answer():
    reached = set(
        chain.from_iterable(
            (start > 0, stop < n) for n in range(17, 500) for _, start, stop in windows(n, 5, 5)
        )
    )
    assert reached == {True}


@given(st.permutations(range(12)))
def test_a_quantile_is_made_of_neighbours_in_the_order_of_values(values):
    found = quantiles(answered(values), T, 5)
    assert [[values[each] for each in districts(one)] for one in found] == [
        [0, 1, 2, 3, 4, 5],
        [3, 4, 5, 6, 7, 8],
        [6, 7, 8, 9, 10, 11],
    ]


def test_equal_answers_keep_the_public_order():
    found = quantiles(answered([1] * 12), T, 5)
    assert [districts(one) for one in found] == [
        list(range(6)),
        list(range(3, 9)),
        list(range(6, 12)),
    ]


@pytest.mark.parametrize(
    ("apart", "places"),
    [
        (5, [Place.LOWER_HALF, Place.MIDDLE_HALF, Place.UPPER_HALF]),
        (4, [Place.UPPER_HALF]),
    ],
)
def test_districts_under_one_administration_count_once_in_a_window(apart, places):
    together = dict.fromkeys(range(apart - 1, 6), "county")
    found = quantiles(answered(list(range(12))), Setting(5, together), 5)
    assert [one.place for one in found] == places


def test_an_answer_that_is_known_hides_nobody():
    known = frozenset({Column(0), Column(1)})
    found = quantiles(answered(list(range(12))), Setting(5, known=known), 5)
    assert [one.place for one in found] == [Place.MIDDLE_HALF, Place.UPPER_HALF]


def test_a_quantile_is_audited_as_the_sum_of_its_answers():
    lower = quantiles(answered(list(range(12))), T, 5)[0]
    assert lower.figure("reading") == Figure("reading", {Column(each): 1 for each in range(6)})


def test_no_value_is_in_what_is_printed():
    lower = quantiles(answered([71] * 12), T, 5)[0]
    assert repr(lower) == "Quantile(place=<Place.LOWER_HALF: 'lower_half'>)"
    assert repr(lower.answers[0]) == ("Answer(column=Column(district=0, category=None, version=0))")
