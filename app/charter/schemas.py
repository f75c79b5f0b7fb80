"""What the charter looks like on the wire."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from app.scalars import View
from app.vocabulary import Parameter


class ParameterView(View):
    """A number of a rule, and what a meeting may set it to; no motion passes either end."""

    name: Parameter
    value: int
    unit: str
    least: int
    most: int


class KeptView(View):
    """One place where the code keeps a rule, and what it keeps of it there."""

    says: str
    kept_by: str


class RuleView(View):
    """One rule of the charter; refusals name it by its id."""

    id: str
    says: str
    serves: str = Field(description="The value of the consortium that the rule is there for.")
    in_force: bool = Field(description="Whether anything keeps the rule; if not, it is to come.")
    parameters: list[ParameterView]
    kept: list[KeptView]


class CharterVersionView(View):
    """One version of the charter: its parameters, and the motion that made it.

    The first has neither motion nor day: it came with the system.
    """

    version: int
    adopted_on: date | None
    motion_id: UUID | None
    in_force_since: datetime
    fewest_districts: int
    share_cap: int
    nearness: int
    coalition: int
    fewest_students: int
    neighbours: int
    changed_together: int
    prevalence_bands: int
    prevalence_tenths: int
    cost_days: int
    trial_plans: int
    review_days: int
    late_months: int
    introduction_days: int
    hold_days: int


class StoredVersion(CharterVersionView):
    """A version as it is read, and the number of the one in force."""

    newest: int


class CharterView(View):
    """The charter: the rules that everybody here is held to, with the numbers of a version."""

    version: int
    adopted_on: date | None
    motion_id: UUID | None
    in_force_since: datetime
    in_force: bool = Field(description="Whether it is the version that a round opens under now.")
    rules: list[RuleView]
