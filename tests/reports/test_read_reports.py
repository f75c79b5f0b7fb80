"""Reading: anybody may, anyone may keep the answer, and a withdrawn report is gone."""

from uuid import UUID

import pytest
from conftest import NORTH, SOUTH
from measured import Planned, a_plan
from paths import told
from reports.published import publish, superintendent, withdraw
from sqlalchemy import text

from app.main import contract_of
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
LIST = f"/v1/districts/{NORTH}/progress-reports"


@pytest.fixture
async def theirs(given, roster) -> Planned:
    made = Planned(SOUTH)
    await given(*made.rows)
    return made


@pytest.mark.parametrize("role", sorted(Role))
async def test_everybody_reads_the_same(as_, client, planned, role):
    report = await publish(as_, planned.plan)
    caller = client if role is Role.PUBLIC else as_(role, None if role.of_consortium else SOUTH)
    at = f"/v1/progress-reports/{report['id']}"
    assert told(await caller.get(at), 200) == report
    assert told(await caller.get(LIST), 200)["data"] == [summary(report)]


def summary(report, **changes):
    names = ("id", "district_id", "plan_id", "title", "published_at", "version")
    return {name: report[name] for name in names} | {"withdrawn_at": None} | changes


async def test_a_report_may_be_kept_by_anyone_until_it_is_withdrawn(as_, client, planned):
    report = await publish(as_, planned.plan)
    at = f"/v1/progress-reports/{report['id']}"
    first = await client.get(at)
    assert first.headers["cache-control"] == "public, max-age=60"
    again = await client.get(at, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == "public, max-age=60"
    assert (await client.get(LIST)).headers["cache-control"] == "public, max-age=60"
    await withdraw(as_, report)
    gone = await client.get(at, headers={"If-None-Match": first.headers["etag"]})
    assert told(gone, 410)["code"] == "gone"
    assert gone.headers["cache-control"] != "public, max-age=60"


async def test_a_part_of_a_report(as_, client, planned):
    report = await publish(as_, planned.plan, narrative="Words.")
    at = f"/v1/progress-reports/{report['id']}"
    part = await client.get(at, params={"fields": "narrative,title"})
    assert told(part, 200) == {"narrative": "Words.", "title": "How far we are"}
    wrong = await client.get(at, params={"fields": "withdrawn_at"})
    assert told(wrong, 422)["errors"][0]["code"] == "no_such_member"


async def test_a_report_that_is_not_there(client, roster):
    answer = await client.get(f"/v1/progress-reports/{UUID(int=7)}")
    assert told(answer, 404)["code"] == "not_found"


async def test_a_list_is_of_one_district_and_begins_with_the_newest(
    as_, client, given, planned, theirs
):
    other = a_plan()
    await given(other)
    made = [await publish(as_, plan) for plan in (planned.plan, other, planned.plan)]
    await publish(as_, theirs.plan)
    newest_first = [summary(each) for each in reversed(made)]
    assert told(await client.get(LIST), 200) == {
        "data": newest_first,
        "next_cursor": None,
        "has_more": False,
    }
    oldest_first = await client.get(LIST, params={"sort": "published_at"})
    assert told(oldest_first, 200)["data"] == newest_first[::-1]
    of_plan = await client.get(LIST, params={"plan_id": str(other.id)})
    assert told(of_plan, 200)["data"] == [summary(made[1])]
    refused = await client.get(LIST, params={"district_id": str(SOUTH)})
    assert told(refused, 422)["errors"][0]["code"] == "unknown_parameter"


async def test_a_list_goes_on_where_it_ended(as_, client, planned):
    made = [summary(await publish(as_, planned.plan)) for _ in range(3)]
    first = told(await client.get(LIST, params={"limit": 2, "include_total": "true"}), 200)
    assert (first["data"], first["has_more"], first["total"]) == (made[:0:-1], True, 3)
    rest = await client.get(LIST, params={"limit": 2, "cursor": first["next_cursor"]})
    assert told(rest, 200)["data"] == made[:1]


async def test_a_district_that_published_nothing_looks_like_none(client, roster):
    for district in (NORTH, UUID(int=7)):
        answer = await client.get(f"/v1/districts/{district}/progress-reports")
        assert told(answer, 200) == {"data": [], "next_cursor": None, "has_more": False}


async def test_a_withdrawn_report_leaves_the_list_and_is_gone(as_, client, planned):
    report = await publish(as_, planned.plan)
    kept = await publish(as_, planned.plan)
    done = await withdraw(as_, report)
    assert done == summary(report, withdrawn_at=done["withdrawn_at"], version=2)
    assert done["withdrawn_at"] == "2026-11-22T12:04:00Z"
    for caller in (client, superintendent(as_), as_(Role.CONSORTIUM_ADMIN)):
        gone = await caller.get(f"/v1/progress-reports/{report['id']}")
        assert (told(gone, 410)["code"], "content" in gone.json()) == ("gone", False)
    assert told(await client.get(LIST), 200)["data"] == [summary(kept)]
    again = await superintendent(as_).post(f"/v1/progress-reports/{report['id']}/withdraw")
    assert told(again, 410)["code"] == "gone"


async def test_a_report_is_withdrawn_by_its_own_district_alone(as_, client, planned):
    report = await publish(as_, planned.plan)
    for report_id in (report["id"], UUID(int=7)):
        answer = await superintendent(as_, SOUTH).post(f"/v1/progress-reports/{report_id}/withdraw")
        assert told(answer, 404)["code"] == "not_found"
    assert (await client.get(f"/v1/progress-reports/{report['id']}")).status_code == 200


async def test_a_report_does_not_change_with_its_plan(as_, client, planned, owner):
    report = await publish(as_, planned.plan)
    async with owner.begin() as connection:
        await connection.execute(text("update plans set title = 'Another'"))
        await connection.execute(text("update observations set numerator = 1"))
    read = await client.get(f"/v1/progress-reports/{report['id']}")
    assert told(read, 200) == report


async def test_no_list_of_reports_is_of_several_districts_or_sorted_by_a_value(app):
    """TR-25: what can be asked for, beside what every list takes."""
    of_reports = {
        path: {each["name"]: each for each in operations["get"]["parameters"]}
        for path, operations in contract_of(app)["paths"].items()
        if "progress-reports" in path and "get" in operations
    }
    common = {"If-None-Match", "cursor", "fields", "format", "include_total", "limit"}
    assert {path: set(asked) - common for path, asked in of_reports.items()} == {
        "/v1/districts/{district_id}/progress-reports": {"district_id", "sort", "plan_id"},
        "/v1/progress-reports/{report_id}": {"report_id"},
        "/v1/plans/{plan_id}/progress-reports/preview": {"plan_id"},
    }
    sort = of_reports["/v1/districts/{district_id}/progress-reports"]["sort"]
    assert sort["schema"]["anyOf"][0]["enum"] == ["published_at", "-published_at"]
