"""What an exposure preview looks like on the wire."""

from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from pydantic import Field

from app.disclosure.quantiles import windows
from app.policy.charter import Charter
from app.scalars import View
from app.vocabulary import Disclosure, ItemKind, RoundStage, Statistic, SubmissionState, TopicKind


class PreviewFormat(StrEnum):
    """How a preview is written."""

    JSON = "json"
    PDF = "pdf"


IN_TENTHS: Final = "How many gave each answer, to the nearest 10 %."


class PlaceExposure(View):
    """Where figures are told that may include the district; `basis` is null for the consortium."""

    basis: str | None
    group: str | None
    districts: int = Field(description="Members in the place, whether or not they answer.")


class StatisticExposure(View):
    """A kind of figure, and from how many contributing districts it is told."""

    statistic: Statistic
    from_districts: int
    says: str


class ItemExposure(View):
    """What may be told of one item: each statistic in each place, where the rules let it out."""

    item: str
    prompt: str
    kind: ItemKind
    topic_kind: TopicKind
    disclosure: Disclosure
    unit: str | None
    statistics: list[StatisticExposure]


class ExposureView(View):
    """One page to read before attesting: what may be told, who reads it, what nobody sees.

    It depends on no answer, yours or another's, so it says what may go out and not what will.
    """

    round_id: UUID
    round: str
    period: str
    stage: RoundStage
    district_id: UUID
    district: str
    charter_version: int
    state: SubmissionState | None = Field(description="Of your submission; null before it began.")
    items_answered: int
    items_total: int
    places: list[PlaceExposure]
    items: list[ItemExposure]
    readers: list[str]
    nobody_sees: list[str]
    kept: list[str]
    limits: list[str]


class Parameters(View):
    """What a preview needs of the charter."""

    version: int
    fewest_districts: int
    neighbours: int
    prevalence_bands: int
    prevalence_tenths: int
    late_months: int
    hold_days: int

    def charter(self) -> Charter:
        """Give them as the rules take them."""
        return Charter(**self.model_dump())


class Heading(View):
    """The round, the district and its submission."""

    round_id: UUID
    round: str
    period: str
    stage: RoundStage
    district_id: UUID
    district: str
    charter_version: int | None
    state: SubmissionState | None
    items_answered: int


class Question(View):
    """An item of the round."""

    item: str
    prompt: str
    kind: ItemKind
    topic_kind: TopicKind
    disclosure: Disclosure
    unit: str | None
    statistic: Statistic | None

    def statistics(self, charter: Charter) -> list[StatisticExposure]:
        """List what is told of such an item under a charter, the coarsest first."""
        return [
            StatisticExposure(statistic=statistic, from_districts=least, says=says)
            for statistic, least, says in self._told(charter)
        ]

    def _told(self, charter: Charter) -> list[tuple[Statistic, int, str]]:
        """Name each kind of figure, from how many districts it is told, and what it is.

        What is published elsewhere anyway is told of one district too.
        """
        public = self.disclosure is Disclosure.PUBLIC_FACT
        fewest = 1 if public else charter.fewest_districts
        if self.kind is ItemKind.NARRATIVE:
            return []
        if self.kind is not ItemKind.QUANTITATIVE:
            if public:
                return [(Statistic.PREVALENCE, fewest, IN_TENTHS)]
            return list(shares(charter, outcome=self.topic_kind is TopicKind.OUTCOME))
        chief = self.statistic or Statistic.MEAN_OF_DISTRICTS
        says = (
            "The sum above the line over the sum below it."
            if chief is Statistic.POOLED
            else "The mean of the districts' own figures, each counting the same."
        )
        return [
            (chief, fewest, says),
            (Statistic.PANEL_MEAN, fewest, "The mean of those who answered in both periods."),
            *quantiles_of(charter),
        ]


def shares(charter: Charter, *, outcome: bool) -> Any:
    """Say how finely it is told how many gave an answer (DR-12)."""
    if not outcome:
        bands = max(charter.prevalence_bands, charter.fewest_districts)
        yield Statistic.PREVALENCE, bands, "How many gave each answer: few, some or most."
    tenths = max(charter.prevalence_tenths, charter.fewest_districts)
    yield Statistic.PREVALENCE, tenths, IN_TENTHS


def quantiles_of(charter: Charter) -> list[tuple[Statistic, int, str]]:
    """Say from how many districts each quantile is told (DR-07)."""
    width, fewest = charter.neighbours, charter.fewest_districts
    found: dict[Statistic, tuple[int, int]] = {}
    for n in range(fewest, 4 * max(width, fewest) + 3):
        for window in windows(n, width, fewest):
            place = Statistic(window.place.value)
            found.setdefault(place, (n, window.stop - window.start))
    return [
        (place, n, f"The mean of {size} or more neighbouring answers, never of one.")
        for place, (n, size) in found.items()
    ]
