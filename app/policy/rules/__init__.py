"""The trust rules: each has an id, a sentence, one definition, and a test that fails without it.

A rule that looks at a row is asked with ``holds`` and insisted on with ``require``. A rule that is
kept by a mechanism (a lock, the gate) is stated with ``kept_by``, so that the list is whole.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from app.problems import Conflict, Problem

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Stated:
    """A rule as it is published: its id, its sentence, and where it is kept."""

    id: str
    says: str
    kept_by: str


@dataclass(frozen=True, slots=True)
class Rule(Generic[Row]):
    """One rule about a row; ``refuses`` is the problem a breach becomes."""

    id: str
    says: str
    holds: Callable[[Row], bool]
    refuses: type[Problem]

    def require(self, row: Row) -> None:
        """Raise the problem this rule stands for, unless it holds."""
        if not self.holds(row):
            raise self.refuses(self.says, rule=self.id)


RULES: Final[dict[str, list[Stated]]] = {}
"""Every rule that is in force, by id; one id may be kept in several places."""


def state(rule_id: str, says: str, kept_by: str) -> Stated:
    """List a rule, or one more place where it is kept."""
    made = Stated(rule_id, says, kept_by)
    RULES.setdefault(rule_id, []).append(made)
    return made


def rule(
    rule_id: str, says: str, refuses: type[Problem] = Conflict
) -> Callable[[Callable[[Row], bool]], Rule[Row]]:
    """Turn a predicate into a rule, and list it."""

    def make(holds: Callable[[Row], bool]) -> Rule[Row]:
        kept: Any = holds
        state(rule_id, says, f"{kept.__module__}.{kept.__qualname__}")
        return Rule(rule_id, says, holds, refuses)

    return make
