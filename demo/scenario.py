"""What a demo plays: who is a member, what is asked, what is answered, who is grouped with whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto
from typing import Any, Final

from demo.planned import Planning

INVENTED: Final = "invented_code"
"""The scheme in which an invented district has its code."""

Entry = Mapping[str, Any]
"""One row of a batch of answers, as the API takes it; decimals are ``Decimal``."""


class Course(StrEnum):
    """How far a district goes with its answers."""

    ATTESTS = auto()
    CORRECTS = auto()
    """Attests, and corrects what it attested while the round is in review."""
    WITHDRAWS = auto()
    """Attests, and takes its answers out again."""
    STAYS_LATE = auto()
    """Enters some answers and never attests them."""


@dataclass(frozen=True, slots=True)
class Member:
    """A district of the demo; ``code`` names it in the scheme of the scenario."""

    code: str
    district: Mapping[str, Any]
    answers: Sequence[Entry]
    course: Course = Course.ATTESTS
    corrections: Sequence[Entry] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A peer group, by the codes of its districts."""

    basis: str
    name: str
    codes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One demo from beginning to end; its mappings are bodies of the API.

    ``database`` names its database and its files, ``shown`` the district whose people get a key
    each, so that whoever tries the demo can look through their eyes. ``plans`` are of invented
    districts: members, or those that join ``beside`` them and take no part in the benchmark.
    """

    database: str
    says: str
    consortium: str
    adopted_on: date
    scheme: str
    members: Sequence[Member]
    shown: str
    meeting: Mapping[str, Any]
    topics: Sequence[Mapping[str, Any]]
    instrument: Mapping[str, Any]
    round_title: str
    round_topic: str
    period: str
    groups: Sequence[Group]
    plans: Sequence[Planning]
    beside: Sequence[Member] = ()
