"""An odd value of one district is in no export, preview, proof, feed, job or kept answer of others.

Each search is shown to find it in what the district itself is answered, or to find a word that is
there where the district itself is told none.
"""

import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path as File
from typing import Any

import httpx
import pytest
import structlog
from answers import at, once, rows, steward
from anyio import Path, from_thread, to_thread
from canaries import CANARIES, ODD, REASON, REMARK, TALE, VALUE, found_in, scene_of
from conftest import BASE_URL, NORTH, SOUTH
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from members import Given, among, join, member
from paths import Caller, open_round, told
from pdfs import streams_of, texts_of
from sqlalchemy import text

from app.auditing import bring_out
from app.jobs.kinds import kinds_of_jobs
from app.policy.witness import Witness
from app.policy.working import Worker
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
HERE = f"/v1/districts/{NORTH}/export"
FORMATS = ("", "?format=csv", "?format=jsonl", "?limit=1")
OWN = {Role.SUPERINTENDENT, Role.BOARD_MEMBER, Role.PLANNER, Role.DATA_STEWARD}
OTHERS = [
    *[(role, None) for role in Role if role.of_consortium],
    *[(role, SOUTH) for role in Role if not role.of_consortium and role is not Role.PUBLIC],
    *[(role, NORTH) for role in (Role.VIEWER,)],
    (Role.SUPERINTENDENT, member(1)),
    (Role.DATA_STEWARD, member(8)),
]


@pytest.fixture
async def everyone(app: FastAPI, as_: Caller, given: Given) -> Caller:
    """Callers of ten districts, and of the consortium."""
    for number in range(1, 9):
        await join(given, number)
    return among(app, as_)


@pytest.fixture
async def scene(everyone: Caller) -> dict[str, Any]:
    """A round that the north shared in, and that was released; and one that it left."""
    return await scene_of(everyone)


@pytest.fixture
async def others(app: FastAPI, everyone: Caller) -> AsyncIterator[list[AsyncClient]]:
    """Everybody but the north's own readers, and who has no key at all."""
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url=BASE_URL) as nobody:
        yield [*[everyone(*who) for who in OTHERS], nobody]


class Bridge(httpx.BaseTransport):
    """Lets a command, which waits, speak to the app in the loop of the test."""

    def __init__(self, caller: AsyncClient) -> None:
        self._caller = caller

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = from_thread.run(self._ask, request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        asked = {name: request.headers[name] for name in ("accept",)}
        return await self._caller.get(request.url.raw_path.decode(), headers=asked)


async def brought_out(caller: AsyncClient, file: File) -> bytes:
    """What `c34 audit export` writes with the key of a caller."""
    with httpx.Client(transport=Bridge(caller), base_url=BASE_URL) as client:
        await to_thread.run_sync(bring_out, client, file)
    return await Path(file).read_bytes()


async def test_no_export_of_the_ledger_tells_it(everyone, scene, house, issuer, tmp_path):
    before = await brought_out(everyone(Role.AUDITOR), tmp_path / "unsealed")
    await Witness(house.sessions, issuer).seal(sign=True)
    sealed = await brought_out(everyone(Role.AUDITOR), tmp_path / "sealed")
    chain = await brought_out(everyone(Role.SUPERINTENDENT, SOUTH), tmp_path / "chain")
    assert [found_in(each) for each in (before, sealed, chain)] == [[], [], []]
    there = ["submission:attest", "submission:withdraw", str(NORTH), scene["round"]["id"]]
    assert [found_in(each, there) for each in (before, sealed, chain)] == [there, there, []]
    kinds = [[json.loads(line)["kind"] for line in each.splitlines()] for each in (before, sealed)]
    assert [set(each) for each in kinds] == [
        {"ledger", "unsealed"},
        {"ledger", "batch", "entry", "checkpoint"},
    ]
    assert kinds[0].count("unsealed") == kinds[1].count("entry") > 40


async def test_no_list_of_the_ledger_tells_it(everyone, scene, house, issuer, others):
    await Witness(house.sessions, issuer).seal(sign=True)
    lists = ("ledger", "ledger/sealed", "ledger/unsealed", "ledger/batches", "ledger/checkpoints")
    paths = [f"/v1/{each}" for each in lists]
    paths += [f"/v1/districts/{each}/ledger" for each in (NORTH, SOUTH)]
    told_ = await bodies(others, [f"{path}{how}" for path in paths for how in FORMATS])
    assert [body for body in told_ if found_in(body)] == []
    assert any(found_in(body, ["submission:attest"]) for body in told_)


async def bodies(callers: list[AsyncClient], paths: list[str]) -> list[bytes]:
    """What each is answered at each address; of a list, the pages after the first one too."""
    told_ = []
    for caller in callers:
        for path in paths:
            answer = await caller.get(path)
            told_.append(answer.content)
            while "next" in answer.links:
                answer = await caller.get(str(answer.url.join(answer.links["next"]["url"])))
                told_.append(answer.content)
    return told_


async def test_the_export_of_a_district_that_leaves_is_its_own(everyone, scene, others):
    """From the announcement to the end of the hold."""
    leaving = everyone(Role.SUPERINTENDENT, NORTH)
    departure = f"/v1/districts/{NORTH}/departure"
    paths = [f"{HERE}/{name}{how}" for name in ("answers", "withdrawals") for how in FORMATS]
    around = ["/v1/departures", departure, "/v1/changes", f"/v1/districts/{NORTH}"]
    told(await leaving.post(departure), 201)
    asked = {"include_total": "true"}
    total = told(await leaving.get(f"{HERE}/answers", params=asked), 200)["total"]
    for step in ("announced", "confirmed"):
        if step == "confirmed":
            told(await leaving.post(f"{departure}/confirm", json={"answers": total}), 200)
        for how in FORMATS[:3]:
            own = await bodies([leaving], [path for path in paths if path.endswith(how)])
            assert found_in(b"".join(own)) == list(CANARIES)
        for caller in others:
            statuses = {(await caller.get(path)).status_code for path in paths}
            assert statuses <= {401, 403, 404}
        assert [each for each in await bodies(others, paths + around) if found_in(each)] == []


async def previews(caller: AsyncClient, round_: dict[str, Any], district: Any) -> list[bytes]:
    """The preview of a district in JSON and as a PDF, with all that the PDF holds."""
    path = f"{at(round_, district)}/exposure"
    answers = [await caller.get(path), await caller.get(f"{path}?format=pdf")]
    pdf = answers[1].content
    return [
        *[answer.content for answer in answers],
        *streams_of(pdf),
        *[each.encode() for each in texts_of(pdf)],
    ]


def unspaced(words: list[str] | tuple[str, ...]) -> list[str]:
    """Words as they are found on a page, whose lines break anywhere."""
    return ["".join(each.split()) for each in words]


async def test_no_preview_tells_it(everyone, scene):
    """The preview depends on no answer: that of the north itself tells nothing of them either."""
    sought = [*CANARIES, *unspaced(CANARIES)]
    title = scene["round"]["title"]
    for district, name in ((SOUTH, "South Invented Unified"), (NORTH, "North Invented Unified")):
        for round_ in (scene["round"], scene["left"]):
            caller = everyone(Role.SUPERINTENDENT, district)
            found = await previews(caller, round_, district)
            assert [each for each in found if found_in(each, sought)] == []
            assert found_in(found[0], [name, title]) == [name, title]
            assert found_in(b"".join(found[2:]), unspaced([name, title])) == unspaced([name, title])


async def test_a_preview_would_show_it_where_it_is_printed(everyone):
    """Odd words and an odd number in a title: the search finds them, through the compression."""
    odd = ["Odd title of a dugong", "31415.9265"]
    round_ = await open_round(everyone, title=", ".join(odd))
    found = await previews(everyone(Role.SUPERINTENDENT, SOUTH), round_, SOUTH)
    assert found_in(b"".join(found[2:]), unspaced(odd)) == unspaced(odd)
    assert found_in(found[1], [*odd, *unspaced(odd)]) == []


async def test_another_districts_preview_is_refused_in_either_form(scene, others):
    path = f"{at(scene['round'])}/exposure"
    for caller in others:
        answers = [await caller.get(path), await caller.get(f"{path}?format=pdf")]
        assert {answer.status_code for answer in answers} <= {401, 403, 404}
        assert [each for each in answers if found_in(each.content)] == []


async def test_no_proof_of_a_release_tells_it(everyone, scene, others):
    release = f"/v1/releases/{scene['release']['id']}"
    paths = [release, f"{release}/certificate", f"{release}/retractions", f"{release}/cells"]
    districts = [NORTH, SOUTH, member(1), member(8)]
    paths += [f"{release}/inclusion?district_id={each}" for each in districts]
    paths += [f"{release}/position?district_id={each}" for each in districts]
    assert [each for each in await bodies(others, paths) if found_in(each)] == []
    for district in (SOUTH, member(1), member(8)):
        caller = everyone(Role.SUPERINTENDENT, district)
        for name in ("certificate", f"inclusion?district_id={district}"):
            assert (await caller.get(f"{release}/{name}")).status_code == 200
    own = await steward(everyone).get(f"{release}/position?district_id={NORTH}")
    assert found_in(own.content, [str(VALUE), REMARK]) == [str(VALUE), REMARK]
    proof = await steward(everyone).get(f"{release}/inclusion?district_id={NORTH}")
    assert (proof.status_code, found_in(proof.content)) == (200, [])


async def test_no_job_tells_it(everyone, scene, others, house, app, owner):
    """Jobs with the values in what was asked: one that waits, one that was refused, one done."""
    headers = once() | {"Prefer": "respond-async"}
    path = f"{at(scene['left'])}/answers/batch"
    asked = await steward(everyone).post(path, json={"items": rows(ODD)}, headers=headers)
    jobs = [job["id"] for job in await listed(steward(everyone))]
    assert told(asked, 202)["id"] in jobs
    paths = ["/v1/jobs", "/v1/changes", *[f"/v1/jobs/{each}" for each in jobs]]
    for done in (False, True):
        if done:
            worker = Worker(house.outbox, kinds_of_jobs(app))
            assert [await worker.work() for _ in range(3)] == [True, True, False]
        assert [each for each in await bodies(others, paths) if found_in(each)] == []
        async with owner.connect() as connection:
            kept = await connection.execute(text("select * from jobs"))
            assert found_in(repr([bytes_in(row) for row in kept]).encode()) == []
    states = {each["state"] for each in await listed(steward(everyone))}
    assert states == {"succeeded", "failed"}
    own = await steward(everyone).get(f"{at(scene['left'])}/submission")
    assert found_in(own.content, [str(VALUE), REMARK, TALE]) == [str(VALUE), REMARK, TALE]


async def listed(caller: AsyncClient) -> list[dict[str, Any]]:
    """The jobs of a caller."""
    return told(await caller.get("/v1/jobs"), 200)["data"]


def bytes_in(row: Any) -> list[Any]:
    """A row with its bytes in hexadecimal."""
    return [each.hex() if isinstance(each, bytes) else str(each) for each in row]


async def test_no_feed_of_changes_tells_it(everyone, scene, others):
    told_ = await bodies(others, ["/v1/changes?limit=200", "/v1/changes?limit=3"])
    assert [each for each in told_ if found_in(each)] == []
    assert sum(found_in(each, [scene["round"]["id"]]) != [] for each in told_) > len(OTHERS)


async def test_an_answer_that_is_kept_is_given_again_to_nobody_else(everyone, scene, owner):
    """An idempotency key is its account's: another who uses it is answered for itself."""
    key, path = once(), f"{at(scene['left'])}/submission/withdraw"
    body = {"items": rows(ODD)}
    caller = steward(everyone)
    first = await caller.post(f"{at(scene['left'])}/answers/batch", json=body, headers=key)
    again = await caller.post(f"{at(scene['left'])}/answers/batch", json=body, headers=key)
    assert (told(again, 200), again.headers["idempotent-replayed"]) == (told(first, 200), "true")
    odd = await caller.post(path, json={"reason": REASON}, headers=key)
    assert odd.status_code == 422
    for who in OTHERS:
        for asked in (
            f"{at(scene['left'])}/answers/batch",
            f"{at(scene['left'], SOUTH)}/answers/batch",
        ):
            answer = await everyone(*who).post(asked, json={"items": rows()}, headers=key)
            assert "idempotent-replayed" not in answer.headers
            assert found_in(answer.content) == []
    async with owner.connect() as connection:
        kept = list(await connection.execute(text("select * from idempotency_records")))
    assert len(kept) > 10
    assert found_in(repr([bytes_in(row) for row in kept]).encode()) == []
    assert found_in(repr([bytes_in(row) for row in kept]).encode(), [key["Idempotency-Key"]]) == [
        key["Idempotency-Key"]
    ]


async def test_no_line_of_the_log_tells_it_while_all_of_this_is_read(
    everyone, scene, others, caplog, capfd
):
    caplog.set_level(logging.WARNING, logger="httpx")  # the client of the tests
    caplog.set_level(logging.DEBUG, logger="sqlalchemy")
    caplog.set_level(logging.DEBUG)
    release = f"/v1/releases/{scene['release']['id']}"
    own = [
        *[f"{HERE}/{name}{how}" for name in ("answers", "withdrawals") for how in FORMATS],
        f"{at(scene['round'])}/submission/history",
        f"{at(scene['round'])}/exposure?format=pdf",
        f"{release}/position?district_id={NORTH}",
        f"{release}/inclusion?district_id={NORTH}",
    ]
    with structlog.testing.capture_logs() as events:
        read = await bodies([steward(everyone)], own)
        await bodies(others, own)
    written = capfd.readouterr()
    logged = repr(events) + caplog.text + repr([vars(each) for each in caplog.records])
    logged += written.out + written.err
    assert found_in(logged.encode()) == []
    assert found_in(b"".join(read)) == list(CANARIES)
    assert {event["event"] for event in events} == {"request"}
    assert {event["status"] for event in events} == {200, 401, 403, 404}
