"""One document has one form in bytes, whoever writes it."""

import json
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.disclosure.canonical import SAFE, canonical, decimal_text, digest, wire_text
from app.scalars.numbers import on_the_wire

SCALARS = st.none() | st.booleans() | st.integers(-SAFE, SAFE) | st.text(max_size=8)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


def test_the_members_of_rfc_8785_are_ordered_as_it_says():
    """RFC 8785 section 3.2.3, its own example."""
    members = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\x80": "Control",
        "ö": "Latin Small Letter O With Diaeresis",
    }
    assert list(json.loads(canonical(members)).values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


def test_texts_are_escaped_as_rfc_8785_says():
    """RFC 8785 section 3.2.2.2, its own example."""
    text = '\u20ac$\u000f\nA\'B"\\\\"/'
    expected = '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'
    assert canonical(text) == expected.encode()


@pytest.mark.parametrize(
    ("document", "written"),
    [
        ({"b": [1, True, None], "a": {}}, b'{"a":{},"b":[1,true,null]}'),
        (Decimal("12.50"), b'"12.5"'),
        (UUID(int=1), b'"00000000-0000-0000-0000-000000000001"'),
        ((1, "é"), '[1,"é"]'.encode()),
        (SAFE, b"9007199254740991"),
    ],
)
def test_a_document_is_written_without_space_or_choice(document, written):
    assert canonical(document) == written


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (0.5, TypeError),
        ({"a": [0.5]}, TypeError),
        ({1: "a"}, TypeError),
        (b"", TypeError),
        ({1, 2}, TypeError),
        (SAFE + 1, ValueError),
        (Decimal("NaN"), ValueError),
        (Decimal("Infinity"), ValueError),
        ("\ud800", ValueError),
    ],
)
def test_what_readers_would_not_agree_on_is_refused(document, problem):
    with pytest.raises(problem):
        canonical(document)


@given(DOCUMENTS)
def test_a_document_that_was_read_has_the_form_that_was_written(document):
    written = canonical(document)
    assert canonical(json.loads(written)) == written
    assert json.loads(written) == document


@given(DOCUMENTS, DOCUMENTS)
def test_two_documents_have_one_hash_only_when_they_are_the_same(one, other):
    assert (digest(one) == digest(other)) == (repr_of(one) == repr_of(other))


def repr_of(document: object) -> str:
    """Write a document so that true and 1 differ, and the order of members does not matter."""
    return json.dumps(document, sort_keys=True)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0", "0"),
        ("-0.00", "0"),
        ("12.50", "12.5"),
        ("100", "100"),
        ("1E+3", "1000"),
        ("1E-7", "0.0000001"),
        ("-3.10", "-3.1"),
    ],
)
def test_a_decimal_has_one_text(number, text):
    assert decimal_text(Decimal(number)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_a_number_has_the_text_that_its_reader_would_write(number):
    read = json.loads(json.dumps(on_the_wire(number)))
    assert wire_text(read) == wire_text(number)
    assert wire_text(json.loads(json.dumps(on_the_wire(number)), parse_float=Decimal)) == wire_text(
        number
    )
