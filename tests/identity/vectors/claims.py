"""Vectors on the claims: who, for whom, since when, until when."""

from identity.forge import NOW
from identity.vectors.world import (
    API,
    LASTING_ISS,
    NORTH_ISS,
    OURS_ISS,
    SOUTH_ISS,
    Vector,
    bad,
    claims,
    good,
    north,
    north_claims,
    ours,
)


def claim_vectors() -> list[Vector]:
    return [
        *issuers(), *audiences(), *texts(), *scopes(), *numbers(), *times(), *lifetimes(),
    ]  # fmt: skip


def issuers() -> list[Vector]:
    wrong: dict[str, object] = {
        "missing": ...,
        "null": None,
        "empty": "",
        "a list": [OURS_ISS],
        "an object": {OURS_ISS: 1},
        "a number": 1,
        "a prefix": OURS_ISS[:-1],
        "longer": OURS_ISS + ".evil.example",
        "with a slash": OURS_ISS + "/",
        "in capitals": OURS_ISS.upper(),
        "over http": OURS_ISS.replace("https", "http"),
        "with a port": OURS_ISS + ":443",
        "with a space": OURS_ISS + " ",
        "with a user": "https://x@api.consortium.example",
        "unknown": "https://login.evil.example",
        "of a tenant beside": SOUTH_ISS + "2",
        "a tenant's host": SOUTH_ISS.removesuffix("/tenant"),
        "the audience": API,
    }
    return [
        *(bad(f"iss {name}", "issuer", ours(body=claims(iss=v))) for name, v in wrong.items()),
        bad("iss of a provider, our key", "header", ours(body=claims(iss=SOUTH_ISS))),
        bad("iss of a provider, our key and kid", "key", ours(body=claims(iss=NORTH_ISS))),
        bad("iss ours, a provider's token", "header", north(body=north_claims(iss=OURS_ISS))),
    ]


def audiences() -> list[Vector]:
    wrong: dict[str, object] = {
        "missing": ...,
        "null": None,
        "empty": "",
        "an empty list": [],
        "a number": 1,
        "true": True,
        "an object": {API: True},
        "another": "https://other.example",
        "a prefix": API[:-1],
        "longer": API + "2",
        "with a slash": API + "/",
        "in capitals": API.upper(),
        "with a space": " " + API,
        "two in one text": API + " https://other.example",
        "a list of others": ["https://other.example", API + "/goals"],
        "a list in a list": [[API]],
        "a list with a number": [API, 1],
        "a list with null": [None, API],
        "a list with a list": [API, ["x"]],
        "a list of letters": list(API),
        "our issuer": OURS_ISS,
        "a provider's audience": "consortium-2034",
    }
    return [
        *(bad(f"aud {name}", "audience", ours(body=claims(aud=v))) for name, v in wrong.items()),
        good("aud a list of one", ours(body=claims(aud=[API]))),
        good("aud a list with ours last", ours(body=claims(aud=["https://other.example", API]))),
        bad("aud of our issuer at a provider", "audience", north(body=north_claims(aud=API))),
        bad("aud a substring", "audience", north(body=north_claims(aud="consortium"))),
    ]


def texts() -> list[Vector]:
    wrong: dict[str, object] = {
        "missing": ...,
        "null": None,
        "empty": "",
        "a number": 7,
        "zero": 0,
        "true": True,
        "a list": ["x"],
        "an object": {"x": 1},
        "of 256 characters": "x" * 256,
        "with NUL": "a\0b",
        "with a newline": "a\nb",
        "with a delete": "a\x7fb",
        "with a bidi override": "a\u202eb",
        "with a lone surrogate": "a\ud800b",
        "with a zero-width space": "a\u200bb",
        "with a byte order mark": "\ufeffa",
    }
    return [
        *(
            bad(f"{claim} {name}", "claim", ours(body=claims(**{claim: value})))
            for claim in ("sub", "jti")
            for name, value in wrong.items()
        ),
        good("sub of 255 characters", ours(body=claims(sub="x" * 255)), subject="x" * 255),
        good("sub not in ASCII", ours(body=claims(sub="Zoë 学校")), subject="Zoë 学校"),
        good("sub with a pair of surrogates", ours(body=claims(sub="a\U0001f600")), subject="a\U0001f600"),
        good("jti of one character", ours(body=claims(jti="1")), jti="1"),
    ]  # fmt: skip


def scopes() -> list[Vector]:
    wrong: dict[str, object] = {
        "null": None,
        "a list": ["goals:read"],
        "a number": 1,
        "true": True,
        "an object": {},
        "with a newline": "goals:read\ngoals:revise",
        "with a tab": "goals:read\tgoals:revise",
        "with NUL": "goals:read\0",
        "with a no-break space": "goals:read\u00a0goals:revise",
        "not in ASCII": "g\u043eals:read",
        "with a lone surrogate": "\ud800",
    }
    return [
        *(bad(f"scope {name}", "claim", ours(body=claims(scope=v))) for name, v in wrong.items()),
        good("scope of two", ours(), scopes=["goals:read", "goals:revise"]),
        good("scope missing", ours(body=claims(scope=...)), scopes=[]),
        good("scope empty", ours(body=claims(scope="")), scopes=[]),
        good("scope twice the same", ours(body=claims(scope="a  a b ")), scopes=["a", "b"]),
        good("extra claims", ours(), extra={"client_id": "north-sis", "cid": "0190a5d2-6a3c-7cc3-8a4e-9f0d5a1b2c3e"}),
    ]  # fmt: skip


def literal(claim: str, text: str) -> bytes:
    """The good claims with one written as it stands."""
    return claims(**{claim: ...})[:-1] + f',"{claim}":{text}}}'.encode()


def numbers() -> list[Vector]:
    wrong = {
        "null": "null",
        "true": "true",
        "false": "false",
        "a text": f'"{NOW}"',
        "an empty text": '""',
        "a date": '"2027-01-15T08:00:00Z"',
        "a list": f"[{NOW}]",
        "an object": "{}",
        "negative": "-1",
        "1e400": "1e400",
        "-1e400": "-1e400",
        "1e300": "1e300",
        "the year 10000": "253402300800",
        "milliseconds": f"{NOW}000",
        "2**63": "9223372036854775808",
        "a hundred digits": "9" * 100,
        "4,000 digits": "9" * 4000,
    }
    malformed = {
        "NaN": "NaN",
        "Infinity": "Infinity",
        "5,000 digits": "9" * 5000,
        "Arabic digits": "\u0661\u0668\u0660\u0660",
        "hexadecimal": "0x6b49d200",
        "underscores": "1_800_000_000",
    }
    vectors = []
    for claim in ("exp", "iat", "nbf"):
        for name, text in wrong.items():
            vectors.append(bad(f"{claim} {name}", "claim", ours(body=literal(claim, text))))
        for name, text in malformed.items():
            vectors.append(bad(f"{claim} {name}", "malformed", ours(body=literal(claim, text))))
    return [
        *vectors,
        bad("exp missing", "claim", ours(body=claims(exp=...))),
        bad("iat missing", "claim", ours(body=claims(iat=...))),
        bad("exp and iat missing", "claim", ours(body=claims(exp=..., iat=...))),
        good("nbf missing", ours(body=claims(nbf=...))),
        good("exp with a fraction", ours(body=literal("exp", f"{NOW + 100}.5")), expires_at=NOW + 100.5),
        good("exp in scientific notation", ours(body=literal("exp", "1.8000001e9")), expires_at=NOW + 100),
        good("iat with a fraction", ours(body=literal("iat", f"{NOW - 10}.25")), issued_at=NOW - 9.75),
    ]  # fmt: skip


def times() -> list[Vector]:
    def at(**changes: object) -> str:
        return ours(body=claims(**changes))

    return [
        good("exp in a second", at(exp=NOW + 1)),
        good("exp now", at(exp=NOW)),
        good("exp 29 seconds ago", at(exp=NOW - 29)),
        good("exp 29.5 seconds ago", at(exp=NOW - 29.5)),
        bad("exp 30 seconds ago", "expired", at(exp=NOW - 30)),
        bad("exp 31 seconds ago", "expired", at(exp=NOW - 31, iat=NOW - 600)),
        bad("exp a year ago", "expired", at(exp=NOW - 31_536_000, iat=NOW - 31_536_600)),
        bad("exp in 1970", "expired", at(exp=1, iat=0)),
        bad("exp a week ago, a provider's", "expired", north(body=north_claims(exp=NOW - 604_800, iat=NOW - 604_900))),
        bad("expired and of a wrong audience", "audience", at(exp=NOW - 100, iat=NOW - 200, aud="x")),
        bad("expired and without a name", "claim", at(exp=NOW - 100, iat=NOW - 200, jti=...)),
        bad("expired and of a wrong scope", "claim", at(exp=NOW - 100, iat=NOW - 200, scope=1)),
        bad("expired and signed by another", "signature", at(exp=NOW - 100, iat=NOW - 200)[:-8] + "AAAAAAAA"),
        bad("expired and with too long a life", "lifetime", at(exp=NOW - 100, iat=NOW - 800)),
        good("iat now", at(iat=NOW)),
        good("iat in 30 seconds", at(iat=NOW + 30)),
        bad("iat in 31 seconds", "not_yet", at(iat=NOW + 31)),
        bad("iat in 30.5 seconds", "not_yet", at(iat=NOW + 30.5)),
        bad("iat in a day", "not_yet", at(iat=NOW + 86_400, exp=NOW + 86_500)),
        good("nbf past", at(nbf=NOW - 1)),
        good("nbf zero", at(nbf=0, client_id=..., cid=...), extra={}),
        good("nbf in 30 seconds", at(nbf=NOW + 30)),
        bad("nbf in 31 seconds", "not_yet", at(nbf=NOW + 31)),
        bad("nbf in a day", "not_yet", at(nbf=NOW + 86_400)),
        bad("nbf past, iat in 31 seconds", "not_yet", at(nbf=NOW - 60, iat=NOW + 31)),
    ]  # fmt: skip


def lifetimes() -> list[Vector]:
    def lasting(issued: float, ends: float) -> str:
        return ours(body=claims(iat=issued, exp=ends))

    return [
        good("lifetime of 600 seconds", lasting(NOW, NOW + 600)),
        bad("lifetime of 601 seconds", "lifetime", lasting(NOW, NOW + 601)),
        bad("lifetime of 600.5 seconds", "lifetime", lasting(NOW, NOW + 600.5)),
        bad("lifetime of a year", "lifetime", lasting(NOW - 60, NOW + 31_536_000)),
        bad("lifetime since 1970", "lifetime", lasting(0, NOW + 60)),
        bad("lifetime till 9999", "lifetime", lasting(NOW, 253_402_300_799)),
        bad("lifetime of nothing", "lifetime", lasting(NOW, NOW)),
        bad("lifetime backwards", "lifetime", lasting(NOW + 20, NOW + 10)),
        bad("lifetime over a provider's", "lifetime", north(body=north_claims(iat=NOW, exp=NOW + 3601))),
        good("lifetime till 9999, of an issuer that may", ours(body=claims(iss=LASTING_ISS, exp=253_402_300_799)), expires_at=253_402_300_799),
        bad("lifetime till 10000, of an issuer that may", "claim", ours(body=claims(iss=LASTING_ISS, exp=253_402_300_800))),
        good("lifetime of a provider's hour", north(body=north_claims(iat=NOW, exp=NOW + 3600))),
    ]  # fmt: skip
