"""Conditions of a request: which entity tags they list."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.problems import MalformedHeader
from app.wire.headers import Match, if_match, if_none_match

CHARACTERS = [chr(code) for code in (0x21, *range(0x23, 0x7F), *range(0x80, 0x100))]
OPAQUE = st.text(st.sampled_from(CHARACTERS), max_size=12).map(lambda text: f'"{text}"')
BETWEEN = st.sampled_from([",", ", ", " ,\t", ",,", " , , "])


def lines(name: str, *values: str) -> list[tuple[bytes, bytes]]:
    """A request with a header, and others beside it."""
    given = [(name.encode(), value.encode("latin-1")) for value in values]
    return [(b"host", b"toy"), *given, (b"accept", b"*/*")]


def test_a_condition_that_is_not_given_is_none():
    assert if_match(lines("if-none-match", '"1"')) is None
    assert if_none_match(lines("if-match", '"1"')) is None


def test_a_star_is_any_tag():
    assert if_match(lines("if-match", "*")) == Match(None, weakly=False)
    assert if_none_match(lines("if-none-match", " * ")) == Match(None, weakly=True)
    assert Match(None, weakly=False).matches('"7-json"')


def test_a_star_in_quotes_is_a_tag_like_any_other():
    assert if_match(lines("if-match", '"*"')) == Match(frozenset({'"*"'}), weakly=False)


@given(st.lists(OPAQUE, min_size=1, max_size=4), BETWEEN)
def test_a_list_is_read_whatever_stands_in_the_quotes_and_between_them(tags, between):
    read = if_match(lines("if-match", between.join(tags)))
    assert read == Match(frozenset(tags), weakly=False)
    weak = if_none_match(lines("if-none-match", between.join(f"W/{tag}" for tag in tags)))
    assert weak == Match(frozenset(tags), weakly=True)


def test_two_lines_are_one_list():
    read = if_match(lines("if-match", '"1", "2"', '"3"'))
    assert read == Match(frozenset({'"1"', '"2"', '"3"'}), weakly=False)


def test_a_strong_comparison_takes_the_same_strong_tag_alone():
    match = if_match(lines("if-match", '"7-json", "8-json"'))
    tags = ['"7-json"', '"8-json"', '"9-json"', 'W/"7-json"', "7-json", '"7-json", "8-json"']
    assert [match.matches(tag) for tag in tags] == [True, True, False, False, False, False]


def test_a_weak_comparison_takes_what_stands_in_the_quotes():
    match = if_none_match(lines("if-none-match", 'W/"7-json", "8-json"'))
    tags = ['"7-json"', 'W/"7-json"', 'W/"8-json"', '"9-json"']
    assert [match.matches(tag) for tag in tags] == [True, True, True, False]


@pytest.mark.parametrize(
    "odd",
    ["", ",", "7-json", "'7'", '"7', '7"', '"7" "8"', '"7""8"', '"7";', '* , "7"', "*, *", 'w/"7"']
    + ['"a b"', 'W/ "7"', '"7", 8', '"\x7f"'],
)
def test_what_is_no_list_of_tags_is_malformed(odd):
    for name, read in (("if-match", if_match), ("if-none-match", if_none_match)):
        with pytest.raises(MalformedHeader) as caught:
            read(lines(name, odd))
        told = f"The header {name} takes * or entity tags in double quotes."
        assert caught.value.detail == told


def test_a_change_takes_no_weak_tag():
    with pytest.raises(MalformedHeader) as caught:
        if_match(lines("if-match", '"7", W/"8"'))
    told = "The header if-match takes strong entity tags: no W/ before one."
    assert caught.value.detail == told


@given(st.text(st.characters(max_codepoint=0xFF), max_size=40))
def test_any_value_is_read_or_refused(value):
    with suppress(MalformedHeader):
        if_match(lines("if-match", value))
