"""The charter's parameters by version; a round keeps the version in force when it opened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Charter:
    """The numbers the rules work with.

    ``fewest_districts`` is T of DR-01, ``review_days`` the time for corrections of TR-21,
    ``late_months`` how long a member that joined after the close sees a release (TR-24).
    """

    version: int
    fewest_districts: int
    review_days: int
    late_months: int


CHARTERS: Final[Mapping[int, Charter]] = {
    1: Charter(version=1, fewest_districts=5, review_days=10, late_months=12)
}
IN_FORCE: Final = CHARTERS[1]
