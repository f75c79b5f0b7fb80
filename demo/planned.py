"""What a demo plays of plans: a district's schools, measures, figures and plans, as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Body = Mapping[str, Any]
"""A body of the API, or a part of one; decimals are ``Decimal``."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator, and the target of each measure that tells of it; null where none is set."""

    code: str
    statement: str
    measures: Mapping[str, Body | None]

    def without_targets(self, *measures: str) -> "Indicator":
        """Make the same with these measures alone, and no target."""
        return Indicator(self.code, self.statement, dict.fromkeys(measures))


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal of a plan, as a row of a batch, and its indicators."""

    said: Body
    indicators: Sequence[Indicator]


@dataclass(frozen=True, slots=True)
class Outline:
    """A plan and where it is led to in its lifecycle.

    One that ``follows`` another is begun from that, by its code, and edits what it takes over.
    ``school`` is the code of the school whose plan it is.
    """

    code: str
    said: Body
    goals: Sequence[Goal]
    state: str
    follows: str | None = None
    school: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """What happens while a plan is at work, measure by measure.

    ``editions`` are definitions that follow the first, ``figures`` what is observed by them,
    ``rebaselinings`` and ``overrides`` are of the targets, ``corrections`` are rows with a reason.
    """

    editions: Mapping[str, Body] = field(default_factory=dict)
    figures: Sequence[Body] = ()
    rebaselinings: Mapping[str, Body] = field(default_factory=dict)
    overrides: Mapping[str, Body] = field(default_factory=dict)
    corrections: Sequence[Body] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Planning:
    """A district that plans, and the roles of its people, who get a key each.

    ``link`` is the measure that answers the item of the benchmark by the scenario's name for it,
    ``report`` what is published of the last plan.
    """

    code: str
    name: str
    roles: Sequence[str]
    schools: Sequence[Body]
    measures: Sequence[Body]
    figures: Sequence[Body]
    plans: Sequence[Outline]
    later: Later = Later()
    link: str | None = None
    report: Body | None = None
