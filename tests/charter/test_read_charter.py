"""Anybody reads the charter: the rules, their numbers, and what they are there for."""

import re
from dataclasses import asdict
from pathlib import Path
from pkgutil import resolve_name

import pytest
from paths import adopted_motion, told

from app.consortium.founding import CORE_VALUES
from app.policy.charter import RANGES, Charter
from app.policy.rulebook import CLAUSES, MEETINGS, PRACTICE, UNITS
from app.policy.rules import RULES
from app.vocabulary import Parameter

pytestmark = pytest.mark.anyio
TRUST_RULES = [f"TR-{n:02}" for n in (*range(1, 18), *range(20, 30))]
DISCLOSURE_RULES = [f"DR-{n:02}" for n in range(1, 16)]


async def charter(client, query: str = "") -> dict:
    return told(await client.get(f"/v1/charter{query}"), 200)


async def test_anybody_reads_the_charter_in_force_and_nobody_has_to_say_who_asks(client, owner):
    body = await charter(client)
    assert (body["version"], body["adopted_on"], body["motion_id"], body["in_force"]) == (
        1,
        None,
        None,
        True,
    )
    assert [rule["id"] for rule in body["rules"]] == TRUST_RULES + DISCLOSURE_RULES
    (rule,) = [each for each in body["rules"] if each["id"] == "DR-13"]
    assert rule["parameters"] == [
        {"name": "cost_days", "value": 90, "unit": "days", "least": 90, "most": 730}
    ]
    assert (rule["says"], rule["serves"]) == (
        "Figures of cost and pay are released when their period is well over.",
        "Collaborative not competitive",
    )


async def test_a_rule_tells_in_how_many_places_it_is_kept(client, owner):
    rules = {each["id"]: each for each in (await charter(client))["rules"]}
    assert rules["TR-22"]["kept"] == [
        {
            "says": "Every topic states the student experience it serves.",
            "kept_by": "app.policy.rules.rounds.serves_students",
        }
    ]
    assert rules["TR-12"] | {"kept": [], "in_force": False} == rules["TR-12"]


@pytest.mark.parametrize(
    "kept_by", sorted({each.kept_by for stated in RULES.values() for each in stated})
)
def test_what_keeps_a_rule_is_there(kept_by):
    assert resolve_name(kept_by) is not None


def test_every_rule_that_something_keeps_is_in_the_charter_once():
    ids = [clause.id for clause in CLAUSES]
    assert len(set(ids)) == len(ids)
    assert sorted(RULES.keys() - set(ids)) == []
    assert {clause.id for clause in CLAUSES if clause.in_force} == RULES.keys()


def test_every_rule_that_the_code_names_is_in_the_charter():
    named = set()
    for module in Path("app").rglob("*.py"):
        named |= set(re.findall(r"\b[TD]R-[0-9]{2}\b", module.read_text()))
    assert sorted(named - {clause.id for clause in CLAUSES}) == []


def test_every_rule_serves_a_value_of_the_consortium():
    assert {clause.serves for clause in CLAUSES} <= {*CORE_VALUES, MEETINGS, PRACTICE}


def test_every_parameter_is_a_number_of_a_rule():
    named = {name for clause in CLAUSES for name in clause.parameters}
    assert named == set(Parameter) == RANGES.keys() == UNITS.keys()


async def test_a_version_is_read_after_it_went_out_of_force(client, as_):
    await adopted_motion(as_, kind="set_parameter", parameter="cost_days", value=120)
    first, second = await charter(client, "?version=1"), await charter(client)
    values = [
        {each["name"]: each["value"] for rule in body["rules"] for each in rule["parameters"]}
        for body in (first, second)
    ]
    expected = asdict(Charter(version=1))
    del expected["version"]
    assert values == [expected, expected | {"cost_days": 120}]
    assert [(body["version"], body["in_force"]) for body in (first, second)] == [
        (1, False),
        (2, True),
    ]


async def test_a_version_that_is_not_there_is_not_found(client, owner):
    told(await client.get("/v1/charter?version=2"), 404)
    paths = told(await client.get("/openapi.json"), 200)["paths"]
    assert "404" in paths["/v1/charter"]["get"]["responses"]
    assert told(await client.get("/v1/charter?version=0"), 422)["code"] == "validation_failed"


async def test_who_has_the_charter_is_told_that_it_stands_until_it_changes(client, as_):
    etag = (await client.get("/v1/charter")).headers["etag"]
    known = {"If-None-Match": etag}
    stands = await client.get("/v1/charter", headers=known)
    assert (stands.status_code, stands.content, stands.headers["etag"]) == (304, b"", etag)
    first = (await client.get("/v1/charter?version=1", headers=known)).status_code
    await adopted_motion(as_, kind="set_parameter", parameter="cost_days", value=120)
    later = [
        (await client.get(f"/v1/charter{query}", headers=known)).status_code
        for query in ("", "?version=1")
    ]
    assert (first, later) == (304, [200, 200])


async def test_the_versions_are_listed_with_the_motions_that_made_them(client, as_):
    motion = await adopted_motion(as_, kind="set_parameter", parameter="cost_days", value=120)
    data = told(await client.get("/v1/charter/versions"), 200)["data"]
    first, second = asdict(Charter(version=1)), asdict(Charter(version=2, cost_days=120))
    since = [each["in_force_since"] for each in data]
    assert data == [
        first | {"adopted_on": None, "motion_id": None, "in_force_since": since[0]},
        second
        | {"adopted_on": "2018-04-25", "motion_id": motion["id"], "in_force_since": since[1]},
    ]
    assert since == sorted(since)
