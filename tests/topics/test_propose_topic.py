import pytest
from conftest import NORTH
from paths import ledger_of, proposed_topic, told

from app.vocabulary import Role

pytestmark = pytest.mark.anyio

DRAFT = {
    "code": "advisory",
    "title": "Advisory",
    "kind": "program",
    "student_question": "Does every student have an adult who knows them?",
}
UNSERVED = {
    "rule": "TR-22",
    "detail": "Every topic states the student experience it serves.",
    "errors": [{"pointer": "/student_question", "code": "required", "detail": "Required."}],
}


async def test_a_proposed_topic_is_whole_and_waits_for_a_meeting(as_):
    answer = await as_(Role.ANALYST).post("/v1/topics", json=DRAFT)
    body = told(answer, 201)
    assert body == DRAFT | {"id": body["id"], "state": "proposed", "version": 1}
    assert answer.headers["location"] == f"/v1/topics/{body['id']}"
    assert told(await as_(Role.VIEWER, NORTH).get(answer.headers["location"]), 200) == body


@pytest.mark.parametrize(
    "question", [{}, {"student_question": None}, {"student_question": ""}], ids=str
)
async def test_a_topic_that_serves_no_student_experience_is_refused_by_its_rule(as_, question):
    draft = {name: value for name, value in DRAFT.items() if name != "student_question"}
    body = told(await as_(Role.ANALYST).post("/v1/topics", json=draft | question), 422)
    assert {name: body.get(name) for name in UNSERVED} == UNSERVED


@pytest.mark.parametrize("state", ["adopted", "proposed"])
async def test_a_draft_cannot_say_that_its_topic_is_adopted(as_, state):
    body = told(await as_(Role.ANALYST).post("/v1/topics", json=DRAFT | {"state": state}), 422)
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == [
        ("/state", "unknown_member")
    ]


async def test_a_draft_is_told_all_its_faults_at_once(as_):
    draft = {"code": "Not a code", "title": "", "kind": "ranking", "student_question": " a"}
    body = told(await as_(Role.ANALYST).post("/v1/topics", json=draft), 422)
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == [
        ("/code", "malformed"),
        ("/title", "empty"),
        ("/kind", "not_one_of"),
        ("/student_question", "surrounding_blanks"),
    ]


async def test_a_code_names_one_topic(as_):
    await proposed_topic(as_, code="advisory")
    body = told(await as_(Role.ANALYST).post("/v1/topics", json=DRAFT), 409)
    assert (body["code"], body["detail"]) == ("conflict", "There is a topic of this code.")


@pytest.mark.parametrize("role", [Role.SUPERINTENDENT, Role.DATA_STEWARD, Role.VIEWER])
async def test_a_district_does_not_propose_a_topic(as_, role):
    body = told(await as_(role, NORTH).post("/v1/topics", json=DRAFT), 403)
    assert body["rule"] == "TR-02"


async def test_what_is_proposed_is_in_the_ledger(as_, owner):
    topic = await proposed_topic(as_)
    assert await ledger_of(owner, f"topic:{topic['id']}") == [
        ("topic:propose", "done", "TR-22", {"step": "propose"})
    ]
