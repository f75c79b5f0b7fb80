"""Which issuers and keys can be trusted at all."""

import pytest
from identity.forge import b64, ec_jwk, ec_key, rsa_jwk, rsa_key
from identity.probes import EXPECTED, probed

from app.identity import trust, verifier
from app.identity.trust import KeyUnfit, StaticKeys, trusted_key

pytestmark = pytest.mark.anyio


async def test_what_is_refused_is_refused_before_any_token_comes() -> None:
    assert await probed(trust, verifier) == EXPECTED


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kid": None}, "A key has an id."),
        ({"d": "x"}, "A published key is public."),
        ({"use": "enc"}, "A key for signatures."),
        ({"key_ops": ["sign"]}, "A key that verifies."),
        ({"alg": "ES384"}, "A key for another algorithm."),
        ({"x": b64(bytes(32))}, "Not a key of its type."),
        ({"x": b64(bytes(31))}, "A coordinate of P-256 has 32 bytes."),
        ({"x": "===="}, "A key is written in base64url."),
        ({"crv": "P-384"}, "A P-256 or RSA key."),
    ],
)
def test_a_key_that_does_not_fit_is_refused_with_its_reason(
    changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(KeyUnfit) as refused:
        trusted_key({**ec_jwk(ec_key("north"), "k"), **changes})
    assert str(refused.value) == sentence


def test_an_rsa_key_of_2048_bits_fits() -> None:
    assert trusted_key(rsa_jwk(rsa_key("north"), "k")).algorithm == "RS256"


def test_a_key_is_equal_to_another_of_the_same_material_and_name() -> None:
    published = ec_jwk(ec_key("north"), "k")
    assert trusted_key(published) == trusted_key({**published, "use": "sig"})
    assert trusted_key(published) != trusted_key({**published, "kid": "l"})


def test_the_thumbprint_is_that_of_the_example_in_rfc_7638() -> None:
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECP"
        "ebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY"
        "368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0f"
        "M4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    key = trusted_key(
        {"kty": "RSA", "e": "AQAB", "n": modulus, "kid": "2011-04-29", "alg": "RS256"}
    )
    assert key.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_static_keys_that_do_not_fit_are_refused_at_once() -> None:
    with pytest.raises(KeyUnfit):
        StaticKeys([ec_jwk(ec_key("north"), "k", use="enc")])


async def test_static_keys_are_found_and_never_sought() -> None:
    keys = StaticKeys([ec_jwk(ec_key("north"), "k")])
    assert keys.known("k") == trusted_key(ec_jwk(ec_key("north"), "k"))
    assert keys.known("l") is None
    assert await keys.sought("k") is None
