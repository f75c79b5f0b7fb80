import csv
import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from conftest import NORTH, SOUTH
from members import join
from paths import open_round, told
from ten import GROUPS, TEN, cells_of, in_short, published

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
TODAY = datetime.now(UTC).date()
STAFF = {Role.CONSORTIUM_ADMIN, Role.ANALYST}


def reads(round_, release):
    """Every way to read of a release."""
    return [
        f"/v1/rounds/{round_['id']}/releases",
        f"/v1/releases/{release['id']}",
        f"/v1/releases/{release['id']}/cells",
        f"/v1/releases/{release['id']}/cells?format=csv",
    ]


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in {Role.PUBLIC, Role.AUDITOR, Role.FACILITATOR}]
)
async def test_who_attested_reads_the_release_in_every_role_and_so_does_the_staff(
    everyone, locked, role
):
    round_ = await locked()
    release = await published(everyone, round_)
    caller = everyone(role, None if role.of_consortium else NORTH)
    for path in reads(round_, release):
        assert (await caller.get(path)).status_code == 200


@pytest.mark.parametrize(("role", "rule"), [(Role.AUDITOR, "TR-02"), (Role.FACILITATOR, "TR-24")])
async def test_others_of_the_consortium_do_not(everyone, locked, role, rule):
    round_ = await locked()
    release = await published(everyone, round_)
    for path in reads(round_, release):
        answer = await everyone(role).get(path)
        assert (answer.status_code, answer.json()["rule"]) == (403, rule)


async def test_who_did_not_attest_does_not_see_the_release(everyone, locked):
    round_ = await locked({NORTH: {}})
    release = await published(everyone, round_)
    position = f"/v1/releases/{release['id']}/position?district_id={NORTH}"
    for path in [*reads(round_, release), position]:
        answer = await everyone(Role.SUPERINTENDENT, NORTH).get(path)
        told_ = (answer.status_code, answer.json()["code"], answer.json()["rule"])
        assert told_ == (403, "forbidden", "TR-24")


async def test_who_withdrew_does_not_see_the_release(everyone, reviewed):
    round_ = await reviewed()
    withdraw = f"/v1/rounds/{round_['id']}/districts/{NORTH}/submission/withdraw"
    told(await everyone(Role.DATA_STEWARD, NORTH).post(withdraw, json={"reason": "A slip."}), 200)
    told(await everyone(Role.ANALYST).post(f"/v1/rounds/{round_['id']}/lock"), 200)
    release = await published(everyone, round_)
    answer = await everyone(Role.VIEWER, NORTH).get(f"/v1/releases/{release['id']}")
    assert (answer.status_code, answer.json()["rule"]) == (403, "TR-24")


@pytest.mark.parametrize(
    ("joined", "status"),
    [
        (TODAY + timedelta(days=1), 200),
        (TODAY, 403),
        (TODAY - timedelta(days=200), 403),
    ],
)
async def test_who_joined_after_the_close_sees_it(everyone, given, locked, joined, status):
    round_ = await locked()
    release = await published(everyone, round_)
    late = await join(given, 9, joined_on=joined)
    answer = await everyone(Role.VIEWER, late).get(f"/v1/releases/{release['id']}/cells")
    assert (answer.status_code, answer.json().get("rule")) == (
        status,
        None if status == 200 else "TR-24",
    )


@pytest.mark.parametrize(("months", "status"), [(11, 200), (12, 403)])
async def test_who_joined_after_the_close_sees_it_for_a_year(
    everyone, given, locked, owner, monkeypatch, months, status
):
    round_ = await locked()
    release = await published(everyone, round_)
    late = await join(given, 9, joined_on=TODAY + timedelta(days=1))
    joined = TODAY + timedelta(days=1)
    year, month = divmod(joined.year * 12 + joined.month - 1 + months, 12)
    then = datetime(year, month + 1, min(joined.day, 28), 12, tzinfo=UTC) + timedelta(days=3)
    monkeypatch.setattr("app.clock.now", lambda: then)
    answer = await everyone(Role.VIEWER, late).get(f"/v1/releases/{release['id']}")
    assert answer.status_code == status


async def test_an_absent_release_is_not_found_whoever_asks(everyone, locked):
    await locked({NORTH: {}})
    absent = uuid4()
    for caller in (everyone(Role.ANALYST), everyone(Role.VIEWER, NORTH)):
        for path in reads({"id": absent}, {"id": absent}):
            answer = await caller.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_the_releases_of_a_round_are_listed(everyone, locked):
    round_ = await locked()
    path = f"/v1/rounds/{round_['id']}/releases"
    assert told(await everyone(Role.VIEWER, SOUTH).get(path), 200)["data"] == []
    release = await published(everyone, round_)
    assert told(await everyone(Role.VIEWER, SOUTH).get(path), 200) == {
        "data": [release],
        "next_cursor": None,
        "has_more": False,
    }


async def test_cells_are_narrowed_by_item_basis_and_group(everyone, released):
    release = await released()
    by_item = await cells_of(everyone, release, item="expenditure")
    assert [cell["group"] for cell in by_item] == [None, "Alder", "Birch", "small"]
    by_basis = await cells_of(everyone, release, item="expenditure", basis=["size", "county"])
    assert [cell["group"] for cell in by_basis] == ["Alder", "Birch", "small"]
    by_group = await cells_of(everyone, release, group="small")
    assert [cell["basis"] for cell in by_group] == ["size"] * 12


async def test_cells_come_by_pages_in_their_one_order(everyone, released):
    release = await released()
    whole, path = await cells_of(everyone, release), f"/v1/releases/{release['id']}/cells"
    viewer, seen, cursor = everyone(Role.VIEWER, NORTH), [], None
    while cursor is not None or not seen:
        asked = {"limit": 7} | ({} if cursor is None else {"cursor": cursor})
        page = told(await viewer.get(path, params=asked), 200)
        seen += page["data"]
        cursor = page["next_cursor"]
    assert seen == whole


@pytest.mark.parametrize(
    "asked",
    ["sort=value", "sort=-value", "min=1", "top=3", "rank=true", "district_id=1", "n_gte=9"],
)
async def test_no_order_by_value_no_rank_and_no_other_group_can_be_asked_for(
    everyone, released, asked
):
    """TR-25."""
    release = await released()
    answer = await everyone(Role.ANALYST).get(f"/v1/releases/{release['id']}/cells?{asked}")
    name = asked.partition("=")[0]
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {
            "pointer": f"?{name}",
            "code": "unknown_parameter",
            "detail": "There is no such parameter.",
        }
    ]


async def test_a_spreadsheet_holds_the_same_cells_and_no_live_formula(everyone, released):
    groups = [*GROUPS, ("size", "=1+1", TEN), ("size", "@SUM", TEN)]
    release = await released(groups=groups)
    whole = await cells_of(everyone, release)
    path = f"/v1/releases/{release['id']}/cells"
    by_accept = await everyone(Role.ANALYST).get(path, headers={"Accept": "text/csv"})
    by_name = await everyone(Role.ANALYST).get(path, params={"format": "csv"})
    assert by_accept.content == by_name.content
    assert by_accept.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(StringIO(by_accept.text)))
    assert [(row["item"], row["group"], row["n"], row["value"]) for row in rows] == [
        tuple(in_a_sheet(each) for each in in_short(cell)) for cell in whole
    ]
    assert [row["group"] for row in rows[:6]] == ["", "Alder", "Birch", "'=1+1", "'@SUM", "small"]


async def test_json_lines_hold_the_same_cells_in_the_same_order(everyone, released):
    """TR-25: no export has an order of its own."""
    release = await released()
    whole = await cells_of(everyone, release)
    path = f"/v1/releases/{release['id']}/cells"
    lines = await everyone(Role.VIEWER, NORTH).get(path, params={"format": "jsonl"})
    assert [json.loads(line) for line in lines.text.splitlines()] == whole
    assert [cell["position"] for cell in whole] == [*range(1, len(whole) + 1)]


async def test_an_error_says_the_same_of_what_is_published_withheld_and_absent(everyone, released):
    """DR-14: what is kept back looks like what is shown, and like what there is not."""
    release = await released()
    cells = {
        each["status"]: each["id"] for each in await cells_of(everyone, release, item="expenditure")
    }
    viewer, seen = everyone(Role.VIEWER, NORTH), []
    path = f"/v1/releases/{release['id']}/cells"
    for cell in (cells["published"], cells["withheld"], uuid4()):
        answer = await viewer.post(f"{path}/{cell}/retract", json={"reason": "A slip."})
        seen.append((answer.status_code, bare(answer)))
    assert seen == [(403, seen[0][1])] * 3
    faults = []
    for group in ("Alder", "Birch", "Nowhere"):
        answer = await viewer.get(path, params={"item": "expenditure", "group": group, "top": 1})
        faults.append((answer.status_code, bare(answer)))
    assert faults == [(422, faults[0][1])] * 3


def bare(answer):
    """A problem without what names the request."""
    return answer.json() | {"instance": "", "request_id": ""}


def in_a_sheet(each):
    """How a cell of a spreadsheet shows it."""
    if each is None:
        return ""
    return f"'{each}" if str(each)[0] in "=@" else str(each)


async def test_a_spreadsheet_is_narrowed_as_the_list_is(everyone, released):
    groups = [("size", "small", TEN[5:])]
    release = await released(groups=groups)
    path = f"/v1/releases/{release['id']}/cells"
    columns = "item,unit,basis,group,statistic,status,n,value"
    asked = {"format": "csv", "item": "expenditure", "basis": "size", "fields": columns}
    sheet = await everyone(Role.VIEWER, NORTH).get(path, params=asked)
    assert sheet.text.splitlines() == [
        columns,
        "expenditure,USD per student,size,small,mean_of_districts,published,5,5540",
    ]


async def test_who_has_not_attested_yet_is_told_why_it_sees_no_release(everyone):
    opened = await open_round(everyone)
    answer = await everyone(Role.VIEWER, NORTH).get(f"/v1/rounds/{opened['id']}/releases")
    assert (answer.status_code, answer.json()["rule"]) == (403, "TR-24")


async def test_a_release_is_cut_and_is_not_sent_again_for_it_never_changes(everyone, released):
    release = await released()
    path = f"/v1/releases/{release['id']}"
    viewer = everyone(Role.VIEWER, NORTH)
    whole = await viewer.get(path)
    assert told(whole, 200) == release
    known = {"if-none-match": whole.headers["etag"]}
    assert (await viewer.get(path, headers=known)).status_code == 304
    cut = await viewer.get(path, params={"fields": "number"}, headers=known)
    assert told(cut, 200) == {"number": 1}


async def test_the_cells_are_the_same_as_lines_and_counted(everyone, released):
    release = await released()
    path = f"/v1/releases/{release['id']}/cells"
    viewer = everyone(Role.VIEWER, NORTH)
    whole = told(await viewer.get(path, params={"limit": 200, "include_total": "true"}), 200)
    lines = await viewer.get(path, headers={"Accept": "application/jsonl"})
    assert [json.loads(line) for line in lines.text.splitlines()] == whole["data"]
    assert whole["total"] == len(whole["data"])
