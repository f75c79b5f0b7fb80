"""Rules about what the public is shown of few students."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from app.policy.rules import rule

FEWEST_STUDENTS: Final = 10
"""What most states take (NCES 2011-603: 39 of them in 2010); no motion lowers it."""


@rule(
    "TR-17",
    "A cell is shown to the public if it tells of ten students or more: in its numerator, in its"
    " denominator, and in what the one leaves over of the other.",
)
def tells_of_enough_students(people: Sequence[Fraction]) -> bool:
    """Hold when none of the numbers of students is under ten; 0 is, and tells of everybody."""
    return all(number >= FEWEST_STUDENTS for number in people)


@rule(
    "TR-17",
    "What was withheld from the public is not given away by all that was ever shown of a table.",
)
def nothing_is_given_away(breaches: Sequence[object]) -> bool:
    """Hold when the audit of all snapshots finds nothing."""
    return not breaches
