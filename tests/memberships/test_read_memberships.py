"""Memberships as the keepers of a roster list them."""

import pytest
from conftest import NORTH, POSTS, SOUTH, account
from paths import told

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
LIST = "/v1/memberships"


@pytest.fixture
def keeper(as_):
    return as_(Role.SUPERINTENDENT, NORTH)


async def given_later(keeper):
    """A role that holds from a day to come."""
    draft = {
        "account_id": str(account(Role.VIEWER, NORTH)),
        "role": "planner",
        "district_id": str(NORTH),
        "valid_from": "2031-07-01T00:00:00Z",
    }
    return told(await keeper.post(LIST, json=draft), 201)


@pytest.mark.parametrize(("sort", "place"), [("valid_from", -1), ("-valid_from", 0)])
async def test_memberships_are_sorted_by_when_they_begin_to_hold(keeper, sort, place):
    later = await given_later(keeper)
    found, path = [], f"{LIST}?sort={sort}&limit=2&include_total=true"
    mine = sum(where == NORTH for _, where in POSTS) + 1
    while path:
        answer = await keeper.get(path)
        assert told(answer, 200)["total"] == mine
        found += answer.json()["data"]
        link = answer.links.get("next")
        path = None if link is None else LIST + link["url"]
    assert (found[place], len({each["id"] for each in found})) == (later, mine)
    begins = [each["valid_from"] for each in found]
    assert begins == sorted(begins, reverse=sort.startswith("-"))


async def test_a_membership_is_cut_to_the_members_that_are_wanted(keeper):
    later = await given_later(keeper)
    answer = await keeper.get(f"{LIST}/{later['id']}", params={"fields": "role"})
    assert told(answer, 200) == {"role": "planner"}


async def test_a_sheet_of_memberships_holds_those_of_the_roster_alone(keeper):
    asked = {"format": "csv", "fields": "district_id", "district_id": [str(NORTH), str(SOUTH)]}
    lines = (await keeper.get(LIST, params=asked)).text.splitlines()
    mine = sum(where == NORTH for _, where in POSTS)
    assert lines == ["district_id", *[str(NORTH)] * mine]
