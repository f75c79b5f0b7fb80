"""Plans with options: trials are counted, two are compared, and a long one is a job."""

from uuid import uuid4

import pytest
from answers import once
from conftest import NORTH
from paths import step, told
from sqlalchemy import text
from ten import TEN, drafted, publish, published

from app.disclosure.verdict import Audit, Outcome
from app.jobs.kinds import kinds_of_jobs
from app.policy.attempt import Attempt
from app.policy.working import Worker
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
GROUPS = [("county", "Alder", TEN[:5]), ("size", "small", TEN[1:6])]


async def planned(caller, round_, headers=None, **options):
    path = f"/v1/rounds/{round_['id']}/release-plans"
    return await caller(Role.ANALYST).post(path, json=options, headers=headers)


async def test_a_plan_says_what_it_looked_at(everyone, locked):
    round_ = await locked(groups=GROUPS)
    options = {"bases": ["size"], "quantiles": False, "prevalence": False, "trends": False}
    plan = told(await planned(everyone, round_, **options), 201)
    assert plan == plan | options | {"cells_to_publish": 4, "cells_to_withhold": 2}


async def test_a_basis_that_the_round_does_not_have_is_told(everyone, locked):
    round_ = await locked(groups=GROUPS)
    body = told(await planned(everyone, round_, bases=["size", "wealth"]), 422)
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == [
        ("/bases/1", "unknown_reference")
    ]


async def test_two_plans_are_compared_by_what_would_go_out(everyone, locked):
    round_ = await locked(groups=GROUPS)
    both, one = [
        told(await planned(everyone, round_, prevalence=False, **options), 201)
        for options in ({}, {"bases": ["size"]})
    ]
    path = f"/v1/release-plans/{both['id']}/comparison"
    body = told(await everyone(Role.ANALYST).get(path, params={"with": one["id"]}), 200)
    cell = {"statistic": "mean_of_districts", "category": None, "period": "2026-27"}
    items = ("students-per-teacher", "expenditure")
    assert body == {
        "plan_id": both["id"],
        "with_id": one["id"],
        "in_both": 2,
        "only_here": [
            {"item": each, "basis": "county", "group": "Alder", **cell} for each in items
        ],
        "only_there": [{"item": each, "basis": "size", "group": "small", **cell} for each in items],
    }
    strange = await everyone(Role.ANALYST).get(path, params={"with": str(uuid4())})
    assert (strange.status_code, strange.json()["errors"][0]["pointer"]) == (422, "?with")
    absent = f"/v1/release-plans/{uuid4()}/comparison"
    answer = await everyone(Role.ANALYST).get(absent, params={"with": one["id"]})
    assert answer.status_code == 404


async def test_a_round_has_so_many_trials_and_no_more(everyone, locked, owner):
    round_ = await locked(groups=[])
    first = await drafted(everyone, round_)
    copied = (
        "insert into release_plans select gen_random_uuid(), round_id, n, state, charter_version,"
        " made_by, made_at, version, bases, quantiles, prevalence, trends, seed, breakdowns"
        " from release_plans, generate_series(2, 20) n"
    )
    columns = (
        "(id, round_id, number, state, charter_version, made_by, made_at, version, bases,"
        " quantiles, prevalence, trends, seed, breakdowns)"
    )
    async with owner.begin() as connection:
        told_ = copied.replace("release_plans select", f"release_plans {columns} select", 1)
        await connection.execute(text(told_))
    refused = await planned(everyone, round_)
    assert (refused.status_code, refused.json()["rule"]) == (409, "DR-14")
    release = await publish(everyone, round_["id"], first["id"])
    assert release.status_code == 201
    again = {"reason": "Counted again."}
    path = f"/v1/rounds/{round_['id']}/reopen"
    told(await everyone(Role.ANALYST).post(path, json=again), 200)
    await step(everyone, round_["id"], "lock")
    assert (await planned(everyone, round_)).status_code == 201


async def test_a_plan_and_a_release_are_made_later_where_that_is_preferred(
    everyone, locked, app, house
):
    round_ = await locked(groups=GROUPS)
    worker = Worker(house.outbox, kinds_of_jobs(app))
    later = {"Prefer": "respond-async"}
    analyst = everyone(Role.ANALYST)
    queued = told(await planned(everyone, round_, headers=later, trends=False), 202)
    assert await worker.work()
    job = told(await analyst.get(f"/v1/jobs/{queued['id']}"), 200)
    assert (job["state"], job["done"], job["total"]) == ("succeeded", 100, 100)
    plan = told(await analyst.get(f"/v1/release-plans/{job['answer']['id']}"), 200)
    assert plan == job["answer"]
    path, body = f"/v1/rounds/{round_['id']}/releases", {"plan_id": plan["id"]}
    queued = told(await analyst.post(path, json=body, headers=once() | later), 202)
    assert await worker.work()
    job = told(await analyst.get(f"/v1/jobs/{queued['id']}"), 200)
    assert job["state"] == "succeeded"
    release = await everyone(Role.VIEWER, NORTH).get(f"/v1/releases/{job['answer']['id']}")
    assert told(release, 200) == job["answer"]


async def test_a_plan_that_is_stopped_half_way_leaves_nothing(
    everyone, locked, app, house, owner, monkeypatch
):
    round_ = await locked(groups=GROUPS)
    queued = told(await planned(everyone, round_, headers={"Prefer": "respond-async"}), 202)
    go_on = Attempt.step

    def asked_to_stop(self, done, total):
        self.cancel_asked = done >= 50
        go_on(self, done, total)

    monkeypatch.setattr(Attempt, "step", asked_to_stop)
    assert await Worker(house.outbox, kinds_of_jobs(app)).work()
    job = told(await everyone(Role.ANALYST).get(f"/v1/jobs/{queued['id']}"), 200)
    assert (job["state"], job["done"]) == ("cancelled", 50)
    async with owner.connect() as connection:
        assert await connection.scalar(text("select count(*) from release_plans")) == 0


async def test_what_does_not_pass_the_last_audit_is_not_released(
    everyone, locked, owner, monkeypatch
):
    """The planner and the audit at the end are asked apart: here the latter says no."""
    round_ = await locked(groups=GROUPS)
    plan = await drafted(everyone, round_)
    failed = Audit(Outcome.UNDECIDED)
    monkeypatch.setattr("app.releases.vault.audit", lambda *_args, **_how: failed)
    refused = await publish(everyone, round_["id"], plan["id"])
    assert (refused.status_code, refused.json()["rule"]) == (409, "DR-05")
    async with owner.connect() as connection:
        assert await connection.scalar(text("select count(*) from releases")) == 0


async def test_a_plan_of_another_round_is_not_compared(everyone, locked):
    here, there = [await locked(groups=[]) for _ in range(2)]
    plans = [await drafted(everyone, each) for each in (here, there)]
    path = f"/v1/release-plans/{plans[0]['id']}/comparison"
    answer = await everyone(Role.ANALYST).get(path, params={"with": plans[1]["id"]})
    assert answer.status_code == 422


async def test_a_member_reads_no_plan_and_no_comparison(everyone, locked):
    round_ = await locked(groups=[])
    release = await published(everyone, round_)
    path = f"/v1/release-plans/{release['id']}/comparison"
    answer = await everyone(Role.SUPERINTENDENT, NORTH).get(path, params={"with": str(uuid4())})
    assert (answer.status_code, answer.json()["rule"]) == (403, "TR-02")
