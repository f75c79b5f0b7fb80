"""Numbers and flags: never a bool for a number, a text for a flag, nor a rounded decimal."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from pydantic_core import core_schema

from app.scalars.base import Scalar, wrong

NOT_WRITTEN: Final = "Not a number: one is written as 1234.5, with nothing beside it."
EXACT_DIGITS: Final = 15
"""Decimal digits that a JSON number keeps in a reader that makes a 64-bit float of it."""


def on_the_wire(value: Decimal) -> int | float:
    """Write a decimal as a JSON number: exact up to 15 digits, whole numbers without a point."""
    return int(value) if value == value.to_integral_value() else float(value)


@dataclass(frozen=True)
class WholeNumber(Scalar):
    """A whole number written without a point or an exponent; never a bool, a text or ``1.0``."""

    ge: int
    le: int

    def read(self, value: Any) -> int:
        """Return it, within its bounds."""
        if type(value) is not int:
            raise wrong("not_a_whole_number", "Not a whole number.")
        if not self.ge <= value <= self.le:
            raise wrong("out_of_range", f"From {self.ge} to {self.le}.")
        return value

    def schema(self) -> dict[str, Any]:
        """Describe it."""
        size = "int32" if self.ge >= -(2**31) and self.le < 2**31 else "int64"
        return {"type": "integer", "format": size, "minimum": self.ge, "maximum": self.le}


class WholeNumberText(WholeNumber):
    """A whole number in a query: ASCII digits as ``str(int)`` writes them, nothing else."""

    def read(self, value: Any) -> int:
        """Return the number that is written."""
        if isinstance(value, str) and len(value) < EXACT_DIGITS + 5:
            if re.fullmatch(r"0|-?[1-9][0-9]*", value, re.ASCII) is None:
                raise wrong("not_a_whole_number", "Not a whole number.")
            value = int(value)
        elif isinstance(value, str):
            raise wrong("out_of_range", f"From {self.ge} to {self.le}.")
        return super().read(value)


@dataclass(frozen=True)
class Number(Scalar):
    """A decimal, exact from the request to the database; a JSON number both ways.

    Zeros at the end of the decimals do not count. ``max_digits`` counts all others, and is at most
    15, so that no reader of JSON loses one.
    """

    ge: Decimal | int
    le: Decimal | int
    decimal_places: int
    max_digits: int = EXACT_DIGITS

    def __post_init__(self) -> None:
        if self.max_digits > EXACT_DIGITS:
            raise TypeError(f"A JSON number keeps {EXACT_DIGITS} digits.")

    @cached_property
    def _too_long(self) -> int:
        """The least whole number that has too many digits."""
        return int(10**self.max_digits)

    def read(self, value: Any) -> Decimal:
        """Return it without idle zeros; what it cannot hold exactly is refused, never rounded."""
        if type(value) is int and self.ge <= value <= self.le and abs(value) < self._too_long:
            return Decimal(value)
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise wrong("not_a_number", NOT_WRITTEN)
        value = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not value.is_finite():
            raise wrong("not_finite", "Not a finite number.")
        if not self.ge <= value <= self.le:
            raise wrong("out_of_range", f"From {self.ge} to {self.le}.")
        sign, digits, exponent = value.as_tuple()
        kept = "".join(map(str, digits)).rstrip("0")
        if not kept:
            return Decimal(0)
        power = int(exponent) + len(digits) - len(kept)
        if -power > self.decimal_places:
            raise wrong("too_many_decimals", f"At most {self.decimal_places} decimals.")
        if len(kept) + max(power, 0) > self.max_digits:
            raise wrong("too_many_digits", f"At most {self.max_digits} digits.")
        return Decimal((sign, tuple(map(int, kept)), power))

    def schema(self) -> dict[str, Any]:
        """Describe it."""
        step = Decimal(1).scaleb(-self.decimal_places)
        bounds = {
            "minimum": on_the_wire(Decimal(self.ge)),
            "maximum": on_the_wire(Decimal(self.le)),
        }
        return {"type": "number", **bounds, "multipleOf": on_the_wire(step)}

    def serialisation(self) -> core_schema.PlainSerializerFunctionSerSchema:
        """Write a JSON number, where pydantic would write a string."""
        return core_schema.plain_serializer_function_ser_schema(on_the_wire, when_used="json")


class YesOrNo(Scalar):
    """``true`` or ``false``, and nothing that means it."""

    def read(self, value: Any) -> bool:
        """Return it."""
        if not isinstance(value, bool):
            raise wrong("not_a_flag", "Neither true nor false.")
        return value

    def schema(self) -> dict[str, Any]:
        """Describe it."""
        return {"type": "boolean"}


class YesOrNoText(YesOrNo):
    """``true`` or ``false`` in a query, in lower case."""

    def read(self, value: Any) -> bool:
        """Return what is written."""
        return super().read({"true": True, "false": False}.get(value, value))
