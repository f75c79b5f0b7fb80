from base64 import b64encode
from urllib.parse import quote_plus

import pytest
from conftest import BASE_URL, NORTH, SOUTH, account
from paths import told
from rosters import NOWHERE, an_integration, bearing, end, written

from app.main import contract_of
from app.policy.actions import WHO_MAY, Action
from app.vocabulary import Role

pytestmark = pytest.mark.anyio

PATH = "/oauth/token"
GRANT = {"grant_type": "client_credentials"}
UNKNOWN = {
    "error": "invalid_client",
    "error_description": "The client is not known by this secret.",
}


def in_form(key, **more):
    return GRANT | {"client_id": key["account_id"], "client_secret": key["secret"]} | more


def in_header(client_id, secret):
    told_by = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"Authorization": f"Basic {b64encode(told_by.encode()).decode()}"}


def refusal(answer, status):
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json"
    return told(answer, status)


async def test_a_client_exchanges_its_key_for_a_token(as_, client, app):
    key = await an_integration(as_)
    posted = await client.post(PATH, data=in_form(key))
    body = told(posted, 200)
    scopes = {
        action.value
        for action, who in WHO_MAY.items()
        if Role.DATA_STEWARD in who and Role.PUBLIC not in who
    }
    assert body == {
        "access_token": body["access_token"],
        "token_type": "Bearer",
        "expires_in": 600,
        "scope": " ".join(sorted(scopes)),
    }
    assert (posted.headers["cache-control"], posted.headers["pragma"]) == ("no-store", "no-cache")
    me = told(await bearing(app, body["access_token"]).get("/v1/me"), 200)
    assert (me["account"]["id"], set(me["scopes"])) == (key["account_id"], scopes)
    assert me["roles"] == [{"role": "data_steward", "district_id": str(NORTH)}]


async def test_a_client_may_tell_its_secret_in_the_header(as_, client, app):
    key = await an_integration(as_)
    header = in_header(key["account_id"], key["secret"])
    for form in (GRANT, GRANT | {"client_id": key["account_id"]}):
        body = told(await client.post(PATH, data=form, headers=header), 200)
        assert (await bearing(app, body["access_token"]).get("/v1/me")).status_code == 200


async def test_a_token_ends_with_the_next_request_when_its_key_is_revoked(as_, client, app):
    key = await an_integration(as_)
    token = told(await client.post(PATH, data=in_form(key)), 200)["access_token"]
    bearer = bearing(app, token)
    assert (await bearer.get("/v1/districts")).status_code == 200
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    told(await keeper.post(f"/v1/keys/{key['id']}/revoke"), 200)
    assert told(await bearer.get("/v1/districts"), 401)["code"] == "unauthenticated"
    assert refusal(await client.post(PATH, data=in_form(key)), 401) == UNKNOWN


async def test_a_token_ends_with_its_key_and_no_other(as_, client, app, owner):
    key = await an_integration(as_)
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    draft = {"account_id": key["account_id"], "name": "second"}
    second = told(await keeper.post("/v1/keys", json=draft), 201)
    bearers = [
        bearing(app, told(await client.post(PATH, data=in_form(each)), 200)["access_token"])
        for each in (key, second)
    ]
    await end(owner, key["id"])
    assert [(await bearer.get("/v1/me")).status_code for bearer in bearers] == [401, 200]


async def test_a_scope_narrows_the_token(as_, client, app):
    key = await an_integration(as_)
    body = told(await client.post(PATH, data=in_form(key, scope="round:read district:read")), 200)
    assert body["scope"] == "district:read round:read"
    bearer = bearing(app, body["access_token"])
    assert (await bearer.get("/v1/districts")).status_code == 200
    refused = told(await bearer.get("/v1/topics"), 403)
    assert (refused["code"], refused["rule"]) == ("insufficient_scope", "TR-01")


async def test_a_token_is_not_wider_than_the_key_it_is_bought_with(as_, client, owner):
    key = await an_integration(as_, scopes=["round:read", "district:read"])
    assert told(await client.post(PATH, data=in_form(key)), 200)["scope"] == (
        "district:read me:read round:read"
    )
    narrow = await client.post(PATH, data=in_form(key, scope="round:read"))
    assert told(narrow, 200)["scope"] == "round:read"
    for scope in ("topic:read", "round:read topic:read", "round:read  district:read", "nonsense"):
        answer = await client.post(PATH, data=in_form(key, scope=scope))
        assert refusal(answer, 400)["error"] == "invalid_scope"
    refused = [entry for entry in await written(owner) if entry["outcome"] == "refused"]
    assert (
        refused
        == [
            {
                "account_id": refused[0]["account_id"],
                "action": "token:issue",
                "outcome": "refused",
                "rule": "TR-01",
                "district_id": None,
                "subject": None,
                "detail": {},
            }
        ]
        * 4
    )
    assert str(refused[0]["account_id"]) == key["account_id"]


async def test_a_role_narrows_what_a_scope_asks_for_too(as_, client, app):
    key = await an_integration(as_, role=Role.VIEWER)
    body = told(await client.post(PATH, data=in_form(key, scope="submission:enter")), 200)
    answer = await bearing(app, body["access_token"]).get("/v1/districts")
    assert told(answer, 403)["rule"] == "TR-01"
    assert Role.VIEWER not in WHO_MAY[Action.SUBMISSION_ENTER]
    me = told(await bearing(app, body["access_token"]).get("/v1/me"), 200)
    assert (me["scopes"], me["actions"]) == (["submission:enter"], public_and_me())


def public_and_me():
    return sorted(
        action.value
        for action, who in WHO_MAY.items()
        if Role.PUBLIC in who or action is Action.ME_READ
    )


async def test_an_account_without_a_role_gets_no_token(as_, client):
    key = await an_integration(as_, role=None)
    answer = await client.post(PATH, data=in_form(key))
    assert refusal(answer, 400)["error"] == "invalid_scope"


async def test_a_person_does_not_get_a_token_by_a_personal_key(as_, client):
    key = as_(Role.VIEWER, NORTH).headers["authorization"].removeprefix("Bearer ")
    mine = {"account_id": str(account(Role.VIEWER, NORTH)), "secret": key}
    answer = await client.post(PATH, data=in_form(mine))
    assert refusal(answer, 400) == {
        "error": "unauthorized_client",
        "error_description": "Tokens are for service accounts; people use their own keys.",
    }


async def test_a_client_that_is_not_known_is_told_nothing_else(as_, client, house, owner):
    key = await an_integration(as_)
    other = await an_integration(as_, SOUTH)
    forged = key["secret"][:-8] + "00000000"
    before, anonymous = await written(owner), house.recorder.anonymous
    for form in (
        GRANT,
        in_form(key | {"account_id": NOWHERE}),
        in_form(key | {"account_id": key["account_id"].upper()}),
        in_form(key | {"secret": forged}),
        in_form(key | {"secret": "c34_nonsense"}),
        in_form(key | {"secret": other["secret"]}),
        in_form(key | {"secret": ""}),
    ):
        answer = await client.post(PATH, data=form)
        assert answer.headers["www-authenticate"] == 'Basic realm="c34", charset="UTF-8"'
        assert refusal(answer, 401) == UNKNOWN
    for header in (
        "Basic !!!",
        "Basic " + b64encode(b"\xff\xfe").decode(),
        "Basic " + b64encode(b"no colon").decode(),
        f"Bearer {key['secret']}",
        in_header(key["account_id"], forged)["Authorization"],
    ):
        answer = await client.post(PATH, data=GRANT, headers={"Authorization": header})
        assert refusal(answer, 401) == UNKNOWN
    # A key that holds, presented by the wrong client, is told in the ledger; the rest is metered.
    assert len(await written(owner)) == len(before) + 3
    assert house.recorder.anonymous == anonymous + 3


async def test_what_is_wrong_with_the_form_is_told_in_the_words_of_oauth(as_, client):
    key = await an_integration(as_)
    header = in_header(key["account_id"], key["secret"])
    for form, error in (
        ({"scope": "round:read"}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ["client_credentials", "client_credentials"]}, "invalid_request"),
        (in_form(key), "invalid_request"),
    ):
        answer = await client.post(PATH, data=form, headers=header)
        assert refusal(answer, 400)["error"] == error
    mismatch = await client.post(PATH, data=GRANT | {"client_id": NOWHERE}, headers=header)
    assert refusal(mismatch, 401) == UNKNOWN
    ignored = await client.post(PATH, data=in_form(key, resource="https://elsewhere.example"))
    assert ignored.status_code == 200


async def test_the_token_endpoint_takes_a_form_and_nothing_else(as_, client):
    key = await an_integration(as_)
    for content in (
        {"json": in_form(key)},
        {"data": in_form(key), "files": {"file": b"x"}},
    ):
        answer = await client.post(PATH, **content)
        assert told(answer, 415)["code"] == "unsupported_media_type"
    in_query = await client.post(PATH, params=in_form(key), data=GRANT)
    assert told(in_query, 422)["code"] == "validation_failed"
    got = await client.get(PATH)
    assert (got.status_code, got.headers["allow"]) == (405, "OPTIONS, POST")


async def test_the_issuer_announces_itself_to_anyone(client, issuer):
    keys = await client.get("/.well-known/jwks.json")
    assert (told(keys, 200), keys.headers["cache-control"]) == (
        issuer.jwks(),
        "public, max-age=300",
    )
    assert {"d"}.isdisjoint(keys.json()["keys"][0])
    told_of = {
        "issuer": BASE_URL,
        "token_endpoint": f"{BASE_URL}/oauth/token",
        "jwks_uri": f"{BASE_URL}/.well-known/jwks.json",
        "scopes_supported": sorted(
            action.value for action, who in WHO_MAY.items() if Role.PUBLIC not in who
        ),
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }
    server = await client.get("/.well-known/oauth-authorization-server")
    assert told(server, 200) == told_of
    openid = await client.get("/.well-known/openid-configuration")
    assert told(openid, 200) == told_of | {
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }


async def test_the_contract_tells_how_oauth_fails(app):
    """Other operations fail with problem details only."""
    answers = contract_of(app)["paths"]["/oauth/token"]["post"]["responses"]
    for status in ("400", "401"):
        assert list(answers[status]["content"]) == ["application/json"]
        schema = answers[status]["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/TokenErrorView"}
