"""What the wire says of periods and numbers of measures, and how the arithmetic's no is told."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Final

from pydantic import WithJsonSchema

from app.measuring.periods import FORM, SPELLINGS, parse
from app.measuring.unfit import Unfit
from app.problems import Fault
from app.scalars import Number, Scalar, wrong
from app.wire.faults import invalid

LONGEST: Final = 10
MILLION: Final = 10**6
REFUSALS: Final = {
    "malformed": f"A period is written as {SPELLINGS}.",
    "no_such_period": "It is written like a period, and there is no such period.",
}
"""In place of sentences that repeat what was sent."""


@dataclass(frozen=True)
class PeriodOfTime(Scalar):
    """A period in the one way it is written; it stays text, which ``periods.parse`` reads."""

    def read(self, value: Any) -> str:
        """Return it unchanged."""
        if not isinstance(value, str):
            raise wrong("not_text", "Not a text.")
        try:
            parse(value)
        except Unfit as unfit:
            raise wrong(unfit.code, REFUSALS.get(unfit.code, unfit.detail)) from None
        return value

    def schema(self) -> dict[str, Any]:
        """Describe it."""
        pattern = re.sub(r"\?P<[a-z]+>", "", FORM.pattern)
        told = {"type": "string", "pattern": f"^{pattern}$", "maxLength": LONGEST}
        return told | {"examples": ["2026-27", "2026-27-S1", "2026-11"]}


PeriodText = Annotated[str, PeriodOfTime()]
"""A period as people write it: ``2026-27``, ``2026-27-Q3``, ``2026-11``, ``2026-11-03``."""

Quantity = Annotated[Decimal, Number(ge=-1_000_000_000_000, le=1_000_000_000_000, decimal_places=6)]
"""A value of a measure, or a part of one, in its unit."""

Computed = Annotated[int | float, WithJsonSchema({"type": "number"})]
"""A number that was computed exactly, and is written with at most six decimals."""


def computed(number: Fraction) -> int | float:
    """Write a fraction as a JSON number, rounded half to even to six decimals: for display only."""
    whole, rest = divmod(number.numerator * MILLION, number.denominator)
    twice = 2 * rest - number.denominator
    whole += twice > 0 or (twice == 0 and whole % 2)
    return whole / MILLION if whole % MILLION else whole // MILLION


@contextmanager
def fit(pointers: Mapping[str, str]) -> Iterator[None]:
    """Turn what the arithmetic cannot take into ``Invalid`` (422).

    ``pointers`` says where in the body the field stands that it names.
    """
    try:
        yield
    except Unfit as unfit:
        where = pointers[unfit.field]
        raise invalid([Fault(where, unfit.code, unfit.detail)]) from None
