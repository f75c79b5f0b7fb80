"""No figure less another, or less others of one basis, stands for fewer than five (DR-05)."""

from itertools import combinations
from uuid import UUID

import pytest
from conftest import NORTH, SOUTH
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import told
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from ten import TEN, cells_of, drafted, in_short, published

from app.instruments.models import Item
from app.policy.audit import LedgerEntry
from app.policy.charter import Charter
from app.releases.vault import decide
from app.releases.verdicts import Contribution, Group, candidates
from app.vocabulary import CellStatus, ItemKind, ReasonClass, Role

ITEM = Item(id=UUID(int=1), kind=ItemKind.QUANTITATIVE)
LET_OUT = (CellStatus.PUBLISHED, None, None)
TOO_FEW = (CellStatus.WITHHELD, ReasonClass.TOO_FEW_DISTRICTS, "DR-01")
DIFFERENCE = (CellStatus.WITHHELD, ReasonClass.DIFFERENCE, "DR-05")


def decided(everyone, groups, run_together=None):
    """What becomes of the consortium and of groups of numbered districts, in their order.

    ``run_together`` tells for districts who runs them; the others run themselves.
    """
    offices = run_together or {}
    contributions = [
        Contribution(UUID(int=each), offices.get(each, UUID(int=each)), UUID(int=each), 1, 0)
        for each in everyone
    ]
    made = [
        Group(UUID(int=1000 + place), basis, {UUID(int=each) for each in members})
        for place, (basis, members) in enumerate(groups)
    ]
    cells = candidates([ITEM], made, {ITEM.id: contributions})
    verdicts = [verdict for _, verdict in decide(cells, Charter(version=1))]
    return [(each.status, each.reason, each.rule) for each in verdicts]


def test_five_of_seven_would_tell_of_two():
    assert decided(range(7), [("county", range(5))]) == [LET_OUT, DIFFERENCE]


def test_five_of_ten_tell_of_five():
    assert decided(range(10), [("county", range(5))]) == [LET_OUT, LET_OUT]


def test_five_of_nine_would_tell_of_four():
    assert decided(range(9), [("county", range(5))]) == [LET_OUT, DIFFERENCE]


def test_a_group_of_everyone_tells_nothing_new():
    groups = [("county", range(7)), ("size", range(7))]
    assert decided(range(7), groups) == [LET_OUT, LET_OUT, LET_OUT]


def test_too_few_by_itself_is_told_as_too_few():
    assert decided(range(7), [("county", range(4))]) == [LET_OUT, TOO_FEW]


def test_where_a_group_of_a_basis_is_too_few_another_is_kept_back_with_it():
    """16 less 6 and 6 would be the 4."""
    groups = [("county", each) for each in (range(6), range(6, 12), range(12, 16))]
    assert decided(range(16), groups) == [LET_OUT, LET_OUT, DIFFERENCE, TOO_FEW]


def test_groups_that_divide_everyone_are_all_let_out():
    groups = [("county", each) for each in (range(6), range(6, 12), range(12, 18))]
    assert decided(range(18), groups) == [LET_OUT] * 4


def test_who_is_in_no_group_of_a_basis_is_not_left_over():
    groups = [("county", each) for each in (range(6), range(6, 12))]
    assert decided(range(14), groups) == [LET_OUT, LET_OUT, DIFFERENCE]
    assert decided(range(17), groups) == [LET_OUT, LET_OUT, LET_OUT]


def test_groups_of_two_bases_are_not_taken_together():
    """The audit of every combination comes later: this says where the rule ends."""
    groups = [("county", range(6)), ("size", range(6, 12))]
    assert decided(range(14), groups) == [LET_OUT, LET_OUT, LET_OUT]


def test_a_group_that_is_nearly_one_of_another_basis_is_kept_back():
    groups = [("county", range(8)), ("size", range(1, 8))]
    assert decided(range(20), groups) == [LET_OUT, LET_OUT, DIFFERENCE]


def test_a_larger_group_is_kept_back_for_a_smaller_one_before_it():
    groups = [("county", range(1, 8)), ("size", range(8))]
    assert decided(range(20), groups) == [LET_OUT, LET_OUT, DIFFERENCE]


@pytest.mark.parametrize("elsewhere", [[], [range(13, 19)]])
def test_what_groups_of_a_basis_leave_of_a_group_of_another_is_looked_at(elsewhere):
    """12 less 5 and 5 would be 2, whatever else the basis has."""
    sizes = [("size", each) for each in (*elsewhere, range(5), range(5, 10))]
    assert decided(range(30), [("county", range(12)), *sizes])[2:] == [
        *[LET_OUT] * (1 + len(elsewhere)),
        DIFFERENCE,
    ]
    assert decided(range(30), [*sizes, ("county", range(12))])[-1] == DIFFERENCE


def test_groups_of_a_basis_that_overlap_are_not_taken_together():
    """Nobody can take both from everyone: two districts are in both."""
    groups = [("county", range(7)), ("county", range(5, 12))]
    assert decided(range(14), groups) == [LET_OUT, LET_OUT, LET_OUT]


def test_groups_that_overlap_do_not_hide_two_that_do_not():
    """18 less the first and the last would be 2."""
    groups = [("county", each) for each in (range(6), range(4, 10), range(6, 16))]
    assert decided(range(18), groups) == [LET_OUT, LET_OUT, LET_OUT, DIFFERENCE]


def test_districts_under_one_administration_are_left_over_as_one():
    """Ten less five are five districts, of four administrations."""
    groups = [("county", range(5))]
    assert decided(range(10), groups, {8: "joint", 9: "joint"}) == [LET_OUT, DIFFERENCE]
    assert decided(range(11), groups, {8: "joint", 9: "joint"}) == [LET_OUT, LET_OUT]


def test_the_first_in_the_public_order_is_let_out():
    """Each of two sixes may go out, and not both: whoever comes first does."""
    first, second, last = range(6), range(6, 12), range(12, 16)
    for groups in ([first, second, last], [second, first, last], [last, second, first]):
        verdicts = decided(range(16), [("county", each) for each in groups])[1:]
        large = [verdict for each, verdict in zip(groups, verdicts, strict=True) if each != last]
        assert large == [LET_OUT, DIFFERENCE]


def test_fifty_groups_that_divide_everyone_are_decided_at_once():
    """The search follows one way where no groups overlap, however the districts are numbered."""
    groups = [("county", range(county, 400, 50)) for county in range(50)]
    assert decided(range(400), groups) == [LET_OUT] * 51


def a_basis(name, size):
    """Groups that share no district, and at times some that do."""
    drawn = st.lists(st.integers(0, 3), min_size=size, max_size=size)
    apart = drawn.map(
        lambda drawn: [{each for each in range(size) if drawn[each] == place} for place in range(3)]
    )
    anyhow = st.lists(st.sets(st.integers(0, size - 1), min_size=5), max_size=2)
    both = st.tuples(apart, anyhow).flatmap(lambda two: st.permutations(two[0] + two[1]))
    return both.map(lambda groups: [(name, frozenset(group)) for group in groups])


@st.composite
def consortia(draw):
    """Up to 26 districts, who runs them, and groups on one basis or two."""
    size = draw(st.integers(5, 26))
    offices = draw(st.dictionaries(st.integers(0, size - 1), st.sampled_from("ab"), max_size=4))
    groups = draw(a_basis("county", size))
    if draw(st.booleans()):
        groups = groups + draw(a_basis("size", size))
    return size, offices, groups


def left_over(whole, parts):
    """Those whom disjoint parts of a whole leave over, in every way there is."""
    inside = [part for part in parts if part < whole]
    for count in range(1, len(inside) + 1):
        for chosen in combinations(inside, count):
            union = frozenset().union(*chosen)
            if len(union) == sum(map(len, chosen)):
                yield whole - union


@settings(max_examples=300)
@given(consortia())
def test_no_subtraction_of_what_is_let_out_tells_of_fewer_than_five(consortium):
    size, offices, groups = consortium
    verdicts = decided(range(size), groups, offices)
    cells = [(None, frozenset(range(size))), *groups]
    out = [cell for cell, told_ in zip(cells, verdicts, strict=True) if told_ == LET_OUT]
    for _, whole in out:
        for basis in ("county", "size"):
            parts = [members for each, members in out if each == basis]
            for left in left_over(whole, parts):
                assert len({offices.get(each, each) for each in left}) not in range(1, 5)


@pytest.mark.anyio
async def test_members_see_no_reason_and_staff_see_its_class(everyone, locked, owner):
    """Six contributors, five of them in a group: the sixth is not told by the rest."""
    groups = [("county", "Alder", TEN[:5])]
    round_ = await locked(dict.fromkeys(TEN[6:], {}), groups=groups)
    plan = await drafted(everyone, round_)
    path = f"/v1/release-plans/{plan['id']}/cells"
    page = await everyone(Role.ANALYST).get(path, params={"item": "expenditure"})
    shown = [
        (cell["group"], cell["verdict"], cell["reason"], cell["rule"])
        for cell in told(page, 200)["data"]
    ]
    assert shown == [
        (None, "published", None, None),
        ("Alder", "withheld", "difference", "DR-05"),
    ]
    release = await published(everyone, round_)
    cells = await cells_of(everyone, release, item="expenditure")
    assert [in_short(cell) for cell in cells] == [
        ("expenditure", None, 6, 5817),
        ("expenditure", "Alder", None, None),
    ]
    seen = f"/v1/releases/{release['id']}/cells"
    for place in (NORTH, SOUTH):
        page = await everyone(Role.VIEWER, place).get(seen, params={"group": "Alder"})
        for cell in told(page, 200)["data"][:2]:
            assert cell == cell | {"status": "withheld", "n": None, "value": None}
            assert cell.keys().isdisjoint({"reason", "rule", "verdict"})
    async with AsyncSession(owner) as session:
        asked = select(LedgerEntry.detail).where(LedgerEntry.action == "release:publish")
        details = list(await session.scalars(asked.order_by(LedgerEntry.at, LedgerEntry.id)))
    assert details[-1] == {"step": "publish", "published": 2, "withheld": 10}
