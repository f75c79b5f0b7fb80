"""What an answer says: all of it is sealed, and this is how it is written."""

import json
from dataclasses import dataclass, fields, replace
from decimal import Decimal, localcontext
from typing import Any, Final, Self

from app.vocabulary import AnswerStatus

DIGITS: Final = 60
"""Digits to which figures are computed: far more than an answer or a released figure has."""
NUMBERS: Final = frozenset({"value", "numerator", "denominator"})


@dataclass(frozen=True, slots=True)
class Content:
    """What a district answers to one item; which members are set is a matter of the item's kind.

    ``comment`` says why where nothing is reported; ``reason`` says why an answer was corrected.
    """

    status: AnswerStatus
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    level: int | None = None
    option: str | None = None
    yes: bool | None = None
    text: str | None = None
    comment: str | None = None
    reason: str | None = None

    def written(self) -> bytes:
        """Write it as compact JSON, decimals as strings, what is not set left out."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        kept = {name: value for name, value in told.items() if value is not None}
        return json.dumps(
            kept, default=str, ensure_ascii=False, separators=(",", ":"), sort_keys=True
        ).encode()

    @classmethod
    def read(cls, written: bytes) -> Self:
        """Read what ``written`` wrote."""
        told: dict[str, Any] = json.loads(written)
        for name in NUMBERS & told.keys():
            told[name] = Decimal(told[name])
        return cls(**told | {"status": AnswerStatus(told["status"])})

    def says_as(self, other: "Content") -> bool:
        """Whether both say the same; why a correction was made is no part of it."""
        return replace(self, reason=None) == replace(other, reason=None)

    def reports_as(self, other: "Content") -> bool:
        """Whether both report the same, whatever is said beside it."""
        return replace(self, reason=None, comment=None) == replace(other, reason=None, comment=None)

    def figure(self, factor: int | None) -> Decimal | None:
        """Return the figure of a quantitative answer in its item's unit; a ratio is computed."""
        if self.status is not AnswerStatus.REPORTED:
            return None
        if self.numerator is None or not self.denominator:
            return self.value
        with localcontext(prec=DIGITS):
            return self.numerator * (factor or 1) / self.denominator
