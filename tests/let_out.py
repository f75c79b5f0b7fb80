"""What may be told of what a district answers, and nothing besides: two answers compared.

A released figure that the district is part of may differ. Where quantiles were looked at, who is
behind one depends on what was answered, so which figures of the item are told may differ too
(DR-07). And so may what the district itself shows: to whom it shows it, and while it does.
"""

import csv
import io
import json
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qs
from uuid import UUID

from conftest import NORTH

PLACES = {None, "", "Alder"}
"""Where the north is: in the consortium, and in one peer group."""
FIGURES = frozenset({"value", "band"})
VERDICTS = frozenset({"status", "n", "reading", "verdict", "reason", "rule", "recipe"})
COUNTS = frozenset(
    {"cells_published", "cells_withheld", "cells_to_publish", "cells_to_withhold"}
    | {"in_both", "figures"}
)
ANSWER = frozenset({"value", "numerator", "denominator", "level", "option", "yes", "text"})
SHOWN = re.compile(r"/v1/releases/([^/]+)/(cells|position|certificate)")
SHARED = re.compile(r"/v1/districts/([^/]+)/shared-answers\?(.*)")
PLANNED = re.compile(r"/v1/(release-plans/|rounds/[^/]+/(release-plans|releases)|releases/)")
LEDGER = re.compile(r"/v1/(districts/[^/]+/)?ledger")
IN_LEDGER = re.compile(rb'(published|withheld)[\\"]*: ?\d+')
OWN = {"answer", "figure"}
"""What a position tells of whoever reads it."""
COMPARED = ("only_here", "only_there")


class Consent(NamedTuple):
    """That a district shows an answer until a day, to one other or, where none is named, to all."""

    district: UUID
    recipient: UUID | None
    round_id: str
    item: str
    mutual: bool
    until: float


@dataclass
class LetOut:
    """What has been let out: of which items the north's own answers were among those counted.

    ``told`` are items, with the period, of which it reported one thing in one service and another
    in the other; ``loose`` those items of them of which quantiles were looked at. ``periods`` says
    of a release which its own is. ``consents`` are those that stand, by their ids.
    """

    told: set[tuple[str, str]] = field(default_factory=set)
    loose: set[str] = field(default_factory=set)
    periods: dict[str, str] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)
    turned: set[str] = field(default_factory=set)
    day: int = 0

    def concerns(self, path: str) -> bool:
        """Whether anything at an address may differ by now."""
        if shared := SHARED.match(path):
            return self._shows(UUID(shared[1]), parse_qs(shared[2]))
        if SHOWN.match(path):
            return bool(self.told)
        return bool(self.loose) and bool(PLANNED.match(path) or LEDGER.match(path))

    def agree(self, path: str, one: bytes, two: bytes) -> bool:
        """Whether two answers tell the same but for what may differ."""
        if SHARED.match(path):
            return without_own(one) == without_own(two)
        if LEDGER.match(path):
            return IN_LEDGER.sub(b"", one) == IN_LEDGER.sub(b"", two)
        read = rows_of if "format=csv" in path else json.loads
        released = SHOWN.match(path)
        period = self.periods.get(released[1]) if released else None
        return self._same(read(one), read(two), Place(period=period))

    def _shows(self, reader: UUID, asked: dict[str, list[str]]) -> bool:
        """Whether the north shows a district what it answers, which is another in each service."""
        ((round_id,), (item,)) = asked["round_id"], asked["item"]
        standing = [
            each
            for each in self.consents.values()
            if (each.round_id, each.item) == (round_id, item) and each.until >= self.day
        ]
        back = any(each.district == reader and each.recipient in {NORTH, None} for each in standing)
        return item in self.turned and any(
            each.district == NORTH
            and each.recipient in {reader, None}
            and (back or not each.mutual)
            for each in standing
        )

    def _same(self, one: Any, two: Any, at: "Place") -> bool:
        """Compare what two answers tell, within an item, a place and a period, where they say so."""
        if isinstance(one, list) and isinstance(two, list):
            return len(one) == len(two) and all(
                self._same(*pair, at) for pair in zip(one, two, strict=True)
            )
        if not isinstance(one, dict) or not isinstance(two, dict):
            return bool(one == two)
        at = Place(*(one.get(name, told) for name, told in at._asdict().items()))
        may = self._may_differ(one, two, at)
        return one.keys() == two.keys() and all(
            one[name] == two[name] if name in OWN else self._same(*self._told(name, one, two), at)
            for name in one.keys() - may
        )

    def _told(self, name: str, one: Any, two: Any) -> Any:
        """Give what both tell under a name; of two plans compared, what is not loose."""
        if name not in COMPARED:
            return one[name], two[name]
        return [
            [cell for cell in each[name] if cell["item"] not in self.loose] for each in (one, two)
        ]

    def _may_differ(self, one: Any, two: Any, at: "Place") -> frozenset[str]:
        """Name the members of an object in which two answers may differ."""
        if (at.item, at.period) not in self.told:
            return COUNTS if self.loose and at.item is None else frozenset()
        if at.item not in self.loose:
            return FIGURES if at.group in PLACES else frozenset()
        both = [each.get("status") for each in (one, two)] == ["published"] * 2
        return VERDICTS | (frozenset() if both and at.group not in PLACES else FIGURES)


class Place(NamedTuple):
    """Of what a part of an answer tells, as far as it says so."""

    item: Any = None
    group: Any = None
    period: Any = None


def without_own(shown: bytes) -> Any:
    """Give what is shown by name, without what the north answered."""
    told = json.loads(shown)
    told["data"] = [
        {name: each[name] for name in each.keys() - ANSWER}
        if each["district_id"] == str(NORTH)
        else each
        for each in told["data"]
    ]
    return told


def rows_of(sheet: bytes) -> list[dict[str, str]]:
    """Read the rows of a spreadsheet."""
    return list(csv.DictReader(io.StringIO(sheet.decode())))
