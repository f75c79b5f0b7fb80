"""TR-17 by hand: which cells are withheld, and why."""

from fractions import Fraction

import pytest
from small_cells.made import at, cell, cells, counts, kept, name, shares, shown, small

from app.small_cells.cells import Counting, Figure, count, mean, share
from app.small_cells.suppression import given_away, told, withheld

FOUR = {
    "g=1;s=f": count(5),
    "g=1;s=m": count(45),
    "g=2;s=f": count(40),
    "g=2;s=m": count(10),
}


@pytest.mark.parametrize(
    ("figure", "is_small"),
    [
        (count(10), False),
        (count(9), True),
        (count(0), True),
        (share(10, 20), False),
        (share(9, 20), True),
        (share(11, 20), True),
        (share(0, 200), True),
        (share(200, 200), True),
        (share(190, 200), False),
        (share(191, 200), True),
        (share(5, 9), True),
        (share(30, 20), False),
        (share(30, 9), True),
        (mean(3, 10), False),
        (mean(500, 9), True),
    ],
)
def test_a_figure_is_small_by_each_number_of_students_it_tells(figure, is_small):
    assert small(figure) is is_small


def test_figures_are_added_and_taken_from_one_another_part_by_part():
    assert share(3, 10) + share(4, 20) == share(7, 30)
    assert share(3, 10) - share(4, 20) == Figure(Counting.SHARE, (Fraction(-1), Fraction(-10)))
    assert share(3, 10).people_of(1) == count(10)
    assert mean(3, 10).people_of(0) is None
    assert (share(3, 10).possible, (share(3, 10) - share(4, 20)).possible) == (True, False)


def test_nothing_is_withheld_where_nothing_is_small():
    assert kept(counts(total=60, a=20, b=40)) == []


def test_a_small_cell_takes_another_one_with_it():
    assert kept(counts(total=60, a=7, b=30, c=23)) == ["of=a", "of=b"]


def test_a_share_is_kept_by_its_numerator_and_by_its_denominator():
    assert kept(shares(total=(40, 90), a=(7, 30), b=(13, 30), c=(20, 30))) == ["of=a", "of=b"]


def test_two_small_cells_that_are_few_together_take_a_third_one():
    assert kept(counts(total=60, a=3, b=5, c=30, d=22)) == ["of=a", "of=b", "of=c"]


def test_two_small_cells_that_are_ten_together_keep_each_other():
    assert kept(counts(total=60, a=4, b=6, c=30, d=20)) == ["of=a", "of=b"]


def test_all_or_nobody_in_several_cells_is_not_told_by_their_sum():
    """Of 40 students in two groups nobody passed: the two together say it of each of the 40."""
    assert kept(shares(total=(60, 140), a=(0, 20), b=(0, 20), c=(30, 50), d=(30, 50))) == [
        "of=a",
        "of=b",
        "of=c",
    ]


def test_a_district_is_the_sum_of_its_schools():
    table = {"": count(100), "1/": count(5), "2/": count(40), "3/": count(55)}
    assert kept(table) == ["1/", "2/"]


def test_a_small_group_of_one_school_takes_a_rectangle():
    """By group in its school, and by school in its group."""
    table = {
        **counts(total=160, a=65, b=95),
        **at(1, counts(total=55, a=5, b=50)),
        **at(2, counts(total=105, a=60, b=45)),
    }
    assert kept(table) == ["1/of=a", "1/of=b", "2/of=a", "2/of=b"]


def test_a_small_school_is_not_told_by_its_groups():
    """Nobody entered how many are in the second school, but for its groups."""
    table = {"": count(100), "1/": count(94), **at(2, counts(a=3, b=3))}
    assert kept(table) == ["1/", "2/of=a", "2/of=b"]


def test_those_in_no_category_are_withheld_where_they_are_few():
    assert kept(counts(total=60, a=30, b=26)) == ["of=a"]
    assert kept(counts(total=60, a=30, b=15)) == []


def test_a_category_alone_does_not_take_the_total():
    """497 students do not learn English: they were not entered, and are not few."""
    assert kept({"": count(504), "program=el": count(7)}) == ["program=el"]


def test_categories_that_overlap_do_not_add_up():
    """Who learns English may also have a disability: what is left over is below 0."""
    table = {"": count(60), "program=el": count(7), "program=swd": count(58)}
    assert kept(table) == ["program=el"]


def test_an_empty_category_is_small_too():
    assert kept(shares(total=(40, 90), a=(0, 0), b=(20, 45), c=(20, 45))) == ["of=a", "of=b"]


def test_a_mean_is_kept_by_the_number_of_students():
    table = {"": mean(900, 90), "of=a": mean(30, 9), "of=b": mean(470, 40), "of=c": mean(400, 41)}
    assert kept(table) == ["of=a", "of=b"]


def test_what_the_source_withheld_is_not_told_by_its_sums():
    assert kept(counts(total=60, a=20, b=40) | {"of=c": None}) == ["of=a", "of=c"]


def test_a_total_is_withheld_last():
    """The total alone could be shown beside the cell, and is kept while a finer cell will do."""
    table = {"": count(60), "of=a": count(7), "of=b": count(53)}
    assert kept(table) == ["of=a", "of=b"]
    assert kept({"": count(12), "of=a": count(7), "of=b": count(5)}) == ["of=a", "of=b"]


def test_a_cell_of_two_dimensions_is_kept_by_both():
    table = {
        "": count(100),
        "g=1": count(50),
        "g=2": count(50),
        "s=f": count(45),
        "s=m": count(55),
        **FOUR,
    }
    assert kept(table) == sorted(FOUR)


def test_totals_that_nobody_entered_are_known_from_their_parts():
    """Neither grades nor sexes were entered by themselves; two ways round the four cells are."""
    table = {"": count(100), **FOUR}
    assert kept(table) == ["g=1;s=f", "g=1;s=m"]


class TestSnapshots:
    def test_the_next_snapshot_withholds_the_same(self):
        table = counts(total=60, a=7, b=30, c=23)
        first = shown(table)
        assert kept(table, first) == ["of=a", "of=b"]

    def test_another_choice_would_give_the_first_one_away(self):
        """The first withheld a and b; c, which it showed, is corrected, and b keeps a still."""
        first = shown(counts(total=60, a=7, b=30, c=23))
        second = counts(total=70, a=7, b=30, c=33)
        assert kept(second, first) == ["of=a", "of=b"]
        alone = {cell("of=a"), cell("of=c")}
        found = {each.of for each in given_away([first], cells(second), alone, small)}
        assert found == {frozenset({cell("of=a")}), frozenset({cell("of=c")})}

    def test_a_correction_of_what_is_shown_does_not_tell_what_is_withheld(self):
        """Before, a was 30 and shown with the total; now b, shown before, would tell what a is."""
        first = shown(counts(total=83, a=30, b=30, c=23))
        assert kept(counts(total=60, a=7, b=30, c=23), first) == ["", "of=a"]

    def test_a_category_that_comes_later_does_not_tell_what_was_withheld(self):
        first = shown({"": count(504), "program=el": count(7)})
        second = {"": count(504), "program=el": count(7), "program=not_el": count(497)}
        assert kept(second, first) == ["program=el", "program=not_el"]

    def test_a_dimension_that_comes_later_is_shown_where_it_tells_nothing(self):
        first = shown(counts(total=60, a=7, b=30, c=23))
        second = counts(total=60, a=7, b=30, c=23) | {"sex=f": count(30), "sex=m": count(30)}
        assert kept(second, first) == ["of=a", "of=b"]

    def test_a_small_number_is_not_told_by_its_correction(self):
        """Only a was corrected, from 7 to 17: told beside the total, it would tell b, and the 7."""
        first = shown(counts(total=60, a=7, b=30, c=23))
        second = counts(total=70, a=17, b=30, c=23)
        assert kept(second, first) == ["of=a", "of=b"]
        alone = given_away([first], cells(second), {cell("of=b")}, small)
        assert {each.of for each in alone} == {frozenset({cell("of=a")}), frozenset({cell("of=b")})}

    def test_a_small_number_is_not_told_by_several_snapshots_together(self):
        table = counts(total=60, a=7, b=30, c=23)
        corrected = counts(total=61, a=7, b=31, c=23)
        again = counts(total=62, a=7, b=31, c=24)
        snapshots = [shown(table)]
        for each in (corrected, again):
            snapshots.append(shown(each, *snapshots))
        assert [
            sorted(name(c) for c, said in snapshot.items() if not said.shown)
            for snapshot in snapshots
        ] == [["of=a", "of=b"]] * 3

    def test_what_returns_to_an_earlier_value_is_not_known_to_have_returned(self):
        """Both were shown, at other times: that they are so again is withheld like any number."""
        snapshots = []
        for table in (counts(total=100, a=30, b=70), counts(total=75, a=30, b=45)):
            snapshots.append(shown(table, *snapshots))
        assert kept(counts(total=75, a=5, b=70), *snapshots) == ["of=a", "of=b"]

    def test_what_cannot_be_taken_back_is_found(self):
        """A category that was left out before counts nobody now: all the rest was shown."""
        first = told(cells(counts(total=60, a=7, b=53, c=12)), {cell("of=a")})
        second = cells(counts(total=60, a=7, b=53))
        chosen = withheld([first], second, small)
        assert sorted(name(each) for each in chosen) == ["of=a"]
        (breach,) = {each.of for each in given_away([first], second, chosen, small)}
        assert {name(each) for each in breach} == {"of=a"}


def test_the_choice_does_not_depend_on_how_the_cells_come():
    table = counts(total=90, a=3, b=4, c=30, d=22, e=31)
    turned = dict(reversed(table.items()))
    assert kept(table) == kept(turned) == ["of=a", "of=b", "of=c"]


def test_of_the_cells_that_would_do_the_numbers_do_not_choose():
    assert kept(counts(total=67, a=7, b=50, c=10)) == kept(counts(total=67, a=7, b=10, c=50))
