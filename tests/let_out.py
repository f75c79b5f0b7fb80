"""What a release may tell of what a district answers, and nothing besides: two answers compared.

A figure that the district is part of may differ. Where quantiles were looked at, who is behind one
depends on what was answered, so which figures of the item are told may differ too (DR-07).
"""

import csv
import io
import json
import re
from dataclasses import dataclass, field
from typing import Any

PLACES = {None, "", "Alder"}
"""Where the north is: in the consortium, and in one peer group."""
FIGURES = frozenset({"value", "band"})
VERDICTS = frozenset({"status", "n", "reading", "verdict", "reason", "rule", "recipe"})
COUNTS = frozenset(
    {"cells_published", "cells_withheld", "cells_to_publish", "cells_to_withhold"}
    | {"in_both", "figures"}
)
SHOWN = re.compile(r"/v1/releases/[^/]+/(cells|position|certificate)")
PLANNED = re.compile(r"/v1/(release-plans/|rounds/[^/]+/(release-plans|releases)|releases/)")
LEDGER = re.compile(r"/v1/(districts/[^/]+/)?ledger")
IN_LEDGER = re.compile(rb'(published|withheld)[\\"]*: ?\d+')
OWN = {"answer", "figure"}
"""What a position tells of whoever reads it."""
COMPARED = ("only_here", "only_there")


@dataclass
class LetOut:
    """What has been let out: of which items the north's own answers were among those counted.

    ``told`` are items of which it reported one thing in one service and another in the other,
    ``loose`` those of them of which quantiles were looked at.
    """

    told: set[str] = field(default_factory=set)
    loose: set[str] = field(default_factory=set)

    def concerns(self, path: str) -> bool:
        """Whether anything at an address may differ by now."""
        if SHOWN.match(path):
            return bool(self.told)
        return bool(self.loose) and bool(PLANNED.match(path) or LEDGER.match(path))

    def agree(self, path: str, one: bytes, two: bytes) -> bool:
        """Whether two answers tell the same but for what may differ."""
        if LEDGER.match(path):
            return IN_LEDGER.sub(b"", one) == IN_LEDGER.sub(b"", two)
        read = rows_of if "format=csv" in path else json.loads
        return self._same(read(one), read(two))

    def _same(self, one: Any, two: Any, item: str | None = None, place: Any = None) -> bool:
        """Compare what two answers tell, within an item and a place where they say so."""
        if isinstance(one, list) and isinstance(two, list):
            return len(one) == len(two) and all(
                self._same(*pair, item, place) for pair in zip(one, two, strict=True)
            )
        if not isinstance(one, dict) or not isinstance(two, dict):
            return bool(one == two)
        item, place = one.get("item", item), one.get("group", place)
        may = self._may_differ(one, two, item, place)
        return one.keys() == two.keys() and all(
            one[name] == two[name]
            if name in OWN
            else self._same(*self._told(name, one, two), item, place)
            for name in one.keys() - may
        )

    def _told(self, name: str, one: Any, two: Any) -> Any:
        """Give what both tell under a name; of two plans compared, what is not loose."""
        if name not in COMPARED:
            return one[name], two[name]
        return [
            [cell for cell in each[name] if cell["item"] not in self.loose] for each in (one, two)
        ]

    def _may_differ(self, one: Any, two: Any, item: Any, place: Any) -> frozenset[str]:
        """Name the members of an object in which two answers may differ."""
        if item is None or item not in self.told:
            return COUNTS if self.loose and item is None else frozenset()
        if item not in self.loose:
            return FIGURES if place in PLACES else frozenset()
        both = [each.get("status") for each in (one, two)] == ["published"] * 2
        return VERDICTS | (frozenset() if both and place not in PLACES else FIGURES)


def rows_of(sheet: bytes) -> list[dict[str, str]]:
    """Read the rows of a spreadsheet."""
    return list(csv.DictReader(io.StringIO(sheet.decode())))
