import pytest
from conftest import NORTH, POSTS
from paths import told
from rosters import written

from app.consortium.founding import CORE_VALUES, PURPOSES
from app.operations import set_up
from app.policy.actions import WHO_MAY, Action
from app.policy.principal import OPERATOR
from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def test_a_consortium_that_was_not_set_up_is_not_there(as_):
    answer = await as_(Role.VIEWER, NORTH).get("/v1/consortium")
    assert told(answer, 404)["code"] == "not_found"


async def test_a_member_reads_what_the_consortium_is_for(as_, house, owner):
    viewer = as_(Role.VIEWER, NORTH)
    assert await set_up(house) is True
    answer = await viewer.get("/v1/consortium")
    body = told(answer, 200)
    assert body == {
        "id": body["id"],
        "name": "Consortium 2034",
        "adopted_on": "2018-04-25",
        "purposes": list(PURPOSES),
        "core_values": list(CORE_VALUES),
        "charter_version": 1,
        "version": 1,
    }
    again = await viewer.get("/v1/consortium", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert await written(owner) == [
        {
            "account_id": OPERATOR.account,
            "action": "consortium:set_up",
            "outcome": "done",
            "rule": None,
            "district_id": None,
            "subject": f"consortium:{body['id']}",
            "detail": {"step": "set_up"},
        }
    ]


async def test_a_consortium_is_set_up_once(as_, house, owner):
    viewer = as_(Role.VIEWER, NORTH)
    assert await set_up(house, "Invented Consortium", None) is True
    assert await set_up(house) is False
    body = told(await viewer.get("/v1/consortium"), 200)
    assert (body["name"], body["adopted_on"]) == ("Invented Consortium", None)
    assert len(await written(owner)) == 1


@pytest.mark.parametrize(("role", "place"), POSTS)
async def test_members_and_staff_read_what_the_consortium_is(as_, role, place):
    answer = await as_(role, place).get("/v1/consortium")
    reads = role in WHO_MAY[Action.CONSORTIUM_READ]
    assert (answer.status_code, answer.json().get("rule")) == (
        (404, None) if reads else (403, "TR-02")
    )
