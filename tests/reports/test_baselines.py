"""TR-17 over a baseline that is itself a number of students."""

from decimal import Decimal

import pytest
from measured import Planned, a_target, an_observation
from reports.published import measure_of, publish
from sqlalchemy import text

pytestmark = pytest.mark.anyio
BASELINE, AIM, NOW = "2021-22", Decimal(100), Decimal(60)


@pytest.fixture
def reported(as_, given, planned: Planned):
    """What a report tells of a count that a target begins with, beside what was observed then."""

    async def tell(baseline: int, observed: int | None):
        count = planned.count
        plain = {"numerator": None, "denominator": None}
        rows = [an_observation(count, value=NOW, **plain)]
        if observed is not None:
            rows.append(an_observation(count, BASELINE, value=Decimal(observed), **plain))
        target = a_target(
            planned.indicators[1],
            count,
            baseline_value=Decimal(baseline),
            aim_value=AIM,
            milestones=[],
            tolerance=Decimal(2),
        )
        await given(*rows, target)
        return measure_of(await publish(as_, planned.plan), "count")

    return tell


def outcome(told_of) -> tuple:
    target, standing = told_of["target"], told_of["standing"]
    return (
        *(target["baseline_value"], target["baseline_withheld"]),
        *(standing["reason"], standing["expected"], standing["tolerance"]),
    )


WITHHELD = (None, True, "suppressed", None, None)


@pytest.mark.parametrize(
    ("baseline", "observed"),
    [
        (7, 40),  # corrected since
        (7, None),  # typed, with nothing behind it
        (0, None),
        (30, 40),  # ten students more by now
        (40, 7),  # the total is withheld
    ],
)
async def test_a_number_of_students_is_withheld_where_it_is_small_or_not_the_total(
    reported, baseline, observed
):
    told_of = await reported(baseline, observed)
    assert outcome(told_of) == WITHHELD
    assert told_of["observation"]["value"] == 60


@pytest.mark.parametrize("observed", [40, None])
async def test_a_number_of_students_that_is_the_total_or_has_none_is_shown(reported, observed):
    told_of = await reported(40, observed)
    assert outcome(told_of) == (40, False, "beyond_tolerance", 88, 2)


async def test_a_count_of_something_else_keeps_its_baseline_however_small(reported, owner):
    async with owner.begin() as connection:
        await connection.execute(text("update measure_editions set counts_students = false"))
    assert outcome(await reported(7, 40))[:2] == (7, False)
