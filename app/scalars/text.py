"""Text in NFC (Unicode Annex 15) of characters that people can see, and strings of a fixed form."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final
from uuid import UUID

from app.scalars.base import Scalar, wrong

LONGEST_STACK: Final = 30
"""Combining marks on one character: the limit of the stream-safe format, Unicode Annex 15."""
BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
UNSEEN: Final = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff"
ILLEGIBLE: Final = re.compile(f"[{UNSEEN}{BIDI}\ud800-\udfff]")
LINES: Final = re.compile("[\t\n]")


def fault_of_text(value: str, *, lines: bool) -> tuple[str, str] | None:
    """Say what keeps this from being text, as a code and a sentence."""
    if ILLEGIBLE.search(value) or (not lines and LINES.search(value)):
        return "illegible_character", "A character in it cannot be seen: a control, or half of one."
    if value != value.strip():
        return "surrounding_blanks", "A blank at the beginning or the end."
    if value.isascii():
        return None
    if over_stacked(value):
        return "illegible_character", "Too many marks on one character."
    if not any(unicodedata.category(each)[0] in "LNPS" for each in value):
        return "empty", "Nothing in it can be seen."
    return None


def over_stacked(value: str) -> bool:
    """Find a run of combining marks so long that to put it in order takes quadratic time."""
    height = 0
    for each in value:
        height = height + 1 if unicodedata.combining(each) else 0
        if height > LONGEST_STACK:
            return True
    return False


def normalised(value: str) -> str:
    """Return the text in NFC."""
    return value if value.isascii() else unicodedata.normalize("NFC", value)


@dataclass(frozen=True)
class Text(Scalar):
    """Text in NFC, without what cannot be seen: controls, bidi controls, lone surrogates, NUL.

    Lengths count code points. It neither begins nor ends with a blank. ``lines`` allows line feeds
    and tabs.
    """

    shortest: int
    longest: int
    lines: bool = False

    def read(self, value: Any) -> str:
        """Normalise to NFC (the one change ever made), and refuse what is not text for people."""
        if not isinstance(value, str):
            raise wrong("not_text", "Not a text.")
        if (
            self.shortest <= len(value) <= self.longest
            and value.isascii()
            and value.isprintable()
            and value == value.strip()
        ):
            return value  # as nearly all of it is
        if len(value) > 4 * self.longest:  # before the work of normalising it
            raise wrong("too_long", f"At most {self.longest} characters.")
        if (fault := fault_of_text(value, lines=self.lines)) is not None:
            raise wrong(*fault)
        text = normalised(value)
        if len(text) < self.shortest:
            least = f"At least {self.shortest} characters." if text else "Empty."
            raise wrong("too_short" if text else "empty", least)
        if len(text) > self.longest:
            raise wrong("too_long", f"At most {self.longest} characters.")
        return text

    def schema(self) -> dict[str, Any]:
        """Describe it."""
        inner = r"[\s\S]" if self.lines else "."
        pattern = rf"^\S({inner}*\S)?$"
        bounds = {"minLength": self.shortest, "maxLength": self.longest}
        return {"type": "string", **bounds, **({"pattern": pattern} if self.shortest else {})}


@dataclass(frozen=True)
class Formed(Scalar):
    """A string of a fixed form, in ASCII; ``form`` is a pattern for the whole of it."""

    form: str
    longest: int
    detail: str
    example: str
    format: str | None = None

    @cached_property
    def _whole(self) -> Callable[[str], re.Match[str] | None]:
        """Match the whole of a string."""
        return re.compile(self.form, re.ASCII).fullmatch

    def read(self, value: Any) -> str:
        """Return it unchanged."""
        if not isinstance(value, str):
            raise wrong("not_text", "Not a text.")
        if len(value) > self.longest or self._whole(value) is None:
            raise wrong("malformed", self.detail)
        return value

    def schema(self) -> dict[str, Any]:
        """Describe it."""
        told = {"type": "string", "pattern": f"^{self.form}$", "maxLength": self.longest}
        return (
            told | {"examples": [self.example]} | ({"format": self.format} if self.format else {})
        )


class YearOfSchool(Formed):
    """A school year by its first year and the last two digits of the next: ``1999-00``."""

    def read(self, value: Any) -> str:
        """Refuse years that do not follow one another."""
        year = super().read(value)
        if int(year[5:]) != (int(year[:4]) + 1) % 100:
            raise wrong("malformed", self.detail)
        return year


class Identifier(Scalar):
    """A UUID with hyphens, in lower case (RFC 9562), and in no other of its spellings."""

    FORM: ClassVar = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

    def read(self, value: Any) -> UUID:
        """Return it."""
        if isinstance(value, str) and self.FORM.fullmatch(value):
            return UUID(value)
        if not isinstance(value, UUID):
            raise wrong("not_an_id", "Not an id.")
        return value

    def schema(self) -> dict[str, Any]:
        """Describe it."""
        return {"type": "string", "format": "uuid", "maxLength": 36}


class NamesOfMembers(Formed):
    """Names of members in a query, with commas between and none of them twice."""

    def read(self, value: Any) -> str:
        """Return them; whether there are such members is for who has them to say."""
        names = super().read(value)
        if len(set(names.split(","))) <= names.count(","):
            raise wrong("duplicate", "Each member is named once.")
        return names
