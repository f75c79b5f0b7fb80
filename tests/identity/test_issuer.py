"""The tokens we issue, and the documents that announce them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from identity.forge import NOW
from identity.judge import clock_at
from jose import jws

from app.identity.issuer import LocalIssuer, authorization_server, openid_configuration
from app.identity.signing import SigningKeys
from app.identity.trust import StaticKeys, TrustedIssuer
from app.identity.verifier import Claims, Verifier

pytestmark = pytest.mark.anyio

BASE = "https://api.consortium.example"
API = "https://api.consortium.example/v1"
KEY = UUID("0190a5d2-6a3c-7cc3-8a4e-9f0d5a1b2c3d")
CLOCK = clock_at(NOW + 0.9)


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    return SigningKeys.from_file(tmp_path / "signing.json", CLOCK)


@pytest.fixture
def issuer(keys: SigningKeys) -> LocalIssuer:
    return LocalIssuer(BASE, API, keys, CLOCK)


def issue(issuer: LocalIssuer, *scopes: str) -> tuple[str, dict[str, object]]:
    issued = issuer.issue(subject="person-1", client_id="north-sis", key_id=KEY, scopes=scopes)
    return issued.token, json.loads(jws.get_unverified_claims(issued.token))


def test_a_token_has_the_claims_of_rfc_9068_and_the_id_of_its_key(issuer: LocalIssuer) -> None:
    token, claims = issue(issuer, "plans:read", "goals:read")
    jti = claims.pop("jti")
    assert UUID(str(jti)).version == 4
    assert claims == {
        "iss": BASE,
        "aud": API,
        "sub": "person-1",
        "client_id": "north-sis",
        "cid": "0190a5d2-6a3c-7cc3-8a4e-9f0d5a1b2c3d",
        "scope": "goals:read plans:read",
        "iat": NOW,
        "exp": NOW + 600,
    }
    assert jws.get_unverified_header(token)["typ"] == "at+jwt"


def test_what_is_handed_out_says_how_long_and_for_what(issuer: LocalIssuer) -> None:
    issued = issuer.issue(subject="s", client_id="c", key_id=KEY, scopes={"goals:read"})
    assert (issued.expires_in, issued.scope) == (600, "goals:read")
    assert repr(issued) == f"IssuedToken(expires_in=600, scope='goals:read', jti='{issued.jti}')"


async def test_our_own_verifier_accepts_it(issuer: LocalIssuer) -> None:
    token, claims = issue(issuer, "goals:read")
    assert await Verifier([issuer.trusted()], CLOCK).verify(token) == Claims(
        issuer=BASE,
        subject="person-1",
        jti=str(claims["jti"]),
        scopes=frozenset({"goals:read"}),
        issued_at=datetime.fromtimestamp(NOW, UTC),
        expires_at=datetime.fromtimestamp(NOW + 600, UTC),
        extra={"client_id": "north-sis", "cid": "0190a5d2-6a3c-7cc3-8a4e-9f0d5a1b2c3d"},
    )


async def test_others_can_verify_it_from_the_published_keys(issuer: LocalIssuer) -> None:
    token, _ = issue(issuer)
    published = json.loads(json.dumps(issuer.jwks()))
    other = TrustedIssuer(BASE, API, StaticKeys(published["keys"]))
    assert (await Verifier([other], CLOCK).verify(token)).subject == "person-1"


def test_two_tokens_have_two_ids(issuer: LocalIssuer) -> None:
    assert issue(issuer)[1]["jti"] != issue(issuer)[1]["jti"]


def test_a_token_without_scopes_says_so(issuer: LocalIssuer) -> None:
    assert issue(issuer)[1]["scope"] == ""


async def test_the_lifetime_is_the_rings(tmp_path: Path) -> None:
    keys = SigningKeys.from_file(tmp_path / "k.json", CLOCK, lifetime=timedelta(minutes=2))
    issuer = LocalIssuer(BASE, API, keys, CLOCK)
    token, claims = issue(issuer)
    assert claims["exp"] == NOW + 120
    assert issuer.trusted().max_lifetime == timedelta(minutes=2)
    assert (await Verifier([issuer.trusted()], CLOCK).verify(token)).subject == "person-1"


def test_the_announcement_is_that_of_rfc_8414() -> None:
    announced = authorization_server(
        BASE, {"plans:read", "goals:read"}, token_path="/oauth/token", jwks_path="/jwks.json"
    )
    assert announced == {
        "issuer": "https://api.consortium.example",
        "token_endpoint": "https://api.consortium.example/oauth/token",
        "jwks_uri": "https://api.consortium.example/jwks.json",
        "scopes_supported": ["goals:read", "plans:read"],
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }


def test_the_openid_document_says_the_same_and_promises_no_sign_in() -> None:
    paths = {"token_path": "/oauth/token", "jwks_path": "/jwks.json"}
    assert openid_configuration(BASE, [], **paths) == {
        **authorization_server(BASE, [], **paths),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }


@pytest.mark.parametrize(
    "address", [BASE, "https://x.example/tenant", "http://127.0.0.1:8034", "http://localhost:1"]
)
def test_an_issuer_has_an_address(address: str, keys: SigningKeys) -> None:
    assert LocalIssuer(address, API, keys, CLOCK).iss == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "api.consortium.example",
        "http://api.consortium.example",
        "https://",
        "https:///tenant",
        "https://:443",
        "https://api.consortium.example/",
        "https://api.consortium.example/x/",
        "https://api.consortium.example?x=1",
        "https://api.consortium.example#x",
        "https://user@api.consortium.example",
        "HTTPS://api.consortium.example",
        "ftp://api.consortium.example",
    ],
)
def test_an_issuer_without_a_plain_address_is_refused(address: str, keys: SigningKeys) -> None:
    with pytest.raises(ValueError, match="An issuer"):
        LocalIssuer(address, API, keys, CLOCK)
