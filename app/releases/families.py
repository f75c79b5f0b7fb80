"""Which items add up with which, and what of a district's answers does."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from app.disclosure.figures import Column, Tie
from app.vocabulary import AnswerStatus

NOTHING_MISSING: Final = frozenset({AnswerStatus.REPORTED, AnswerStatus.NOT_APPLICABLE})
"""What of a part leaves no doubt that the others add up: what does not apply adds nothing."""


class Breakdown(NamedTuple):
    """A total and its parts, by the codes of their items, as an edition of an instrument says."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """What of a district's answers adds up; ``certain`` is False where a part is missing.

    A district that did not collect a part may still have none of it, and others may know.
    """

    total: Column
    parts: tuple[Column, ...]
    certain: bool

    @property
    def tie(self) -> Tie:
        """Write it as a sum that comes to nothing."""
        return {self.total: -1} | dict.fromkeys(self.parts, 1)


class Answered(NamedTuple):
    """What a district said to an item: the unknown that it is, where it reported one."""

    status: AnswerStatus | None
    column: Column | None = None


class Families:
    """The items of all editions of an instrument that are audited together.

    An item adds up alike in every edition that has it; editions share their figures.
    """

    def __init__(self, editions: Mapping[UUID, Sequence[Breakdown]]) -> None:
        self._editions = editions
        self._family: dict[str, frozenset[str]] = {}
        for each in (one for edition in editions.values() for one in edition):
            joined = frozenset({each.total, *each.parts})
            for code in tuple(joined):
                joined |= self._family.get(code, frozenset())
            self._family |= dict.fromkeys(joined, joined)

    def of(self, code: str) -> frozenset[str] | None:
        """Name the codes of the items that hang together with one; None where it stands alone."""
        return self._family.get(code)

    def together(self, code: str) -> frozenset[str]:
        """Name the codes of the items that are audited with one, itself among them."""
        return self._family.get(code, frozenset({code}))

    def category(self, code: str) -> str | None:
        """Name what tells the answers to an item from those to others that it adds up with."""
        return code if code in self._family else None

    def of_edition(self, edition: UUID) -> Sequence[Breakdown]:
        """List the breakdowns of answers to an edition."""
        return self._editions.get(edition, ())


def added(
    breakdowns: Iterable[Breakdown],
    answers: Mapping[str, Mapping[UUID, Answered]],
) -> Iterator[Added]:
    """Say what adds up of answers, which are given by item and district."""
    for breakdown in breakdowns:
        of_parts = [answers.get(part, {}) for part in breakdown.parts]
        for district, total in answers.get(breakdown.total, {}).items():
            parts = [each.get(district, Answered(None)) for each in of_parts]
            columns = tuple(each.column for each in parts if each.column is not None)
            if total.column is not None and columns:
                whole = all(each.status in NOTHING_MISSING for each in parts)
                yield Added(total.column, columns, whole)


def ties_of(sums: Collection[Added]) -> tuple[list[Tie], list[Tie]]:
    """Write down what adds up for certain, and what may; each once."""
    certain = {(each.total, frozenset(each.parts)): each.tie for each in sums if each.certain}
    doubted = {(each.total, frozenset(each.parts)): each.tie for each in sums if not each.certain}
    return [*certain.values()], [tie for each, tie in doubted.items() if each not in certain]
