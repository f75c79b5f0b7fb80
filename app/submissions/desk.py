"""Where answers are entered: a round, the questions, and what the district has answered so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.clock import now
from app.db import new_id
from app.instruments.models import Item
from app.policy.rules.rounds import correction_has_reason
from app.problems import Invalid
from app.rounds.models import Round
from app.submissions.content import Content
from app.submissions.fit import faults_of
from app.submissions.models import Answer, Submission
from app.submissions.seals import OwnSeal
from app.vocabulary import AnswerStatus, DistrictState


@dataclass(slots=True)
class Count:
    """How many answers were entered, of which kinds; what the ledger is told."""

    new: int = 0
    corrected: int = 0
    unchanged: int = 0

    @property
    def changed(self) -> int:
        """How many answers are other than before."""
        return self.new + self.corrected


@dataclass(slots=True)
class Desk:
    """A district's answers to a round, within reach of who enters them.

    ``standing`` is where the district stands in the consortium, ``held_until`` the end of the hold
    where it has confirmed that it leaves; ``newest`` holds the newest version of the answer to each
    item that has one.
    """

    round: Round
    standing: DistrictState
    held_until: datetime | None
    items: Mapping[str, Item]
    submission: Submission | None
    newest: dict[UUID, Answer]
    seal: OwnSeal
    count: Count = field(default_factory=Count)

    @property
    def missing(self) -> list[str]:
        """The codes of the items without an answer, in their order."""
        return [code for code, item in self.items.items() if item.id not in self.newest]

    def fitted(self, content: Content, item: Item) -> Content:
        """Insist that an answer fits its item and the stage of the round.

        Raises ``Invalid`` with all that is wrong with it, or the refusal of TR-21.
        """
        correction_has_reason.require((self.round.stage, content.reason))
        if faults := faults_of(content, item):
            raise Invalid("The answer does not fit the item.", errors=faults)
        return content

    def opened(self, item: Item) -> Content | None:
        """Open the newest answer to an item."""
        found = self.newest.get(item.id)
        return None if found is None else self.seal.opened(found, self.round.id)

    def not_adding_up(self) -> list[str]:
        """Name the totals that their parts do not add up to, where it is told what they come to."""
        totals = dict.fromkeys(each.part_of for each in self.items.values() if each.part_of)
        return [code for code in totals if not self._adds_up(self.items[code])]

    def _adds_up(self, total: Item) -> bool:
        """Whether the parts of a total are what it is; what does not apply adds nothing."""
        whole = self.opened(total)
        parts = [self.opened(each) for each in self.items.values() if each.part_of == total.code]
        said = [each for each in parts if each is not None]
        figures = [each.value for each in said if each.value is not None]
        missing = len(said) < len(parts) or any(
            each.status is AnswerStatus.NOT_COLLECTED for each in said
        )
        if missing or not figures or whole is None or whole.value is None:
            return True
        return sum(figures) == whole.value

    def version(self, content: Content, item: Item, submission: Submission, by: UUID) -> Answer:
        """Make the next version of the answer to an item."""
        earlier = self.newest.get(item.id)
        version = 1 if earlier is None else earlier.version + 1
        made = Answer(
            id=new_id(),
            district_id=submission.district_id,
            submission_id=submission.id,
            round_id=self.round.id,
            item_id=item.id,
            version=version,
            revision=submission.revision,
            key_version=self.seal.key_version,
            sealed=self.seal.seal(content, self.round.id, item.id, version),
            entered_by=by,
            entered_at=now(),
        )
        self.newest[item.id] = made
        return made
