"""DR-09: enough changed contributors go together into a new release, or none does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.disclosure.batches import Batch, Batching, Renewal, batching, changed_contributors
from app.disclosure.figures import Column, Setting

T = Setting(5)


def contributors(*districts: int, version: int = 1) -> frozenset[Column]:
    return frozenset(Column(each, version=version) for each in districts)


FIRST = contributors(*range(20))


@pytest.mark.parametrize(
    ("now", "batch", "becomes"),
    [
        (FIRST, Batch.UNCHANGED, Renewal.SAME),
        (FIRST | contributors(20), Batch.PENDING, Renewal.HELD),
        (FIRST | contributors(*range(20, 24)), Batch.PENDING, Renewal.HELD),
        (FIRST | contributors(*range(20, 25)), Batch.READY, Renewal.RENEWED),
        (FIRST - contributors(*range(4)), Batch.PENDING, Renewal.HELD),
        (FIRST - contributors(*range(5)), Batch.READY, Renewal.RENEWED),
        (
            FIRST - contributors(*range(4)) | contributors(*range(4), version=2),
            Batch.PENDING,
            Renewal.HELD,
        ),
        (
            FIRST - contributors(*range(5)) | contributors(*range(5), version=2),
            Batch.READY,
            Renewal.RENEWED,
        ),
        (
            FIRST - contributors(0, 1) | contributors(2, version=2) | contributors(20, 21),
            Batch.READY,
            Renewal.RENEWED,
        ),
    ],
    ids=[
        "nobody",
        "one joins",
        "four join",
        "five join",
        "four withdraw",
        "five withdraw",
        "four correct",
        "five correct",
        "two withdraw, one corrects, two join",
    ],
)
def test_a_release_waits_until_five_changed_contributors_go_together(now, batch, becomes):
    found = batching({"all": FIRST}, {"all": now}, T, 5)
    assert found == Batching(batch, {"all": becomes})


def test_a_cell_with_the_same_contributors_keeps_its_figure_beside_one_that_is_renewed():
    now = {"all": FIRST | contributors(*range(20, 25)), "rural": contributors(*range(8))}
    assert batching({"all": FIRST, "rural": contributors(*range(8))}, now, T, 5) == Batching(
        Batch.READY, {"all": Renewal.RENEWED, "rural": Renewal.SAME}
    )


def test_a_cell_that_changed_too_little_is_held_beside_one_that_is_renewed():
    now = {"all": FIRST | contributors(*range(20, 25)), "rural": contributors(*range(8), 20, 21)}
    assert batching({"all": FIRST, "rural": contributors(*range(8))}, now, T, 5) == Batching(
        Batch.READY, {"all": Renewal.RENEWED, "rural": Renewal.HELD}
    )


def test_changes_of_several_cells_do_not_add_up_to_a_release():
    earlier = {"city": contributors(*range(10)), "rural": contributors(*range(10, 20))}
    now = {"city": contributors(*range(7)), "rural": contributors(*range(10, 17))}
    assert batching(earlier, now, T, 5) == Batching(
        Batch.PENDING, {"city": Renewal.HELD, "rural": Renewal.HELD}
    )


def test_a_cell_without_an_earlier_figure_is_new_and_makes_no_release_ready():
    now = {"all": FIRST | contributors(20), "town": contributors(*range(14, 21))}
    assert batching({"all": FIRST}, now, T, 5) == Batching(
        Batch.PENDING, {"all": Renewal.HELD, "town": Renewal.NEW}
    )


def test_districts_under_one_administration_change_as_one():
    county = Setting(5, dict.fromkeys(range(20, 22), "county"))
    now = {"all": FIRST | contributors(*range(20, 25))}
    assert batching({"all": FIRST}, now, county, 5).batch is Batch.PENDING
    now = {"all": FIRST | contributors(*range(20, 26))}
    assert batching({"all": FIRST}, now, county, 5).batch is Batch.READY


def test_a_change_that_is_known_hides_none_of_the_others():
    now = {"all": FIRST | contributors(*range(20, 25))}
    assert batching({"all": FIRST}, now, Setting(5, known=contributors(24)), 5) == Batching(
        Batch.PENDING, {"all": Renewal.HELD}
    )


def test_the_number_that_goes_together_is_the_charters():
    now = {"all": FIRST | contributors(*range(20, 26))}
    assert batching({"all": FIRST}, now, T, 6).batch is Batch.READY
    assert batching({"all": FIRST}, now, T, 7).batch is Batch.PENDING


def test_the_vault_may_ask_who_changed_in_cells_that_both_releases_have():
    earlier = {"all": FIRST, "gone": contributors(1, 2)}
    now = {"all": FIRST - contributors(3) | contributors(4, version=2), "new": contributors(30)}
    assert changed_contributors(earlier, now, T) == {3, 4}


@given(st.sets(st.integers(0, 14)), st.sets(st.integers(0, 14)), st.integers(1, 6))
def test_a_renewed_figure_differs_by_the_answers_of_enough_districts(before, after, together):
    found = batching({1: contributors(*before)}, {1: contributors(*after)}, T, together)
    assert (found.cells[1] is Renewal.RENEWED) == (len(before ^ after) >= together)
    assert (found.cells[1] is Renewal.SAME) == (before == after)
