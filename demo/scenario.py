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
class Attempt:
    """A second round of the same period, which is to give one district away by a difference.

    ``codes`` are asked again and answer as before, so that what ``whole`` released less what they
    would release is what the one that is left out reported.
    """

    title: str
    whole: str
    codes: Sequence[str]
    left_out: str


@dataclass(frozen=True, slots=True)
class Sharing:
    """What one district shows others by name, by their codes; all of them are invented.

    ``too_telling`` is an item that it cannot show without exposing others. ``meets`` answered
    ``sought`` to the item ``about``, and says yes to being introduced.
    """

    giver: str
    recipient: str
    item: str
    too_telling: str
    about: str
    sought: Mapping[str, Any]
    meets: str
    practice: str
    tells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One demo from beginning to end; its mappings are bodies of the API.

    ``database`` names its database and its files, ``shown`` the district whose people get a key
    each, so that whoever tries the demo can look through their eyes. ``plans`` are of invented
    districts: members, or those that join ``beside`` them and take no part in the benchmark.
    ``compared`` are bases of peer groups: a second plan of the release looks at no other.
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
    attempt: Attempt
    beside: Sequence[Member] = ()
    compared: Sequence[str] = ()
    sharing: Sharing | None = None
