"""TR-25 in the contract itself: what cannot be said cannot be asked for."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.contract import contract_text
from app.policy.actions import WHO_MAY, Action
from app.vocabulary import Role

RANKING = frozenset(
    {"sort", "order", "rank", "ranking", "top", "bottom", "best", "worst", "leader", "score"}
    | {"min", "minimum", "max", "maximum", "lowest", "highest", "percentile", "quantile", "extreme"}
)
SORT = "sort"
"""Allowed where no answer is read, by what is no number: see below."""
PLACES = frozenset({"position", "number", "batch"})
"""Numbers that are no figure: where its author put a thing, and which batch of the ledger it is."""
OF_ANSWERS = frozenset(
    {
        Action.COMPLETENESS_READ,
        Action.SUBMISSION_READ,
        Action.RELEASE_PLAN_READ,
        Action.RELEASE_READ,
        Action.INCLUSION_READ,
        Action.POSITION_READ,
        Action.SHARED_ANSWER_READ,
        Action.CONSENT_READ,
        Action.INTRODUCTION_READ,
        Action.EXPOSURE_READ,
    }
)
"""Reads of what districts answered, or of what was made of it."""
CONTEXT = frozenset(
    {"county", "counties", "state", "locale", "enrollment", "size", "value", "values"}
)
"""What districts could be picked by."""
BOUNDS_OF_AN_ITEM = frozenset({"lowest", "highest"})
"""What may be answered, which says nothing of what was."""


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    return json.loads(contract_text())


def operations(contract: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for methods in contract["paths"].values() for each in methods.values()]


def words(name: str) -> set[str]:
    return set(re.findall("[a-z]+", re.sub("([A-Z])", r"_\1", name).lower()))


def asked(operation: dict[str, Any], place: str) -> list[str]:
    return [each["name"] for each in operation.get("parameters", ()) if each["in"] == place]


def schemas_in(part: Any, contract: dict[str, Any], seen: set[str]) -> Iterator[dict[str, Any]]:
    """Every schema that a part of the contract refers to, at any depth, once."""
    if isinstance(part, list):
        for each in part:
            yield from schemas_in(each, contract, seen)
    if not isinstance(part, dict):
        return
    name = part.get("$ref", "").removeprefix("#/components/schemas/")
    if name in contract["components"]["schemas"] and name not in seen:
        seen.add(name)
        schema = contract["components"]["schemas"][name]
        yield schema
        yield from schemas_in(schema, contract, seen)
    for each in part.values():
        yield from schemas_in(each, contract, seen)


def members(part: Any, contract: dict[str, Any]) -> set[str]:
    return {
        name
        for schema in schemas_in(part, contract, set())
        for name in schema.get("properties", ())
    }


def test_no_operation_takes_a_parameter_that_ranks_or_picks_an_extreme(contract):
    ranking = {
        (operation["operationId"], name)
        for operation in operations(contract)
        for name in asked(operation, "query")
        if words(name) & RANKING and (name != SORT or operation["x-action"] in OF_ANSWERS)
    }
    assert ranking == set()


def sorted_by(operation: dict[str, Any]) -> set[str]:
    """The members by which an operation sorts what it lists."""
    orders = [each["schema"] for each in operation["parameters"] if each["name"] == SORT]
    (words_of_it,) = [each["enum"] for each in orders[0]["anyOf"] if "enum" in each]
    return {word.removeprefix("-") for word in words_of_it}


def listed(operation: dict[str, Any], contract: dict[str, Any]) -> dict[str, Any]:
    """The members of what an operation lists, with their schemas."""
    schemas = contract["components"]["schemas"]
    page = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    row = schemas[page.rpartition("/")[2]]["properties"]["data"]["items"]["$ref"]
    return schemas[row.rpartition("/")[2]]["properties"]


def test_nothing_is_sorted_by_a_number(contract):
    """By names, words and dates alone: a list in the order of a figure would be a ranking."""
    sorting = [each for each in operations(contract) if SORT in asked(each, "query")]
    by_other_than_text = {
        (operation["operationId"], member)
        for operation in sorting
        for member in sorted_by(operation)
        if listed(operation, contract)[member].get("type", "string") != "string"
        and member not in PLACES
    }
    assert by_other_than_text == set()
    assert {each["operationId"] for each in sorting} >= {"listDistricts", "listRounds"}


def test_what_was_answered_or_released_is_in_no_order_that_can_be_asked_for(contract):
    """The order of the instrument and of its groups, of time or of names, and no other."""
    sorting = {each["operationId"] for each in of_answers(contract) if SORT in asked(each, "query")}
    assert sorting == set()
    listing = {each["operationId"] for each in of_answers(contract)}
    assert listing >= {"listCells", "listPlannedCells", "getPosition", "listSharedAnswers"}
    assert listing >= {"getConsortiumTargetPosition"}


def test_no_answer_holds_a_rank_or_an_extreme(contract):
    told = {
        (operation["operationId"], name)
        for operation in operations(contract)
        for name in members(operation["responses"], contract) - BOUNDS_OF_AN_ITEM
        if words(name) & RANKING
    }
    assert told == set()


def of_answers(contract: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in operations(contract) if each["x-action"] in OF_ANSWERS]


def test_a_read_of_what_was_answered_names_one_district_or_none(contract):
    naming = {
        operation["operationId"]: [
            each
            for each in operation.get("parameters", ())
            if words(each["name"]) & {"district", "districts"}
        ]
        for operation in of_answers(contract)
    }
    several = {
        name
        for name, districts in naming.items()
        if len(districts) > 1 or any("array" in str(each["schema"]) for each in districts)
    }
    assert several == set()
    assert naming.keys() >= {"getSubmission", "listCompleteness"}


def test_a_read_of_what_was_answered_makes_no_group_of_its_own(contract):
    """A group that is named is one that was fixed before its round opened."""
    choosing = {
        (operation["operationId"], name)
        for operation in of_answers(contract)
        for name in asked(operation, "query")
        if words(name) & CONTEXT
    }
    assert choosing == set()


def test_only_who_schedules_a_round_names_the_districts_of_a_group(contract):
    naming = {
        operation["x-action"]
        for operation in operations(contract)
        if "district_ids" in members(operation.get("requestBody"), contract)
    }
    assert naming == {Action.ROUND_SCHEDULE}
    assert WHO_MAY[Action.ROUND_SCHEDULE] == {Role.ANALYST}


def test_the_words_of_a_ranking_are_found_in_a_name():
    assert words("sortByValue") & RANKING == {"sort"}
    assert words("highest_first") & RANKING == {"highest"}
    assert words("next_cursor") & RANKING == set()
