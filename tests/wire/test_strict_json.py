import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.problems import MalformedJson
from app.wire.strict_json import DEEPEST, LONGEST_NUMBER, parse

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(DOCUMENTS)
def test_what_is_json_is_read_as_it_was_written(document):
    assert parse(json.dumps(document).encode()) == document
    assert parse(json.dumps(document, ensure_ascii=True, indent=1).encode()) == document


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_every_digit(number):
    read = parse(str(number).encode())
    assert Decimal(read) == number


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(body):
    with suppress(MalformedJson):
        parse(body)


def test_levels_are_counted_to_the_last_one_allowed():
    assert parse(b"[" * DEEPEST + b"]" * DEEPEST) is not None
    with pytest.raises(MalformedJson):
        parse(b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1))


def test_many_shallow_lists_are_not_deep():
    assert parse(b"[" + b",".join([b"[[]]"] * 100) + b"]") == [[[]]] * 100


def test_a_number_may_be_as_long_as_the_limit():
    assert parse(b"1" * LONGEST_NUMBER) == int("1" * LONGEST_NUMBER)
    with pytest.raises(MalformedJson):
        parse(b"1" * (LONGEST_NUMBER + 1))


def test_a_fault_is_told_by_its_place_and_not_by_what_is_there():
    with pytest.raises(MalformedJson) as caught:
        parse(b'{"name":\n  secret}')
    assert caught.value.detail == "The body is not one JSON document: line 2, column 3."


def test_a_byte_order_mark_is_told_by_its_name():
    with pytest.raises(MalformedJson) as caught:
        parse(b"\xef\xbb\xbf{}")
    assert caught.value.detail == "The body begins with a byte-order mark."
