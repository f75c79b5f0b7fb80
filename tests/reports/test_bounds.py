"""What a report may cost: how much it asks of the audit, and who waits for whom."""

from asyncio import create_task, gather, sleep, timeout
from threading import Lock
from time import sleep as take

import pytest
from conftest import NORTH
from paths import told
from reports.published import a_school, observed, once, preview, publish, superintendent
from small_cells.made import cells, counts
from sqlalchemy import text

from app.reports.withholding import choose
from app.small_cells.sums import nodes_of

pytestmark = pytest.mark.anyio
DIMENSIONS = [f"d{number}" for number in range(10)]
REFUSED = (
    "The tables of this report, with all that was published of them before, are too large to check"
    " what they give away: {} cells and sums, where {} are allowed. Break the measures down by"
    " fewer dimensions at once."
)


async def refused(as_, plan) -> list[str]:
    """What publishing and the preview say, both of them by TR-17."""
    path = f"/v1/plans/{plan.id}/progress-reports"
    caller = superintendent(as_)
    answers = [
        await caller.post(path, json={"title": "Now"}, headers=once()),
        await caller.get(f"{path}/preview"),
    ]
    bodies = [told(answer, 409) for answer in answers]
    assert [(body["code"], body["rule"]) for body in bodies] == [("conflict", "TR-17")] * 2
    return [body["detail"] for body in bodies]


def test_each_dimension_doubles_what_a_cell_counts_and_so_does_its_school():
    assert nodes_of(cells(counts(total=60))) == 1
    assert nodes_of(cells(counts(total=60, a=20, b=40))) == 5
    assert nodes_of(cells({"7/": None, "7/g=1": None, "7/g=1;s=f": None})) == 2 + 4 + 8


async def test_a_report_that_asks_too_much_is_refused_before_it_is_worked_out(
    as_, given, planned, monkeypatch
):
    """25 cells of ten dimensions in a school, and the total."""
    school = a_school("7")
    fine = [dict.fromkeys(DIMENSIONS, str(number)) for number in range(25)]
    await given(school, *[observed(planned.rate, 20, 40, school, **by) for by in fine])
    monkeypatch.setattr("app.reports.service.choose", None)
    assert await refused(as_, planned.plan) == [REFUSED.format(25 * 2048 + 1, 50_000)] * 2


async def test_what_was_published_before_counts_too(as_, given, planned, monkeypatch):
    await given(observed(planned.rate, 200, 400, grade="4"))
    monkeypatch.setattr("app.reports.withholding.MOST_NODES", 6)
    await publish(as_, planned.plan)
    await publish(as_, planned.plan)
    assert await refused(as_, planned.plan) == [REFUSED.format(9, 6)] * 2


async def test_one_report_at_a_time_is_worked_out(as_, planned, monkeypatch):
    at_once, most, lock = 0, 0, Lock()

    def slow(tables):
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        take(0.1)
        with lock:
            at_once -= 1
        return choose(tables)

    monkeypatch.setattr("app.reports.service.choose", slow)
    seen = await gather(*(preview(as_, planned.plan) for _ in range(3)))
    assert (most, seen[1:]) == (1, seen[:1] * 2)


async def test_a_preview_waits_for_nobody_and_a_report_for_another_of_the_district(
    as_, planned, owner
):
    alone = text("select pg_advisory_xact_lock(hashtextextended(:name, 34))")
    async with owner.begin() as connection:
        await connection.execute(alone, {"name": f"reports:{NORTH}"})
        report = create_task(publish(as_, planned.plan))
        await sleep(0.2)
        async with timeout(10):
            seen = await preview(as_, planned.plan)
        assert not report.done()
    assert (await report)["content"] == seen["content"]
