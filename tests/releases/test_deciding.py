"""What is let out of a round's figures, decided without a database."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from app.disclosure.batches import Batch
from app.instruments.models import Item
from app.policy.charter import Charter
from app.releases.candidates import Options
from app.releases.cells import lines_of, told_by
from app.releases.contributions import (
    Asked,
    CellName,
    Contribution,
    Gathered,
    Group,
    InPeriod,
    PastFigure,
)
from app.releases.deciding import Terms, decided
from app.submissions.content import Content
from app.vocabulary import (
    AnswerStatus,
    CellStatus,
    Disclosure,
    ItemKind,
    ReasonClass,
    ShareReading,
    Statistic,
    TopicKind,
)

CHARTER = Charter(version=1)
TODAY = date(2027, 9, 27)
QUIET = (ReasonClass.WITHHELD, "DR-14")
DIFFERENCE = (ReasonClass.DIFFERENCE, "DR-05")


def an_item(**changes):
    told = {
        "id": UUID(int=1),
        "code": "item",
        "kind": ItemKind.QUANTITATIVE,
        "disclosure": Disclosure.CONFIDENTIAL,
        "decimals": 1,
        "statistic": Statistic.MEAN_OF_DISTRICTS,
        "cost": False,
        "counts_students": False,
    }
    return Item(**(told | changes))


def given(number, content, version=1):
    place = UUID(int=number)
    answer = UUID(int=1000 * version + number)
    return Contribution(place, place, answer, version, answer, content)


def values(figures, first=1, version=1):
    """What districts report, numbered from the first."""
    return [
        given(number, Content(AnswerStatus.REPORTED, value=Decimal(str(figure))), version)
        for number, figure in enumerate(figures, start=first)
    ]


def ratios(pairs):
    return [
        given(
            number,
            Content(AnswerStatus.REPORTED, numerator=Decimal(above), denominator=Decimal(below)),
        )
        for number, (above, below) in enumerate(pairs, start=1)
    ]


def levels(chosen):
    return [
        given(number, Content(AnswerStatus.REPORTED, level=level))
        for number, level in enumerate(chosen, start=1)
    ]


def a_group(number, members, basis="county"):
    return Group(
        UUID(int=900 + number), basis, f"Group {number}", {UUID(int=each) for each in members}
    )


def decision(
    contributions, *groups, item=None, before=None, options=None, topic=TopicKind.CONTEXT, **how
):
    """Decide on one item."""
    item = item or an_item()
    offices = {each.district_id: each.administration for each in contributions}
    now = InPeriod("2026-27", contributions, **how)
    gathered = Gathered(
        [Asked(item, topic)],
        groups,
        offices,
        {item.id: now},
        {} if before is None else {item.id: before},
    )
    terms = Terms(CHARTER, options or Options(), 7, TODAY, lambda _done, _total: None)
    return decided(gathered, terms)


def in_short(made):
    """Of each line: the group, the statistic or option, and why it is kept back."""
    return [
        (
            line.decided.cell.group and line.decided.cell.group.name,
            line.category or (line.decided.cell.statistic and line.decided.cell.statistic.value),
            line.verdict.reason and (line.verdict.reason, line.verdict.rule),
        )
        for line in lines_of(made)
    ]


def told(made):
    """What each published line tells."""
    return [
        told_by(line.decided.cell, CHARTER, line.decided.setting)[line.category]
        for line in lines_of(made)
        if line.verdict.published
    ]


def test_of_twelve_the_mean_and_the_halves_go_out_and_groups_where_they_are_safe():
    figures = [10, 12, 15, 17, 20, 22, 25, 27, 30, 32, 35, 37]
    made = decision(values(figures), a_group(1, range(1, 7)), a_group(2, range(7, 13)))
    assert in_short(made) == [
        (None, "mean_of_districts", None),
        (None, "lower_half", None),
        (None, "middle_half", None),
        (None, "upper_half", None),
        ("Group 1", "mean_of_districts", None),
        ("Group 2", "mean_of_districts", None),
    ]
    shown = [each.value for each in told(made)]
    assert shown == [Decimal(each) for each in ("23.5", "16.0", "23.5", "31.0", "16.0", "31.0")]


def test_a_group_that_the_halves_would_give_away_is_kept_back_and_given_without_them():
    """The lower six less the group of six leave one against another.

    A recipe would tell that the group has nearly all of the lower six: no reason is told.
    """
    figures = [10, 12, 15, 17, 20, 25, 22, 27, 30, 32, 35, 37]
    group = a_group(1, range(1, 7))
    assert in_short(decision(values(figures), group))[-1][2] == (ReasonClass.WITHHELD, "DR-14")
    without = decision(values(figures), group, options=Options(quantiles=False))
    assert in_short(without) == [
        (None, "mean_of_districts", None),
        ("Group 1", "mean_of_districts", None),
    ]


def means_kept(made):
    """Whose means go out; none for the whole consortium."""
    return [
        line.decided.cell.group and line.decided.cell.group.name
        for line in lines_of(made)
        if line.verdict.published and line.decided.cell.statistic is Statistic.MEAN_OF_DISTRICTS
    ]


def three_of_sixteen(first):
    """Groups that each lack another four of twenty, numbered from the first."""
    return [
        a_group(first + each, (one for one in range(1, 21) if (one - 1) // 4 != each))
        for each in range(3)
    ]


def test_a_group_is_given_up_for_several_that_it_keeps_out():
    groups, figures = [a_group(1, range(1, 21)), *three_of_sixteen(2)], values(range(100, 140))
    made = decision(figures, *groups, options=Options(quantiles=False))
    assert means_kept(made) == [None, "Group 2", "Group 3", "Group 4"]


def test_beside_quantiles_a_group_gives_way_to_more_important_figures_alone():
    """Who stands in a quantile hangs on values, and nothing is given up for their sake."""
    groups, figures = [a_group(1, range(1, 21)), *three_of_sixteen(2)], values(range(100, 140))
    assert means_kept(decision(figures, *groups)) == [None, "Group 1"]


def test_the_whole_consortium_is_given_up_for_no_groups():
    figures = values(range(100, 120))
    made = decision(figures, *three_of_sixteen(1), options=Options(quantiles=False))
    assert means_kept(made) == [None]


def test_a_plan_looks_at_the_bases_it_is_told():
    groups = a_group(1, range(1, 6)), a_group(2, range(2, 8), "size")
    made = decision(values(range(10, 20)), *groups, options=Options(bases=("size",)))
    assert [line[0] for line in in_short(made)] == [None, "Group 2"]


@pytest.mark.parametrize(("largest", "why"), [(40, None), (10_000, QUIET)])
def test_who_stands_out_of_a_sum_is_not_told_dr_03(largest, why):
    made = decision(values([10, 12, 14, 16, 18, largest]))
    assert in_short(made) == [(None, "mean_of_districts", why)]


def test_a_value_below_what_everybody_knows_is_not_explained():
    assert in_short(decision(values([-5, 10, 12, 14, 16, 18])))[0][2] == QUIET
    lower = an_item(lowest=Decimal(-10))
    assert in_short(decision(values([-5, 10, 12, 14, 16, 18]), item=lower))[0][2] is None


@pytest.mark.parametrize(
    ("weights", "why"), [((100,) * 5, None), ((100, 100, 100, 100, 150), QUIET)]
)
def test_nobody_has_more_than_the_cap_of_a_pooled_figure_dr_02(weights, why):
    item = an_item(statistic=Statistic.POOLED, denominator="students", factor=100)
    made = decision(ratios([(each * 3 // 10, each) for each in weights]), item=item)
    assert in_short(made) == [(None, "pooled", why)]
    assert [each.value for each in told(made)] == ([] if why else [Decimal("30.0")])


def test_rates_of_few_students_are_left_out_and_a_cell_of_few_is_withheld_dr_04():
    item = an_item(denominator="students", factor=100, counts_students=True)
    made = decision(ratios([(5, 20), (6, 20), (7, 20), (8, 20), (9, 20), (4, 9)]), item=item)
    (line,) = lines_of(made)
    assert (line.decided.cell.n, line.verdict.reason) == (5, None)
    few = decision(ratios([(1, 20), (1, 20), (1, 20), (1, 20), (2, 20)]), item=item)
    assert in_short(few) == [(None, "mean_of_districts", QUIET)]
    nearly_all = decision(ratios([(19, 20)] * 5), item=item)
    assert in_short(nearly_all) == [(None, "mean_of_districts", QUIET)]


def test_shares_of_an_outcome_ask_for_ten_and_are_never_none_or_all_dr_12():
    rubric = an_item(kind=ItemKind.RUBRIC, options=["low", "high"], statistic=None)
    few = decision(levels([1] * 9), item=rubric, topic=TopicKind.OUTCOME)
    why = (ReasonClass.TOO_FEW_DISTRICTS, "DR-12")
    assert in_short(few) == [(None, "low", why), (None, "high", why)]
    ten = decision(levels([1] * 10), item=rubric, topic=TopicKind.OUTCOME)
    assert [(each.value, each.reading) for each in told(ten)] == [
        (90, ShareReading.AT_LEAST),
        (10, ShareReading.AT_MOST),
    ]
    practice = decision(levels([1] * 9), item=rubric)
    assert [each.band.value for each in told(practice)] == ["most_all", "none_few"]


def test_figures_of_cost_wait_for_ninety_days_dr_13(monkeypatch):
    cost = an_item(cost=True)
    waits = (ReasonClass.NOT_YET, "DR-13")
    assert in_short(decision(values(range(10, 15)), item=cost)) == [
        (None, "mean_of_districts", waits)
    ]
    monkeypatch.setattr(f"{__name__}.TODAY", date(2027, 9, 28))
    assert in_short(decision(values(range(10, 15)), item=cost))[0][2] is None


def test_what_is_published_elsewhere_is_kept_back_by_no_rule():
    public = an_item(disclosure=Disclosure.PUBLIC_FACT, cost=True)
    made = decision(values([1, 2, 900]), a_group(1, [1]), a_group(2, [8]), item=public)
    assert in_short(made) == [
        (None, "mean_of_districts", None),
        ("Group 1", "mean_of_districts", None),
        ("Group 2", "mean_of_districts", (ReasonClass.TOO_FEW_DISTRICTS, "DR-01")),
    ]
    rubric = an_item(
        kind=ItemKind.RUBRIC, options=["low", "high"], disclosure=Disclosure.PUBLIC_FACT
    )
    assert [each.value for each in told(decision(levels([1, 1, 2]), item=rubric))] == [70, 30]


def test_quantiles_of_what_is_published_elsewhere_are_told_as_any_others():
    public = an_item(disclosure=Disclosure.PUBLIC_FACT)
    made = decision(values(range(1, 18)), item=public)
    assert in_short(made) == [
        (None, "mean_of_districts", None),
        (None, "lower_quartile", None),
        (None, "median", None),
        (None, "upper_quartile", None),
    ]
    assert [each.value for each in told(made)] == [9, 5, 9, 13]


def test_what_a_district_let_others_know_hides_nobody():
    known = frozenset({(None, UUID(int=1))})
    made = decision(values(range(10, 15)), consenting=known)
    assert in_short(made)[0][2] == (ReasonClass.TOO_FEW_DISTRICTS, "DR-01")


def test_a_trend_is_of_those_who_answered_both_times_dr_10():
    before = InPeriod("2025-26", values(range(20, 27), first=1))
    made = decision(values(range(30, 37), first=3, version=2), before=before)
    assert [line.decided.cell.period for line in lines_of(made)] == [
        "2026-27",
        "2025-26",
        "2026-27",
    ]
    assert in_short(made) == [
        (None, "mean_of_districts", None),
        (None, "panel_mean", DIFFERENCE),
        (None, "panel_mean", DIFFERENCE),
    ]


def test_a_trend_goes_out_whole():
    before = InPeriod("2025-26", values(range(20, 26)))
    made = decision(values(range(30, 36), version=2), before=before)
    assert [each[2] for each in in_short(made)] == [None, None, None]
    assert [each.value for each in told(made)] == [
        Decimal("32.5"),
        Decimal("22.5"),
        Decimal("32.5"),
    ]


def test_sums_that_would_bring_others_near_a_withheld_one_are_withheld_dr_08():
    """Everyone less eleven small ones is the group in which one stands out."""
    figures = [1000, 20, 20, 20, 20, *[10] * 6]
    groups = a_group(1, range(1, 6)), a_group(2, range(6, 12))
    made = decision(values(figures), *groups, options=Options(quantiles=False))
    verdicts = {name: why for name, _, why in in_short(made)}
    assert verdicts["Group 1"] == QUIET
    assert QUIET in {verdicts[None], verdicts["Group 2"]}


def past_mean(contributions, group, measured):
    """A mean that an earlier edition of the instrument let out."""
    name = CellName(UUID(int=5), "item", "size", group, Statistic.MEAN_OF_DISTRICTS, "2026-27")
    return PastFigure(name, tuple(each.column for each in contributions), measured=measured)


@pytest.mark.parametrize(
    ("measured", "why"), [((None, 0), None), ((None, 3), QUIET), ((1000, 0), QUIET)]
)
def test_what_another_edition_told_more_finely_counts_as_it_was_told_dr_08(measured, why):
    """All less the ninety are ten, and those less five others are the group with a large one."""
    everyone = values([500, *[10] * 99])
    past = [past_mean(everyone, "All", measured), past_mean(everyone[10:], "Ninety", measured)]
    groups = a_group(1, range(1, 6)), a_group(2, range(6, 11))
    made = decision(
        everyone,
        *groups,
        item=an_item(decimals=0),
        options=Options(quantiles=False),
        past=past,
    )
    verdicts = {name: told for name, _, told in in_short(made)}
    assert (verdicts["Group 1"], verdicts["Group 2"]) == (QUIET, why)


def test_what_an_item_was_told_when_it_asked_otherwise_has_no_value_beside_a_sum():
    told_then = levels([1, 2, 1, 2, 1])
    name = CellName(UUID(int=5), "item", None, None, Statistic.PREVALENCE, "2026-27")
    columns = tuple(each.column for each in told_then)
    made = decision(
        values([1000, 20, 20, 20, 20, *[10] * 6], version=2),
        a_group(1, range(1, 6)),
        options=Options(quantiles=False),
        past=[PastFigure(name, columns, ("yes", "no"))],
        contents={each.column: each.content for each in told_then},
    )
    assert {name: why for name, _, why in in_short(made)}["Group 1"] == QUIET


def test_the_work_tells_how_far_it_is_in_per_cent():
    seen = []
    contributions = values(range(10, 30))
    item = an_item()
    gathered = Gathered(
        [Asked(item, TopicKind.CONTEXT)],
        [a_group(number, range(number, number + 8)) for number in range(1, 12)],
        {each.district_id: each.administration for each in contributions},
        {item.id: InPeriod("2026-27", contributions)},
    )
    terms = Terms(CHARTER, Options(), 7, TODAY, lambda done, total: seen.append((done, total)))
    assert decided(gathered, terms).batch is Batch.UNCHANGED
    assert seen[0] == (0, 100)
    assert seen[-1] == (100, 100)
    assert seen == sorted(seen)


def test_what_was_reported_is_in_no_repr():
    """A traceback or a log that shows these objects shows no figure."""
    odd = values(["73219.4471", 1, 2, 3, 4])
    made = decision(odd)
    assert [repr(each).find("73219") for each in (odd[0], made.cells[0].cell, made)] == [-1] * 3
    assert made.cells[0].barred is not None
    assert lines_of(made)[0].verdict.status is CellStatus.WITHHELD
