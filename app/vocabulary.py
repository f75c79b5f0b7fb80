"""The words of the domain that more than one package needs."""

from enum import StrEnum


class Role(StrEnum):
    """What an account is to a district, or to the consortium; held by a membership alone."""

    PUBLIC = "public"
    """Anyone, without a token. Nobody is given this role, everybody has it."""

    CONSORTIUM_ADMIN = "consortium_admin"
    """Admits districts, keeps the roster, records meetings and what they decide."""

    ANALYST = "analyst"
    """Runs rounds and releases, and never sees a raw value."""

    FACILITATOR = "facilitator"
    """Guides the planning of the districts that invited it."""

    AUDITOR = "auditor"
    """Reads the ledger, and nothing else that is confidential."""

    SUPERINTENDENT = "superintendent"
    """Answers for a district, and keeps its roster."""

    BOARD_MEMBER = "board_member"
    """Decides on a district's plans."""

    PLANNER = "planner"
    """Drafts a district's plans."""

    DATA_STEWARD = "data_steward"
    """Enters and attests a district's answers."""

    ACTION_OWNER = "action_owner"
    """Updates the actions it owns."""

    TEAM_MEMBER = "team_member"
    """Sits in a planning team or a feedback group."""

    VIEWER = "viewer"
    """Looks at what its district sees."""

    @property
    def of_consortium(self) -> bool:
        """Whether the role is held in the consortium rather than in a district."""
        return self in CONSORTIUM_ROLES

    @property
    def reaches_all(self) -> bool:
        """Whether an action of the role carries to the rows that every district owns."""
        return self in CONSORTIUM_ROLES and self is not Role.FACILITATOR


CONSORTIUM_ROLES = frozenset({Role.CONSORTIUM_ADMIN, Role.ANALYST, Role.FACILITATOR, Role.AUDITOR})


class AccountKind(StrEnum):
    """Who stands behind an account."""

    USER = "user"
    SERVICE = "service"


class DistrictState(StrEnum):
    """Where a district stands in the consortium."""

    INVITED = "invited"
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


class DepartureState(StrEnum):
    """How far a district has come with leaving the consortium."""

    ANNOUNCED = "announced"
    """Its answers are there to be exported."""

    HELD = "held"
    """It is confirmed; until the hold is over it can be cancelled."""

    CANCELLED = "cancelled"
    SHREDDED = "shredded"
    """Its answers can never be opened again."""


class Locale(StrEnum):
    """Where a district lies, in the four classes of the NCES locale framework."""

    CITY = "city"
    SUBURB = "suburb"
    TOWN = "town"
    RURAL = "rural"


class MotionKind(StrEnum):
    """What a motion asks the meeting to decide."""

    ADOPT_TOPIC = "adopt_topic"
    SET_REVIEW_DAYS = "set_review_days"
    SET_PARAMETER = "set_parameter"
    SET_TARGET = "set_target"


class Parameter(StrEnum):
    """A number of the charter that a meeting may change, within its range."""

    FEWEST_DISTRICTS = "fewest_districts"
    SHARE_CAP = "share_cap"
    NEARNESS = "nearness"
    COALITION = "coalition"
    FEWEST_STUDENTS = "fewest_students"
    NEIGHBOURS = "neighbours"
    CHANGED_TOGETHER = "changed_together"
    PREVALENCE_BANDS = "prevalence_bands"
    PREVALENCE_TENTHS = "prevalence_tenths"
    COST_DAYS = "cost_days"
    TRIAL_PLANS = "trial_plans"
    REVIEW_DAYS = "review_days"
    LATE_MONTHS = "late_months"
    INTRODUCTION_DAYS = "introduction_days"
    HOLD_DAYS = "hold_days"


class Presence(StrEnum):
    """Whether a district took part in a meeting."""

    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"


class MinutesState(StrEnum):
    """Whether the minutes of a meeting are still written, or were approved."""

    DRAFT = "draft"
    APPROVED = "approved"


class MotionState(StrEnum):
    """What became of a motion."""

    PROPOSED = "proposed"
    ADOPTED = "adopted"
    REJECTED = "rejected"


class TopicKind(StrEnum):
    """What a topic looks at; ``outcome`` is never benchmarked alone (TR-23)."""

    PROGRAM = "program"
    POLICY = "policy"
    PRACTICE = "practice"
    PROCESS = "process"
    CONTEXT = "context"
    CULTURE = "culture"
    CAPACITY = "capacity"
    OUTCOME = "outcome"


class TopicState(StrEnum):
    """Where a topic stands."""

    PROPOSED = "proposed"
    ADOPTED = "adopted"
    RETIRED = "retired"


class ItemKind(StrEnum):
    """What an answer to an item looks like."""

    QUANTITATIVE = "quantitative"
    RUBRIC = "rubric"
    CHOICE = "choice"
    YES_NO = "yes_no"
    NARRATIVE = "narrative"


class Disclosure(StrEnum):
    """Whether an item's answers are kept, or published elsewhere anyway."""

    CONFIDENTIAL = "confidential"
    PUBLIC_FACT = "public_fact"


class AnswerStatus(StrEnum):
    """Whether a district answers an item, and if not, why there is nothing to answer."""

    REPORTED = "reported"
    NOT_APPLICABLE = "not_applicable"
    NOT_COLLECTED = "not_collected"


class RoundStage(StrEnum):
    """Where a benchmarking round stands (TR-21)."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    IN_REVIEW = "in_review"
    LOCKED = "locked"
    PUBLISHED = "published"


class SubmissionState(StrEnum):
    """Where a district's answers to a round stand."""

    DRAFT = "draft"
    ATTESTED = "attested"
    LOCKED = "locked"
    WITHDRAWN = "withdrawn"


class PlanState(StrEnum):
    """What became of a release plan."""

    DRAFTED = "drafted"
    PUBLISHED = "published"


class Statistic(StrEnum):
    """What a cell's figure is; the quantiles are smoothed (DR-07)."""

    MEAN_OF_DISTRICTS = "mean_of_districts"
    """The unweighted mean of the districts' own figures."""

    POOLED = "pooled"
    """The sum above the line over the sum below it."""

    LOWER_HALF = "lower_half"
    """The mean of the lower half of the districts."""

    MIDDLE_HALF = "middle_half"
    """The mean of the middle half of the districts."""

    UPPER_HALF = "upper_half"
    """The mean of the upper half of the districts."""

    LOWER_QUARTILE = "lower_quartile"
    MEDIAN = "median"
    UPPER_QUARTILE = "upper_quartile"

    PREVALENCE = "prevalence"
    """The share of the districts that gave one of several answers."""

    PANEL_MEAN = "panel_mean"
    """The mean of the districts that are in the benchmarks of two periods (DR-10)."""

    @property
    def is_quantile(self) -> bool:
        """Whether who stands behind it depends on what was answered (DR-07)."""
        return self in QUANTILES


QUANTILES = frozenset(
    {
        Statistic.LOWER_HALF,
        Statistic.MIDDLE_HALF,
        Statistic.UPPER_HALF,
        Statistic.LOWER_QUARTILE,
        Statistic.MEDIAN,
        Statistic.UPPER_QUARTILE,
    }
)


class PrevalenceBand(StrEnum):
    """How many gave an answer, where too few answered for a figure in per cent (DR-12)."""

    NONE_FEW = "none_few"
    SOME = "some"
    MOST_ALL = "most_all"


class ShareReading(StrEnum):
    """How a share in per cent is to be read; of an outcome none and all are never told (DR-12)."""

    NEAREST = "nearest"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"


class CellStatus(StrEnum):
    """Whether a cell's figure is given, or kept back without a reason (DR-14)."""

    PUBLISHED = "published"
    WITHHELD = "withheld"
    RETRACTED = "retracted"
    """It was published and found wrong (DR-09); no plan says it."""


class ReasonClass(StrEnum):
    """Why a cell is kept back, as far as the consortium's staff is told (DR-14)."""

    TOO_FEW_DISTRICTS = "too_few_districts"
    DIFFERENCE = "difference"
    WITHHELD = "withheld"
    """By a rule that looks at values: which one is told to nobody."""

    NOT_YET = "not_yet"
    """The figures are too young (DR-13)."""

    PENDING_BATCH = "pending_batch"
    """Too few contributors changed since the release before (DR-09)."""

    NO_STATISTIC = "no_statistic"


class Band(StrEnum):
    """Where a district's own answer lies beside a released figure (TR-25)."""

    BELOW = "below"
    AT = "at"
    ABOVE = "above"
    WITHHELD = "withheld"
    RETRACTED = "retracted"
    NOT_ANSWERED = "not_answered"


class PlanLifecycle(StrEnum):
    """Where a strategic plan stands (TR-11)."""

    DRAFTING = "drafting"
    OUT_FOR_FEEDBACK = "out_for_feedback"
    REFINING = "refining"
    RECOMMENDED = "recommended"
    APPROVED = "approved"
    ACTIVE = "active"
    IN_REVIEW = "in_review"
    SUPERSEDED = "superseded"


class FocusArea(StrEnum):
    """What part of a district's work a goal is about."""

    TEACHING_AND_LEARNING = "teaching_and_learning"
    CULTURE_AND_CLIMATE = "culture_and_climate"
    FINANCE_AND_OPERATIONS = "finance_and_operations"
    COMMUNITY_ENGAGEMENT = "community_engagement"
    LEADERSHIP = "leadership"


class MeasureKind(StrEnum):
    """What a measure's values are; a rate or a mean is a quotient, any other a plain value."""

    RATE = "rate"
    MEAN = "mean"
    COUNT = "count"
    CURRENCY = "currency"
    RUBRIC_LEVEL = "rubric_level"

    @property
    def is_ratio(self) -> bool:
        """Whether a value is a numerator over a denominator, times a factor."""
        return self in {MeasureKind.RATE, MeasureKind.MEAN}


class ChangeOp(StrEnum):
    """What became of a thing that changed."""

    UPSERT = "upsert"
    DELETE = "delete"


class JobState(StrEnum):
    """Where long work stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class LedgerOutcome(StrEnum):
    """Whether what the ledger records was done, or refused."""

    DONE = "done"
    REFUSED = "refused"
