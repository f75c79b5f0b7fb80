"""The order in which a request is judged, and what an endpoint is given."""

import pytest
from wire.answered import fault, faults, problem
from wire.toy import JSON, KNOWN

pytestmark = pytest.mark.anyio

THINGS = "/v1/things"


@pytest.mark.parametrize(
    ("method", "path", "content", "headers"),
    [
        ("POST", THINGS, "{", JSON),
        ("POST", THINGS, "{}", JSON),
        ("POST", THINGS, "x", {}),
        ("POST", f"{THINGS}?surprise=1", "{}", JSON),
        ("GET", f"{THINGS}?limit=0", "", {}),
        ("GET", f"{THINGS}/7", "", {}),
        ("PATCH", f"{THINGS}/7", "{", JSON),
        ("POST", f"{THINGS}/batch", "{", JSON),
        ("POST", f"{THINGS}/batch?mode=x", "", {"content-type": "text/csv"}),
    ],
)
async def test_who_may_not_is_told_that_and_nothing_else(client, method, path, content, headers):
    del client.headers["authorization"]
    answer = await client.request(method, path, content=content, headers=headers)
    problem(answer, 401, "unauthenticated", "Send a bearer token that holds.")


async def test_all_that_is_wrong_with_a_body_and_a_query_is_told_at_once(client):
    answer = await client.post(
        f"{THINGS}?trial=1&trial=2&surprise=3",
        json={"name": "", "count": -1, "parts": [{"depth": 1}, {"width": 1}], "surprise": 1},
    )
    problem(
        answer,
        422,
        "validation_failed",
        "7 faults in the request.",
        errors=[
            fault("?trial", "repeated_parameter", "Given more than once."),
            fault("?surprise", "unknown_parameter", "There is no such parameter."),
            fault("?trial", "not_a_flag", "Neither true nor false."),
            fault("/name", "empty", "Empty."),
            fault("/count", "out_of_range", "From 0 to 1000000."),
            fault("/parts/1/depth", "required", "Required."),
            fault("/surprise", "unknown_member", "There is no such member."),
        ],
    )


async def test_a_fault_of_the_query_alone_keeps_the_endpoint_from_running(client, app):
    assert faults(await client.post(f"{THINGS}?surprise=1", json={"name": "A"})) == [
        ("?surprise", "unknown_parameter")
    ]
    assert app.state.shelf.things == {}


async def test_numbers_arrive_as_they_were_written(client, app):
    body = b'{"name": "A", "rate": 0.125, "count": 7}'
    answer = await client.post(THINGS, content=body, headers=JSON)
    assert (answer.status_code, answer.json()) == (201, {"name": "A", "rate": 0.125, "count": 7})
    assert str(app.state.shelf.things["A"].rate) == "0.125"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
    ],
)
async def test_json_is_taken_under_each_of_its_spellings(client, content_type):
    headers = {"content-type": content_type, "content-encoding": "identity"}
    answer = await client.post(THINGS, content='{"name": "A"}', headers=headers)
    assert answer.status_code == 201


@pytest.mark.parametrize("media_type", ["application/merge-patch+json", "application/json"])
async def test_a_change_is_a_merge_patch_or_json(client, media_type):
    answer = await client.patch(
        f"{THINGS}/{KNOWN}", content='{"name": "B"}', headers={"content-type": media_type}
    )
    assert (answer.status_code, answer.json()) == (200, {"id": str(KNOWN), "name": "B"})


async def test_what_is_not_sent_stays(client):
    answer = await client.patch(f"{THINGS}/{KNOWN}", json={})
    assert (answer.status_code, answer.json()) == (200, {"id": str(KNOWN)})


async def test_a_wrong_media_type_is_told_the_right_ones(client):
    post = await client.post(THINGS, content="x", headers={"content-type": "text/plain"})
    problem(post, 415, "unsupported_media_type", "Send application/json, in UTF-8.")
    assert post.headers["accept"] == "application/json"
    patch = await client.patch(f"{THINGS}/{KNOWN}", content="x")
    assert patch.headers["accept-patch"] == "application/json, application/merge-patch+json"
    batch = await client.post(f"{THINGS}/batch", content="x")
    assert batch.headers["accept"] == "application/json, text/csv"
    packed = await client.post(THINGS, content="x", headers=JSON | {"content-encoding": "br"})
    assert packed.headers["accept-encoding"] == "identity"


async def test_an_operation_without_a_body_takes_an_empty_one(client):
    for headers in ({}, JSON, {"content-length": "0"}):
        answer = await client.post(f"{THINGS}/{KNOWN}/publish", headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"id": str(KNOWN)})


async def test_a_body_that_may_be_left_out_is_read_if_it_is_there(client):
    for headers in ({}, JSON, {"content-type": "text/plain", "content-encoding": "br"}):
        left_out = await client.post(f"{THINGS}/notes", headers=headers)
        assert (left_out.status_code, left_out.json()) == (200, {"size": None})
    given = await client.post(f"{THINGS}/notes", json={"depth": 1})
    assert given.json() == {"size": {"width": None, "depth": 1}}
    assert faults(await client.post(f"{THINGS}/notes", json={})) == [("/depth", "required")]
    blank = await client.post(f"{THINGS}/notes", content=" ", headers=JSON)
    assert (blank.status_code, blank.json()["code"]) == (400, "malformed_json")


async def test_a_form_is_taken_where_one_is_asked_for(client):
    answer = await client.post(f"{THINGS}/forms", data={"grant": "client_credentials"})
    assert (answer.status_code, answer.json()) == (200, {"grant": "client_credentials"})
    json = await client.post(f"{THINGS}/forms", json={"grant": "client_credentials"})
    problem(
        json, 415, "unsupported_media_type", "Send application/x-www-form-urlencoded, in UTF-8."
    )


async def test_repeats_of_a_list_are_alternatives(client):
    answer = await client.get(f"{THINGS}?kind=large&kind=small&limit=200&active=true")
    assert answer.json() == {"data": [], "limit": 200, "kind": ["large", "small"], "active": True}


@pytest.mark.parametrize("key", ["0198c0de-7c3a-7000-8000-3f1c0ffee002", '"quoted"', "a" * 128])
async def test_a_sound_idempotency_key_is_no_obstacle(client, key):
    answer = await client.post(THINGS, json={"name": "A"}, headers={"idempotency-key": key})
    assert answer.status_code == 201


async def test_the_answer_is_given_to_whom_it_is_to_be_kept_by(client, app):
    answer = await client.post(f"{THINGS}/kept")
    assert app.state.shelf.things == {"kept": (200, answer.content)}


async def test_absent_and_not_an_id_look_the_same(client):
    absent = await client.get(f"{THINGS}/{KNOWN}".replace("0198", "0199"))
    no_id = await client.get(f"{THINGS}/no-id")
    unrouted = await client.get("/v1/nothing/at/all")
    detail = "There is nothing here, or nothing within your reach."
    for answer in (absent, no_id, unrouted):
        problem(answer, 404, "not_found", detail)
    differing = {"x-request-id", "content-length"}
    kept = [
        {k: v for k, v in each.headers.items() if k not in differing}
        for each in (absent, no_id, unrouted)
    ]
    assert kept[0] == kept[1] == kept[2]
