"""The ring of signing keys: rotation, several workers, and what is published when."""

import json
import logging
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from identity.forge import NOW
from jose import jws

from app.identity.issuer import LocalIssuer
from app.identity.refusal import TokenRefused
from app.identity.signing import SigningKeys
from app.identity.verifier import Verifier
from app.keyfile import KeyFileRefused

pytestmark = pytest.mark.anyio

BASE = "https://api.consortium.example"


class Clock:
    def __init__(self) -> None:
        self.seconds = float(NOW)

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "signing.json"


def replace_by(path: Path, text: str) -> None:
    path.write_text(text)


def take_away(path: Path) -> str:
    content = path.read_text()
    path.unlink()
    return content


def put_back(path: Path, content: str) -> None:
    path.touch(0o600)
    path.write_text(content)


class Worker:
    """One process's view of the ring."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.keys = SigningKeys.from_file(path, clock)
        self.issuer = LocalIssuer(BASE, BASE, self.keys, clock)
        self.verifier = Verifier([self.issuer.trusted()], clock)

    def token(self) -> str:
        return self.issuer.issue(
            subject="s", client_id="c", key_id=UUID(int=1), scopes=["goals:read"]
        ).token

    async def accepts(self, token: str) -> bool:
        try:
            await self.verifier.verify(token)
        except TokenRefused:
            return False
        return True

    def kids(self) -> list[object]:
        return [key["kid"] for key in self.keys.jwks()["keys"]]  # type: ignore[attr-defined]


def test_a_ring_is_made_when_there_is_none(path: Path, clock: Clock) -> None:
    keys = SigningKeys.from_file(path, clock)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (stored,) = json.loads(path.read_text())["signing_keys"]
    assert sorted(stored) == ["created_at", "crv", "d", "kty", "retired_at", "x", "y"]
    assert keys.current.created_at == clock()


def test_a_ring_that_is_there_is_used(path: Path, clock: Clock) -> None:
    first = SigningKeys.from_file(path, clock).current.kid
    assert SigningKeys.from_file(path, clock).current.kid == first


def test_the_published_set_is_the_public_half_alone(path: Path, clock: Clock) -> None:
    keys = SigningKeys.from_file(path, clock)
    (stored,) = json.loads(path.read_text())["signing_keys"]
    assert keys.jwks() == {
        "keys": [
            {
                "kty": "EC",
                "crv": "P-256",
                "x": stored["x"],
                "y": stored["y"],
                "kid": keys.current.kid,
                "use": "sig",
                "alg": "ES256",
                "key_ops": ["verify"],
            }
        ]
    }


def test_a_token_names_its_type_and_key(path: Path, clock: Clock) -> None:
    keys = SigningKeys.from_file(path, clock)
    token = keys.sign({"a": 1}, "at+jwt")
    assert jws.get_unverified_header(token) == {
        "alg": "ES256",
        "kid": keys.current.kid,
        "typ": "at+jwt",
    }
    assert jws.verify(token, keys.current.public.key, algorithms=["ES256"]) == b'{"a":1}'


async def test_a_rotation_takes_hold_in_every_worker_on_the_next_token(
    path: Path, clock: Clock
) -> None:
    one, two = Worker(path, clock), Worker(path, clock)
    before = one.token()
    new = one.keys.rotate()
    after = one.token()
    assert jws.get_unverified_header(after)["kid"] == new
    assert [await two.accepts(token) for token in (before, after)] == [True, True]
    assert jws.get_unverified_header(two.token())["kid"] == new
    assert two.kids() == one.kids()
    assert len(two.kids()) == 2


async def test_a_replaced_key_is_published_until_its_last_token_has_ended(
    path: Path, clock: Clock
) -> None:
    worker = Worker(path, clock)
    old = worker.keys.current.kid
    last = worker.token()
    new = worker.keys.rotate()
    clock.seconds += 629.9
    assert worker.kids() == [new, old]
    assert await worker.accepts(last) is True
    assert worker.keys.known(old) is not None
    clock.seconds += 0.1
    assert worker.kids() == [new]
    assert await worker.accepts(last) is False
    assert worker.keys.known(old) is None


def test_a_key_whose_tokens_have_ended_leaves_the_file_at_the_next_rotation(
    path: Path, clock: Clock
) -> None:
    worker = Worker(path, clock)
    worker.keys.rotate()
    clock.seconds += 100
    worker.keys.rotate()
    assert len(json.loads(path.read_text())["signing_keys"]) == 3
    clock.seconds += 630
    worker.keys.rotate()
    assert len(json.loads(path.read_text())["signing_keys"]) == 2


async def test_a_key_known_to_others_ends_with_all_its_tokens_at_once(
    path: Path, clock: Clock
) -> None:
    one, two = Worker(path, clock), Worker(path, clock)
    token = one.token()
    assert await two.accepts(token) is True
    new = one.keys.rotate(keep_previous=False)
    assert [await one.accepts(token), await two.accepts(token)] == [False, False]
    assert [one.kids(), two.kids()] == [[new], [new]]


async def test_a_file_spoilt_by_hand_ends_no_service(
    path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    worker = Worker(path, clock)
    token = worker.token()
    replace_by(path, "{")
    with caplog.at_level(logging.ERROR):
        assert [await worker.accepts(token), await worker.accepts(worker.token())] == [True, True]
    assert [record.getMessage() for record in caplog.records] == [
        "Signing keys stay as they were: A key file is JSON."
    ]


async def test_a_file_taken_away_ends_no_service(
    path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    worker = Worker(path, clock)
    content = take_away(path)
    assert await worker.accepts(worker.token()) is True
    assert [record.getMessage() for record in caplog.records] == [
        f"Signing keys stay as they were: There is no key file {path}."
    ]
    put_back(path, content)
    new = worker.keys.rotate()
    assert worker.keys.current.kid == new


def test_a_ring_given_as_text_signs_and_is_not_rotated(path: Path, clock: Clock) -> None:
    worker = Worker(path, clock)
    keys = SigningKeys.from_text(path.read_text(), clock)
    assert keys.current == worker.keys.current
    assert jws.get_unverified_header(keys.sign({}, "at+jwt"))["kid"] == keys.current.kid
    with pytest.raises(KeyFileRefused, match=r"^These signing keys are given as text"):
        keys.rotate()


async def test_a_worker_started_later_knows_the_replaced_keys(path: Path, clock: Clock) -> None:
    one = Worker(path, clock)
    token = one.token()
    one.keys.rotate()
    clock.seconds += 60
    assert await Worker(path, clock).accepts(token) is True


async def test_our_own_ring_is_never_asked_to_wait(path: Path, clock: Clock) -> None:
    keys = SigningKeys.from_file(path, clock)
    assert await keys.sought(keys.current.kid) is None
    assert keys.known("other") is None


def test_no_repr_shows_a_private_key(path: Path, clock: Clock) -> None:
    keys = SigningKeys.from_file(path, clock)
    (stored,) = json.loads(path.read_text())["signing_keys"]
    shown = repr(keys.current) + repr(keys)
    assert [shown.count(stored["d"]), shown.count(stored["x"])] == [0, 0]


def stored_ring(path: Path, clock: Clock) -> dict[str, object]:
    SigningKeys.from_file(path, clock)
    (key,) = json.loads(path.read_text())["signing_keys"]
    return dict(key)


SPOILT: dict[str, tuple[dict[str, object], str]] = {
    "no secret": ({"d": None}, "A signing key has d, created_at and retired_at."),
    "no date": ({"created_at": None}, "A signing key has d, created_at and retired_at."),
    "a number": ({"retired_at": 1}, "A signing key has d, created_at and retired_at."),
    "another secret": ({"d": "AQ"}, "A signing key is a P-256 JWK with its dates."),
    "another curve": ({"crv": "P-384"}, "A signing key is a P-256 JWK with its dates."),
    "a date without offset": (
        {"created_at": "2027-01-15T08:00:00"},
        "A signing key is a P-256 JWK with its dates.",
    ),
    "no date at all": ({"retired_at": "never"}, "A signing key is a P-256 JWK with its dates."),
    "nothing that signs": (
        {"retired_at": "2027-01-15T08:00:00+00:00"},
        "Exactly one signing key is not retired.",
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_ring_is_refused_at_the_start(name: str, path: Path, clock: Clock) -> None:
    changes, sentence = SPOILT[name]
    ring = {"signing_keys": [{**stored_ring(path, clock), **changes}]}
    with pytest.raises(KeyFileRefused) as refused:
        SigningKeys.from_text(json.dumps(ring), clock)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("content", ["{}", '{"signing_keys":{}}', '{"signing_keys":[1]}'])
def test_what_is_no_ring_is_refused(content: str, clock: Clock) -> None:
    with pytest.raises(KeyFileRefused, match=r"has the member signing_keys\.$"):
        SigningKeys.from_text(content, clock)


def test_a_ring_with_two_keys_that_sign_is_refused(path: Path, clock: Clock) -> None:
    one = stored_ring(path, clock)
    other = stored_ring(path.with_name("other.json"), clock)
    with pytest.raises(KeyFileRefused, match="Exactly one signing key is not retired"):
        SigningKeys.from_text(json.dumps({"signing_keys": [one, other]}), clock)


def test_a_ring_with_a_key_twice_is_refused(path: Path, clock: Clock) -> None:
    one = stored_ring(path, clock)
    retired = {**one, "retired_at": (clock() - timedelta(days=1)).isoformat()}
    with pytest.raises(KeyFileRefused, match="A signing key occurs twice"):
        SigningKeys.from_text(json.dumps({"signing_keys": [one, retired]}), clock)
