"""Keys of persons and services: how they look, and what is stored of them."""

import re
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity.keys import ALPHABET, PresentedKey, checksum, digest_of, new_key, parse_key

ID = UUID("0190a5d2-6a3c-7cc3-8a4e-9f0d5a1b2c3d")
SHOWN = "c34_0190a5d26a3c7cc38a4e9f0d5a1b2c3d_" + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
SHOWN += checksum(SHOWN)


def test_a_key_has_the_form_that_scanners_look_for() -> None:
    shown, digest = new_key(ID)
    assert re.fullmatch(r"c34_0190a5d26a3c7cc38a4e9f0d5a1b2c3d_[0-9A-Za-z]{49}", shown)
    assert len(digest) == 32


def test_a_key_once_given_out_is_read_the_same_for_ever() -> None:
    assert SHOWN[-6:] == "0bE4WP"
    digest = "d0c2cbc6ca7b5a8c37da658fa2af7e06"
    assert parse_key(SHOWN) == PresentedKey(ID, digest_of(SHOWN))
    assert digest_of(SHOWN).hex()[:32] == digest


@given(st.uuids())
def test_a_new_key_is_read_back(key_id: UUID) -> None:
    shown, digest = new_key(key_id)
    assert parse_key(shown) == PresentedKey(key_id, digest)


def test_a_thousand_keys_are_a_thousand_keys() -> None:
    assert len({new_key(ID).digest for _ in range(1000)}) == 1000


def test_the_secret_has_256_bits() -> None:
    assert len(ALPHABET) == 62
    assert 62**43 >= 2**256


@given(st.integers(0, len(SHOWN) - 1), st.characters(codec="ascii"))
def test_any_one_wrong_character_is_noticed(place: int, letter: str) -> None:
    typed = SHOWN[:place] + letter + SHOWN[place + 1 :]
    assert (parse_key(typed) is None) == (typed != SHOWN)


@given(st.integers(0, len(SHOWN) - 2))
def test_two_swapped_characters_are_noticed(place: int) -> None:
    typed = SHOWN[:place] + SHOWN[place + 1] + SHOWN[place] + SHOWN[place + 2 :]
    assert (parse_key(typed) is None) == (typed != SHOWN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c34_",
        "c34__",
        SHOWN + "\n",
        SHOWN + " ",
        " " + SHOWN,
        SHOWN + "\0",
        SHOWN[:-1],
        SHOWN + "0",
        SHOWN.upper(),
        SHOWN.lower(),
        SHOWN.replace("c34_", "C34_"),
        SHOWN.replace("_", "-"),
        SHOWN.replace("0190a5d26a3c7cc38a4e9f0d5a1b2c3d", str(ID)),
        SHOWN.replace("0190a5d2", "0190A5D2"),
        SHOWN.replace("0", "\u0660"),
        SHOWN.replace("0", "\uff10"),
        SHOWN * 1000,
        "\ud800",
    ],
)
def test_what_is_not_a_key_to_the_letter_is_none(text: str) -> None:
    assert parse_key(text) is None


def test_a_presented_key_matches_its_own_digest_alone() -> None:
    mine, other = new_key(ID), new_key(ID)
    presented = parse_key(mine.shown)
    assert presented is not None
    assert presented.matches(mine.digest) is True
    assert presented.matches(other.digest) is False
    assert presented.matches(mine.digest[:-1]) is False
    assert presented.matches(b"") is False


def test_no_repr_shows_a_secret() -> None:
    key = new_key(uuid4())
    presented = parse_key(key.shown)
    assert repr(key) == "NewKey(…)"
    assert str(key) == "NewKey(…)"
    assert presented is not None
    assert repr(presented) == f"PresentedKey(id={presented.id!r})"
