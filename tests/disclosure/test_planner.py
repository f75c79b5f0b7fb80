"""DR-06: of what would give a group away, the least important is dropped, and nothing else."""

from fractions import Fraction

from app.disclosure.audit import Outcome, audit
from app.disclosure.figures import Column, Figure, Setting
from app.disclosure.planner import Plan, plan

T = Setting(5)
TWELVE = range(12)


def group(key: str, *members: int, category: str | None = None, version: int = 0) -> Figure:
    return Figure(key, {Column(each, category, version): 1 for each in members})


def recipes(told: Plan) -> dict[str, dict[str, Fraction]]:
    """Recipes, with the sign that the dropped figure is added once."""
    return {
        key: {each: multiple / breach.recipe[key] for each, multiple in breach.recipe.items()}
        for key, breach in told.dropped.items()
    }


ALL = group("all", *TWELVE)
EAST = group("east", *range(6))
WEST = group("west", *range(6, 12))


def test_what_stands_for_enough_goes_out_and_in_the_public_order():
    told = plan((), [WEST, ALL, EAST], T)
    assert told.kept == ("west", "all", "east")
    assert told.dropped == {}
    assert told.undecided == ()
    assert told.audit.outcome is Outcome.CERTIFIED


def test_of_twelve_the_groups_of_four_are_dropped_and_what_is_safe_still_goes_out():
    fours = [group(f"four {each}", *range(4 * each, 4 * each + 4)) for each in range(3)]
    middle = group("middle", *range(3, 9))
    seven = group("seven", *range(7))
    told = plan((), [ALL, EAST, *fours, middle, seven, WEST], T)
    assert told.kept == ("all", "east", "middle", "west")
    assert recipes(told) == {
        "four 0": {"four 0": 1},
        "four 1": {"four 1": 1},
        "four 2": {"four 2": 1},
        "seven": {"east": -1, "seven": 1},
    }
    assert [breach.touched for breach in told.dropped.values()] == [4, 4, 4, 1]


def test_of_two_that_give_a_group_away_together_the_less_important_is_dropped():
    most = group("most", *range(9))
    assert plan((), [ALL, most], T).kept == ("all",)
    assert plan((), [most, ALL], T).kept == ("most",)
    assert recipes(plan((), [most, ALL], T)) == {"all": {"most": -1, "all": 1}}


def test_what_was_dropped_drops_nothing_else():
    most = group("most", *range(9))
    nearly = group("nearly", *range(8))
    told = plan((), [ALL, most, nearly, group("five", *range(7, 12))], T)
    assert told.kept == ("all", "five")
    assert recipes(told) == {
        "most": {"all": -1, "most": 1},
        "nearly": {"all": -1, "nearly": 1},
    }


def test_a_figure_that_others_make_up_goes_out_with_them():
    assert plan((), [ALL, EAST, WEST, WEST], T).kept == ("all", "east", "west")


def test_what_is_published_stands_and_a_later_release_is_planned_beside_it():
    first = plan((), [ALL, EAST], T)
    assert first.kept == ("all", "east")
    later = [group("most", *range(11)), WEST, group("middle", *range(3, 9))]
    told = plan([ALL, EAST], later, T)
    assert told.kept == ("west", "middle")
    assert recipes(told) == {"most": {"all": -1, "most": 1}}
    assert audit([ALL, EAST, *later[1:]], T, seed=9).passed


def test_a_late_joiner_waits_until_five_come_together():
    joined = group("joined", *range(13))
    assert recipes(plan([ALL], [joined], T)) == {"joined": {"all": -1, "joined": 1}}
    assert plan([ALL], [group("joined", *range(17))], T).kept == ("joined",)


def test_a_withdrawal_waits_until_five_go_together():
    left = group("left", *range(11))
    assert recipes(plan([ALL], [left], T)) == {"left": {"all": -1, "left": 1}}
    assert plan([ALL], [group("left", *range(7))], T).kept == ("left",)


def test_an_answer_given_anew_is_not_published_by_itself():
    anew = Figure("anew", {**ALL.weights, Column(0, None, 1): 1})
    anew.weights.pop(Column(0))
    assert recipes(plan([ALL], [anew], T)) == {"anew": {"all": -1, "anew": 1}}


def test_what_stands_under_one_key_goes_out_together_or_not_at_all():
    above = [group("rate", *TWELVE, category="above"), group("other", *range(11), category="above")]
    below = [group("rate", *range(3), category="below"), group("other", *TWELVE, category="below")]
    told = plan((), [*above, *below], T)
    assert told.kept == ("other",)
    assert list(told.dropped) == ["rate"]
    assert told.audit.outcome is Outcome.CERTIFIED


def test_what_stands_under_one_key_may_not_give_a_group_away_by_itself():
    told = plan((), [group("both", *TWELVE), group("both", *range(11)), EAST], T)
    assert told.kept == ("east",)
    assert list(told.dropped) == ["both"]


def test_a_total_and_its_categories_are_planned_together():
    levels = [group(f"{each} of all", *TWELVE, category=each) for each in ("low", "high")]
    columns = [Column(each, level) for each in range(9) for level in ("low", "high")]
    total = Figure("both of nine", dict.fromkeys(columns, 1))
    told = plan((), [*levels, total], T)
    assert told.kept == ("low of all", "high of all")
    assert recipes(told) == {
        "both of nine": {"low of all": -1, "high of all": -1, "both of nine": 1}
    }
    assert told.dropped["both of nine"].touched == 3


def test_districts_under_one_administration_count_once():
    assert plan((), [group("five", *range(5))], T).kept == ("five",)
    assert plan((), [group("five", *range(5))], Setting(5, {0: 1})).kept == ()


def test_who_consented_hides_nobody():
    known = Setting(5, {}, frozenset({Column(0)}))
    assert plan((), [group("five", *range(5))], known).kept == ()
    assert plan((), [group("six", *range(6))], known).kept == ("six",)


def test_nothing_is_planned_beside_published_figures_that_give_a_group_away_by_themselves():
    told = plan([ALL, group("ten", *range(10))], [EAST], T)
    assert told.kept == ()
    assert told.dropped == {}
    assert told.undecided == ("east",)
    assert told.audit.outcome is Outcome.BREACHED


def test_nothing_planned_is_a_plan():
    told = plan((), (), T)
    assert (told.kept, told.dropped, told.undecided) == ((), {}, ())
    assert told.audit.outcome is Outcome.CERTIFIED


def test_it_tells_how_far_it_is():
    told: list[tuple[int, int]] = []
    plan((), [ALL, EAST, WEST], T, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_four_districts_told_apart_only_by_several_groups_are_found():
    halves = [group(f"pair {each}", *range(6 * each, 6 * each + 6)) for each in range(4)]
    moved = [
        group("moved", 0, 6, *range(12, 18), *range(2, 6), *range(8, 12)),
        group("apart", 1, 7, 18, 19, *range(2, 6), *range(8, 12), *range(20, 24)),
    ]
    every = [*halves, *moved]
    told = plan((), every, T)
    assert audit(every, T).outcome is Outcome.BREACHED
    assert "apart" not in told.kept
    assert audit([each for each in every if each.key in told.kept], T, seed=5).passed


HUB = group("hub", *range(20))
SPOKES = [
    group(f"spoke {each}", *(one for one in range(20) if one // 4 != each)) for each in range(3)
]


def test_one_is_given_up_for_several():
    told = plan((), [HUB, *SPOKES], T)
    assert told.kept == ("spoke 0", "spoke 1", "spoke 2")
    assert recipes(told) == {"hub": {"hub": 1, "spoke 0": -1}}
    assert told.audit.outcome is Outcome.CERTIFIED


def test_a_firm_one_is_not_given_up():
    told = plan((), [HUB, *SPOKES], T, firm={"hub"})
    assert told.kept == ("hub",)
    assert list(told.dropped) == ["spoke 0", "spoke 1", "spoke 2"]


def test_without_trades_each_gives_way_to_more_important_ones_alone():
    assert plan((), [HUB, *SPOKES], T, trades=0).kept == ("hub",)


def test_one_is_not_given_up_for_one():
    hub, spoke = group("hub", *range(20)), group("spoke", *range(4, 20))
    told = plan((), [hub, spoke], T)
    assert told.kept == ("hub",)
    assert recipes(told) == {"spoke": {"hub": -1, "spoke": 1}}


def test_one_is_not_given_up_for_several_that_together_stand_for_fewer():
    beside = [group("end", *range(12, 20)), group("mixed", *range(1, 5), *range(14, 18))]
    narrow = [group("start", *range(9)), group("middle", *range(5, 14))]
    wide = [group("start", *range(9), 20), group("middle", *range(5, 14), 21)]
    assert plan((), [HUB, *beside, *narrow], T).kept == ("hub", "end", "mixed")
    assert plan((), [HUB, *beside, *wide], T).kept == ("end", "mixed", "start", "middle")
