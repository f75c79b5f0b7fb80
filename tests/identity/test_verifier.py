"""What the verifier gives out, and what it keeps to itself."""

import asyncio
import inspect
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from identity.forge import NOW, dumped
from identity.judge import VECTORS, verifier
from identity.vectors.world import CLAIMS, claims, ours

from app.identity.compact import decode_part, encode_part, read_object
from app.identity.refusal import Reason, TokenRefused
from app.identity.verifier import Claims

pytestmark = pytest.mark.anyio

GOOD = next(vector["token"] for vector in VECTORS if vector["name"] == "the good token")


async def test_the_claims_are_those_of_the_token() -> None:
    assert await verifier().verify(GOOD) == Claims(
        issuer="https://api.consortium.example",
        subject=str(CLAIMS["sub"]),
        jti=str(CLAIMS["jti"]),
        scopes=frozenset({"goals:read", "goals:revise"}),
        issued_at=datetime.fromtimestamp(NOW - 60, UTC),
        expires_at=datetime.fromtimestamp(NOW + 540, UTC),
        extra={"client_id": "north-sis", "cid": str(CLAIMS["cid"])},
    )


async def test_claims_cannot_be_changed_by_whom_they_are_shared_with() -> None:
    said = await verifier().verify(ours(body=claims(groups=["a"], more={"b": ["c"]})))
    assert said.extra["groups"] == ("a",)
    with pytest.raises(TypeError):
        said.extra["cid"] = "another"  # type: ignore[index]
    with pytest.raises(TypeError):
        said.extra["more"]["b"] = "another"  # type: ignore[index]


async def test_a_refusal_says_the_same_whatever_the_reason() -> None:
    words = set()
    for vector in VECTORS:
        if vector["verdict"] == "refused":
            with pytest.raises(TokenRefused) as refused:
                await verifier().verify(vector["token"])
            words.add((str(refused.value), refused.value.args))
            assert refused.value.__cause__ is None
            assert refused.value.expired is (vector["reason"] == "expired")
    assert words == {("The token is refused.", ("The token is refused.",))}


def test_every_reason_is_given_by_some_vector() -> None:
    assert {vector.get("reason") for vector in VECTORS} - {None} == {str(one) for one in Reason}


def test_a_token_of_our_own_is_verified_without_waiting() -> None:
    steps = verifier().verify(GOOD)
    with pytest.raises(StopIteration) as done:
        steps.send(None)
    assert done.value.value.subject == CLAIMS["sub"]
    assert inspect.getcoroutinestate(steps) == inspect.CORO_CLOSED


@given(st.binary(max_size=200))
def test_base64url_is_read_as_it_was_written(raw: bytes) -> None:
    assert decode_part(encode_part(raw)) == raw


@given(st.text(alphabet="ABCabc019-_+/=. \n", max_size=12))
def test_a_text_is_decoded_only_if_it_is_the_one_way_to_write_its_bytes(text: str) -> None:
    try:
        raw = decode_part(text)
    except ValueError:
        return
    assert encode_part(raw) == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=5))
def test_an_object_is_read_as_it_was_written(members: dict[str, object]) -> None:
    assert read_object(dumped(members)) == members


@given(st.binary(max_size=60) | st.text(alphabet='{}[]":,\\1 a', max_size=60).map(str.encode))
def test_whatever_is_no_object_is_a_value_error(raw: bytes) -> None:
    try:
        members = read_object(raw)
    except ValueError:
        return
    assert isinstance(members, dict)


@given(st.integers(0, len(GOOD) - 1), st.characters(codec="ascii"))
def test_a_token_with_any_one_character_changed_is_refused(place: int, letter: str) -> None:
    spoilt = GOOD[:place] + letter + GOOD[place + 1 :]
    if spoilt == GOOD:
        return
    with pytest.raises(TokenRefused):
        asyncio.run(verifier().verify(spoilt))
