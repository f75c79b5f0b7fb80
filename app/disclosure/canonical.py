"""One way to write a document in bytes, so that whoever reads it computes the same hash."""

import json
from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

SAFE: Final = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly (RFC 8785 section 3.2.2.3)."""


def canonical(document: object) -> bytes:
    """Write a document as RFC 8785 has it: members in order, no space, UTF-8.

    Decimals and identifiers become texts, so that no reader makes a float of one. Raises
    ``TypeError`` for a float and for what JSON has no form for, ``ValueError`` for a number or
    text that readers would not agree on.
    """
    text = json.dumps(plain(document), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8")


def digest(document: object) -> str:
    """Hash a document as it is written canonically: SHA-256, in hex."""
    return sha256(canonical(document)).hexdigest()


def plain(value: object) -> Any:
    """Turn a value into what JSON has a form for, members in the order of RFC 8785."""
    match value:
        case None | bool() | str():
            return value
        case int():
            if abs(value) > SAFE:
                raise ValueError("A whole number is at most 2**53 - 1: write it as a text.")
            return value
        case Decimal():
            return decimal_text(value)
        case UUID():
            return str(value)
        case Mapping():
            return {name: plain(value[name]) for name in sorted(value, key=code_units)}
        case list() | tuple():
            return [plain(each) for each in value]
        case _:
            raise TypeError(f"A {type(value).__name__} has no canonical form.")


def code_units(name: str) -> bytes:
    """Give what the members of an object are ordered by: UTF-16 code units."""
    return str.encode(name, "utf-16-be")


def decimal_text(number: Decimal) -> str:
    """Write a decimal without an exponent and without idle zeros, or raise ``ValueError``."""
    if not number.is_finite():
        raise ValueError("A figure is a finite number.")
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def wire_text(number: float | Decimal) -> str:
    """Write a number as whoever reads it from JSON knows it: a whole one exactly, others as floats.

    So a decimal has the text that the number has which a reader made of it, and a cell has one
    hash on both sides.
    """
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    if exact.is_finite() and exact != exact.to_integral_value():
        exact = Decimal(repr(float(exact)))
    return decimal_text(exact)
