"""DR-10: a trend is of those who answered in every period."""

import pytest

from app.disclosure.figures import Column, Figure
from app.disclosure.panels import matched_panel, panel_figures


def test_a_panel_is_who_answered_in_every_period_each_in_its_own_version():
    periods = {
        2025: [Column("a"), Column("b"), Column("c"), Column("d")],
        2026: [Column("d", version=2), Column("b"), Column("a", version=1)],
        2027: [Column("b", version=3), Column("e"), Column("d")],
    }
    assert matched_panel(periods) == {
        2025: (Column("b"), Column("d")),
        2026: (Column("b"), Column("d", version=2)),
        2027: (Column("b", version=3), Column("d")),
    }


def test_a_category_is_matched_for_itself():
    periods = {
        1: [Column("a", "girls"), Column("a", "boys"), Column("b", "girls")],
        2: [Column("a", "girls"), Column("b", "boys")],
    }
    assert matched_panel(periods) == {1: (Column("a", "girls"),), 2: (Column("a", "girls"),)}


def test_the_figures_of_a_panel_enter_the_audits_of_their_periods():
    periods = {1: [Column("a"), Column("b")], 2: [Column("b", version=4)]}
    assert panel_figures("trend", periods) == {
        1: [Figure("trend", {Column("b"): 1})],
        2: [Figure("trend", {Column("b", version=4): 1})],
    }


def test_there_is_no_figure_of_an_empty_panel():
    assert panel_figures("trend", {1: [Column("a")], 2: [Column("b")]}) == {1: [], 2: []}


@pytest.mark.parametrize(
    ("periods", "problem"),
    [
        ({1: [Column("a")]}, "A trend has at least two periods."),
        (
            {1: [Column("a")], 2: [Column("a"), Column("a", version=1)]},
            "A period has one version of each answer.",
        ),
    ],
)
def test_what_makes_no_panel_is_refused(periods, problem):
    with pytest.raises(ValueError, match=problem):
        matched_panel(periods)
