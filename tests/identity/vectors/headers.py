"""Vectors on the header: algorithm, key id, type, members that must not be there."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from identity.forge import b64, dumped, ec_jwk, ecdsa, fixed, hmac_with, rsa_pkcs1
from identity.vectors.world import (
    NORTH,
    NORTH_CLAIMS,
    NORTH_EC_SIGN,
    NORTH_RSA,
    NORTH_SIGN,
    OURS,
    P384,
    SHORT_RSA,
    SLOW_RSA,
    SLOWER_RSA,
    SOUTH,
    SOUTH_ISS,
    STRANGER,
    WEAK_RSA,
    Vector,
    bad,
    good,
    header,
    north,
    north_claims,
    north_header,
    ours,
)

PEM = OURS.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
DER = OURS.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
POINT = OURS.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
RSA_PEM = NORTH_RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
RSA_PKCS1 = NORTH_RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1)


def header_vectors() -> list[Vector]:
    return [*algorithms(), *confusions(), *key_ids(), *published(), *types(), *refused_members()]


def algorithms() -> list[Vector]:
    names: dict[str, object] = {
        repr(name): name
        for name in [
            "none",
            "None",
            "NONE",
            "nOnE",
            "es256",
            "Es256",
            "ES256K",
            "ES384",
            "ES512",
            "RS256",
            "RS384",
            "RS512",
            "PS256",
            "EdDSA",
            "HS256",
            "HS384",
            "HS512",
            "dir",
            "RSA-OAEP",
            "A256KW",
            "A128GCM",
            "ES256\x00",
        ]
    }
    names |= {"'ES256 '": "ES256 ", "empty": "", "null": None, "missing": ..., "a list": ["ES256"]}
    names |= {"an object": {"ES256": 1}, "a number": 256, "true": True, "Cyrillic": "\u0415S256"}
    vectors = [
        bad(f"alg {name}, signed with ES256", "algorithm", ours(head=header(alg=value)))
        for name, value in names.items()
    ]
    vectors += [
        bad(f"alg {name}, unsigned", "algorithm", ours(head=header(alg=name), signer=fixed(b"")))
        for name in ("none", "None", "NONE")
    ]
    south = dumped({**NORTH_CLAIMS, "iss": SOUTH_ISS})
    return [
        *vectors,
        good("alg RS256 where allowed", north()),
        good("alg ES256 where allowed", north(north_header(alg="ES256", kid="ec"), signer=NORTH_EC_SIGN)),
        bad("alg ES256 where RS256 alone is", "algorithm", north(north_header(alg="ES256", kid="ec"), south, ecdsa(SOUTH))),
        bad("alg RS512 by an RSA key", "algorithm", north(north_header(alg="RS512"), signer=rsa_pkcs1(NORTH_RSA, hashes.SHA512()))),
        bad("alg ES384 by a P-384 key", "algorithm", north(north_header(alg="ES384", kid="p384"), signer=ecdsa(P384, hashes.SHA384()))),
    ]  # fmt: skip


def confusions() -> list[Vector]:
    secrets = {
        "PEM": PEM,
        "PEM without its last newline": PEM.rstrip(),
        "DER": DER,
        "point": POINT,
        "JWK": dumped(ec_jwk(OURS, "ours")),
        "kid": b"ours",
        "nothing": b"",
    }
    rsa_secrets = {"PEM": RSA_PEM, "PKCS#1 PEM": RSA_PKCS1}
    return [
        *(
            bad(f"HS256 with the public key's {name}", "algorithm", ours(head=header(alg="HS256"), signer=hmac_with(secret)))
            for name, secret in secrets.items()
        ),
        *(
            bad(f"HS256 with the RSA key's {name}", "algorithm", north(north_header(alg="HS256"), signer=hmac_with(secret)))
            for name, secret in rsa_secrets.items()
        ),
        bad("HS256 with a published secret", "algorithm", north(north_header(alg="HS256", kid="oct"), signer=hmac_with(b"a secret of thirty-two bytes...."))),
        bad("RS256 said, a secret's key id", "key", north(north_header(kid="oct"), signer=hmac_with(b"a secret of thirty-two bytes...."))),
        bad("RS256 said of an EC key", "key", north(north_header(kid="ec"), signer=NORTH_EC_SIGN)),
        bad("ES256 said of an RSA key", "key", north(north_header(alg="ES256"), signer=NORTH_SIGN)),
        bad("ES256 said of an RSA key, signed by EC", "key", north(north_header(alg="ES256"), signer=NORTH_EC_SIGN)),
        bad("RS256 said of an EC key, signed by RSA", "key", north(north_header(kid="ec"))),
    ]  # fmt: skip


def key_ids() -> list[Vector]:
    ids: dict[str, object] = {
        "missing": ...,
        "null": None,
        "empty": "",
        "a number": 1,
        "zero": 0,
        "true": True,
        "a list": ["ours"],
        "an object": {"kid": "ours"},
        "unknown": "other",
        "in capitals": "OURS",
        "with a space": "ours ",
        "with NUL": "ours\0",
        "cut short": "our",
        "longer": "ours2",
        "a path": "../../../dev/null",
        "a file address": "file:///etc/passwd",
        "an address": "https://evil.example/jwks.json",
        "an SQL fragment": "' union select 'x",
        "a format": "%s%s%s",
        "a wildcard": "*",
        "a lone surrogate": "\ud800",
        "of another issuer": "ec",
        "__proto__": "__proto__",
    }
    return [
        *(bad(f"kid {name}", "key", ours(head=header(kid=value))) for name, value in ids.items()),
        bad("kid a path, secret empty", "algorithm", ours(header(alg="HS256", kid="../../../dev/null"), signer=hmac_with(b""))),
        bad("another issuer's key and kid", "key", ours(header(kid="ec"), signer=NORTH_EC_SIGN)),
        bad("another issuer's key under our kid", "signature", ours(signer=NORTH_EC_SIGN)),
        bad("our key in another issuer's name", "key", north(header())),
        bad("a stranger's key", "signature", ours(signer=ecdsa(STRANGER))),
        good("kid that looks like a path and is published", north(north_header(kid="../../../dev/null"))),
    ]  # fmt: skip


def published() -> list[Vector]:
    """Keys that a provider publishes and that do not fit; each token is signed by that key."""
    elliptic = {
        "enc": NORTH,
        "use-null": NORTH,
        "wrap-only": NORTH,
        "ops-text": NORTH,
        "for-es384": NORTH,
        "private-d": NORTH,
        "private-k": NORTH,
        "twice": NORTH,
        "same-id": NORTH,
        "": NORTH,
        "7": NORTH,
        "no-y": NORTH,
        "off-curve": NORTH,
        "padded": NORTH,
        "long-x": NORTH,
        "long-y": NORTH,
        "curve-lie": NORTH,
        "kty-lie": NORTH,
    }
    rsa = {"weak": WEAK_RSA, "short": SHORT_RSA}
    rsa |= dict.fromkeys(["enc-rsa", "for-rs512", "for-hs256", "same-id"], NORTH_RSA)
    rsa |= dict.fromkeys(["private-p", "private-q", "private-dp", "private-dq", "private-qi", "private-oth"], NORTH_RSA)  # fmt: skip
    number = north_header(alg="ES256", kid=7)
    return [
        *(
            bad(f"key {kid or 'without a name'}", "key", north(north_header(alg="ES256", kid=kid), signer=ecdsa(key)))
            for kid, key in elliptic.items()
        ),
        *(
            bad(f"key {kid}, RSA", "key", north(north_header(kid=kid), signer=rsa_pkcs1(key)))
            for kid, key in rsa.items()
        ),
        bad("key with a number for a name", "key", north(number, signer=NORTH_EC_SIGN)),
        bad("key twice, by the other", "key", north(north_header(alg="ES256", kid="twice"), signer=ecdsa(STRANGER))),
        bad("key p384 said to be ES256", "key", north(north_header(alg="ES256", kid="p384"), signer=ecdsa(P384, hashes.SHA256()))),
        bad("key exponent-1", "key", north(north_header(kid="exponent-1"), signer=exponent_one)),
        good("key exponent-of-32-bits", north(north_header(kid="exponent-of-32-bits"), signer=rsa_pkcs1(SLOW_RSA))),
        bad("key exponent-of-33-bits", "key", north(north_header(kid="exponent-of-33-bits"), signer=rsa_pkcs1(SLOWER_RSA))),
        bad("key exponent-even", "key", north(north_header(kid="exponent-even"))),
        bad("key sig-and-enc, by the one for encryption", "signature", north(north_header(alg="ES256", kid="sig-and-enc"), signer=ecdsa(STRANGER))),
        good("key sig-and-enc", north(north_header(alg="ES256", kid="sig-and-enc"), signer=NORTH_EC_SIGN)),
        good("key without use or operations", north(north_header(alg="ES256", kid="plain"), signer=NORTH_EC_SIGN)),
        good("key with more operations", north(north_header(kid="both-ops"))),
        good("key published with a certificate", north(north_header(kid="x5c-too"))),
    ]  # fmt: skip


def exponent_one(text: bytes) -> bytes:
    """With the exponent 1 a signature is its own proof: the padded digest itself."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(text)
    info = bytes.fromhex("3031300d060960864801650304020105000420") + digest.finalize()
    return b"\0\1" + b"\xff" * (256 - 3 - len(info)) + b"\0" + info


def types() -> list[Vector]:
    wrong: dict[str, object] = {
        "missing": ...,
        "null": None,
        "empty": "",
        "JWT": "JWT",
        "an ID token's": "id_token+jwt",
        "a logout token's": "logout+jwt",
        "a proof's": "dpop+jwt",
        "a list": ["at+jwt"],
        "a number": 1,
        "with a space": "at+jwt ",
        "with a parameter": "at+jwt; v=1",
        "prefixed twice": "application/application/at+jwt",
        "another tree": "text/at+jwt",
        "application/ alone": "application/",
    }
    return [
        *(bad(f"typ {name}", "header", ours(head=header(typ=value))) for name, value in wrong.items()),
        good("typ in capitals", ours(head=header(typ="AT+JWT"))),
        good("typ with application/", ours(head=header(typ="application/at+jwt"))),
        good("typ at+jwt of a provider", north(north_header(typ="at+jwt"))),
        good("typ jwt of a provider, in small letters", north(north_header(typ="jwt"))),
        bad("typ of neither kind a provider may write", "header", north(north_header(typ="id_token+jwt"))),
        bad("typ missing of a provider", "header", north(north_header(typ=...))),
    ]  # fmt: skip


def refused_members() -> list[Vector]:
    values: dict[str, list[object]] = {
        "crit": [[], ["exp"], ["b64"], None],
        "b64": [False, True],
        "zip": ["DEF", None],
        "enc": ["A128GCM"],
        "jku": ["https://evil.example/jwks.json"],
        "x5u": ["https://evil.example/cert.pem"],
        "jwk": [ec_jwk(STRANGER, "ours"), None],
        "x5c": [[b64(b"certificate")]],
        "cty": ["JWT", "json"],
    }
    return [
        *(
            bad(f"header {name} {value!r:.40}", "header", ours(head=header(**{name: value})))
            for name, several in values.items()
            for value in several
        ),
        bad("header crit with b64=false", "header", ours(head=header(crit=["b64"], b64=False))),
        bad("header jwk, signed by it", "header", ours(header(jwk=ec_jwk(STRANGER, "ours")), signer=ecdsa(STRANGER))),
        good("header with a member nobody knows", ours(head=header(nonsense={"a": [1]}))),
        good("header with a certificate's thumbprint", ours(head=header(x5t="abc"))),
        good("another issuer's claims beside", north(body=north_claims(groups=["a", {"b": 1}])), extra={"groups": ["a", {"b": 1}]}),
    ]  # fmt: skip
