"""What instruments and their items look like on the wire."""

from decimal import Decimal
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticKnownError

from app.scalars import (
    Code,
    Figure,
    Flag,
    Id,
    Input,
    Name,
    Number,
    Scalar,
    ShortText,
    Text,
    Title,
    View,
    WholeNumber,
    wrong,
)
from app.vocabulary import Disclosure, ItemKind, Statistic

Bound = Annotated[Decimal, Number(ge=-(10**12), le=10**12, decimal_places=6)]
Decimals = Annotated[int, WholeNumber(ge=0, le=6)]
Unit = Annotated[str, Text(1, 60)]
WHOLE: Final = 1
"""The factor of a ratio that does not name one: the quotient itself."""
PERCENT: Final = 100
FACTORS: Final = (WHOLE, PERCENT, 1000)


class Multiplier(Scalar):
    """What a quotient is multiplied by: 1, 100 (for a percentage) or 1000."""

    def read(self, value: Any) -> int:
        """Return it; ``true`` is not 1."""
        if type(value) is not int:
            raise wrong("not_a_whole_number", "Not a whole number.")
        if value not in FACTORS:
            raise wrong("not_one_of", "One of 1, 100 or 1000.")
        return value

    def schema(self) -> dict[str, Any]:
        """Describe it."""
        return {"type": "integer", "enum": list(FACTORS)}


Factor = Annotated[int, Multiplier()]


InstrumentOrder = Literal["code", "-code", "title", "-title"]


class ItemOnTopic(Input):
    """What every item has; its topic is named by id or by code, by one of the two.

    ``cost`` says that it is about cost or pay: figures of it wait for the end of their period and
    as many days more as the charter says (DR-13).
    """

    code: Code
    topic_id: Id | None = None
    topic_code: Annotated[Code | None, Field(validate_default=True)] = None
    prompt: ShortText
    disclosure: Disclosure = Disclosure.CONFIDENTIAL
    cost: Flag = False

    @field_validator("topic_code")
    @classmethod
    def names_one_topic(cls, code: str | None, info: ValidationInfo) -> str | None:
        """Refuse an item on no topic, or one that names it twice."""
        if "topic_id" not in info.data:
            return code
        named_by_id = info.data["topic_id"] is not None
        if code is None and not named_by_id:
            raise PydanticKnownError("missing")
        if code is not None and named_by_id:
            raise wrong("named_twice", "Name the topic by its id or by its code, not by both.")
        return code


class QuantitativeItem(ItemOnTopic):
    """A figure: a plain value, or a ratio of two counts times ``factor`` (100 for a percentage).

    ``decimals`` says how finely its figures are released; answers lie between ``lowest`` and
    ``highest``, where those are given. A ratio may be released ``pooled``, as the sum above the
    line over the sum below it, instead of as the mean of the districts. ``counts_students`` says
    that it counts students below the line and some of them above it (DR-04); a percentage does,
    unless it says otherwise.

    ``part_of`` is the code of another item of which this one is a part: a plain value that is
    measured as its total is. All parts of a total together are that total.
    """

    kind: Literal[ItemKind.QUANTITATIVE]
    unit: Unit
    decimals: Decimals
    numerator: Name | None = None
    denominator: Annotated[Name | None, Field(validate_default=True)] = None
    factor: Annotated[Factor | None, Field(validate_default=True)] = None
    lowest: Bound | None = None
    highest: Bound | None = None
    statistic: Literal[Statistic.MEAN_OF_DISTRICTS, Statistic.POOLED] = Statistic.MEAN_OF_DISTRICTS
    counts_students: Annotated[Flag | None, Field(validate_default=True)] = None
    part_of: Code | None = None

    @field_validator("denominator")
    @classmethod
    def is_whole_ratio(cls, denominator: str | None, info: ValidationInfo) -> str | None:
        """Refuse half a ratio."""
        if "numerator" not in info.data:
            return denominator
        above = info.data["numerator"] is not None
        if above and denominator is None:
            raise PydanticKnownError("missing")
        if not above and denominator is not None:
            raise wrong("no_numerator", "A ratio has a numerator too.")
        return denominator

    @field_validator("factor")
    @classmethod
    def is_of_ratio(cls, factor: int | None, info: ValidationInfo) -> int | None:
        """Refuse a factor without a ratio, and give a ratio that names none the quotient itself."""
        if "denominator" not in info.data:
            return factor
        ratio = info.data["denominator"] is not None
        if factor is not None and not ratio:
            raise wrong("no_ratio", "A plain value has no factor.")
        return WHOLE if ratio and factor is None else factor

    @field_validator("highest")
    @classmethod
    def is_above_lowest(cls, highest: Decimal | None, info: ValidationInfo) -> Decimal | None:
        """Refuse bounds between which nothing lies."""
        lowest = info.data.get("lowest")
        if lowest is not None and highest is not None and highest <= lowest:
            raise wrong("out_of_range", "More than the lowest.")
        return highest

    @field_validator("statistic")
    @classmethod
    def is_pooled_of_ratio(cls, statistic: Statistic, info: ValidationInfo) -> Statistic:
        """Refuse to pool what is no ratio."""
        if "denominator" not in info.data:
            return statistic
        if statistic is Statistic.POOLED and info.data["denominator"] is None:
            raise wrong("no_ratio", "A plain value cannot be pooled.")
        return statistic

    @field_validator("counts_students")
    @classmethod
    def counts_in_ratio(cls, students: bool | None, info: ValidationInfo) -> bool | None:
        """Refuse it of a plain value; a percentage that does not say is one of students."""
        if not {"denominator", "factor"} <= info.data.keys():
            return students
        if students and info.data["denominator"] is None:
            raise wrong("no_ratio", "A plain value counts no students above and below a line.")
        return info.data["factor"] == PERCENT if students is None else students


class ItemWithOptions(ItemOnTopic):
    """What items have that are answered with one of several names."""

    options: list[Name]

    @field_validator("options", check_fields=False)
    @classmethod
    def are_distinct(cls, options: list[str]) -> list[str]:
        """Refuse names that a reader cannot tell apart, whatever their case."""
        if len({name.casefold() for name in options}) < len(options):
            raise wrong("duplicate", "Each of them is another name.")
        return options


class RubricItem(ItemWithOptions):
    """A level of a rubric; ``options`` names the levels, from the first (1) to the highest."""

    kind: Literal[ItemKind.RUBRIC]
    options: Annotated[list[Name], Field(min_length=2, max_length=10)]


class ChoiceItem(ItemWithOptions):
    """One of several; their order says nothing."""

    kind: Literal[ItemKind.CHOICE]
    options: Annotated[list[Name], Field(min_length=2, max_length=20)]


class YesNoItem(ItemOnTopic):
    """Yes or no."""

    kind: Literal[ItemKind.YES_NO]


class NarrativeItem(ItemOnTopic):
    """An answer in the district's own words; no figure is ever released of it."""

    kind: Literal[ItemKind.NARRATIVE]


ItemDraft = Annotated[
    QuantitativeItem | RubricItem | ChoiceItem | YesNoItem | NarrativeItem,
    Field(discriminator="kind"),
]


class InstrumentDraft(Input):
    """A set of questions, whole: it is never changed; the same code again is the next edition."""

    code: Code
    title: Title
    items: Annotated[list[ItemDraft], Field(min_length=1, max_length=200)]


class ItemView(View):
    """One question, on one topic; what its kind has no use for is null."""

    id: UUID
    position: int
    code: str
    topic_id: UUID
    kind: ItemKind
    prompt: str
    disclosure: Disclosure
    unit: str | None
    numerator: str | None
    denominator: str | None
    factor: int | None
    decimals: int | None
    lowest: Figure | None
    highest: Figure | None
    options: list[str] | None
    statistic: Statistic | None
    cost: bool
    counts_students: bool
    part_of: str | None


class InstrumentSummary(View):
    """An edition of an instrument, without its items."""

    id: UUID
    code: str
    edition: int
    title: str
    items_total: int


class InstrumentView(View):
    """An edition of an instrument with its items, in the order in which they are asked."""

    id: UUID
    code: str
    edition: int
    title: str
    items: list[ItemView]
