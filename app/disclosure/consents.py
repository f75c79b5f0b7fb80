"""Whether a district's consent may make its answer known without giving away others (DR-11).

Consent comes after the release: what was published stays, and whoever learns one answer may take it
out of every figure that it is in.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Final

from app.disclosure.figures import Column, Figure, Name, Setting
from app.disclosure.identities import with_known
from app.disclosure.on_demand import audit
from app.disclosure.verdict import Outcome


class Refusal(StrEnum):
    """Why an answer may not become known."""

    TOO_FEW_UNKNOWN = "too_few_unknown"
    """A figure would stand for too few whose answers are not known."""
    DIFFERENCE = "difference"
    """Figures taken from each other would."""
    UNDECIDED = "undecided"
    """The audit proved neither; what is undecided is refused."""


REFUSED: Final = {
    Outcome.CERTIFIED: None,
    Outcome.BREACHED: Refusal.DIFFERENCE,
    Outcome.UNDECIDED: Refusal.UNDECIDED,
}


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether it may be given effect, and if not, the class of the reason.

    The reason is the vault's: a district is told no more than that others would be exposed.
    """

    refusal: Refusal | None

    @property
    def allowed(self) -> bool:
        """Whether the answers may become known."""
        return self.refusal is None


def may_become_known(
    published: Sequence[Figure], setting: Setting, answers: AbstractSet[Column], *, seed: int = 0
) -> Consent:
    """Judge answers that would become known, beside all that were ever published.

    ``setting.known`` are those that are known already. Every figure that the answers are in must
    keep ``fewest`` administrations that are not known, also if everybody in it consents: who
    consents last would otherwise be exposed by those who did before. It is judged as if all readers
    told each other, so that consents to different readers add up. What follows from the answers
    by the ties becomes known with them: a total with its parts, the last part with the others.
    An answer that no figure is made of is judged too where it adds up with some that are.
    """
    after = with_known(setting, answers)
    fresh = after.known - setting.known
    tied = chain(setting.ties, setting.doubted)
    reached = [figure for figure in published if not fresh.isdisjoint(figure.weights)]
    if not reached and all(fresh.isdisjoint(tie) for tie in tied):
        return Consent(None)
    if any(len(after.hidden(figure.weights)) < setting.fewest for figure in reached):
        return Consent(Refusal.TOO_FEW_UNKNOWN)
    return Consent(REFUSED[audit(published, after, seed=seed).outcome])


def answers_in(published: Iterable[Figure], district: Name) -> frozenset[Column]:
    """Gather a district's answers in what was published of an item: all categories, all versions.

    Consent to an item takes all of them: a correction often repeats most of what it corrects.
    """
    return frozenset(
        column for figure in published for column in figure.weights if column.district == district
    )
