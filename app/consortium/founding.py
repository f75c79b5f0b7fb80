"""What a consortium is set up with: the purposes and values that the founding members adopted."""

from datetime import date
from typing import Final

NAME: Final = "Consortium 2034"
"""Named after the year in which the children who entered kindergarten in 2021 graduate."""
ADOPTED_ON: Final = date(2018, 4, 25)
"""The day on which the members adopted the strategic plan that says all this."""
LEADERSHIP: Final = (
    "Leadership for change: members grow people who can lead and manage it, and a pipeline of them,"
    " so that deep change lasts and spreads."
)
CAPACITY: Final = (
    "Shared capacity: members learn from and stand in for each other, and build together what no"
    " one of them has alone."
)
BENCHMARKING: Final = (
    "Benchmarking of the student experience: members compare programs, policies, practices and"
    " processes, contexts, cultures and capacities more than outcomes, on topics and targets that"
    " their meetings choose."
)
PURPOSES: Final = (LEADERSHIP, CAPACITY, BENCHMARKING)
CORE_VALUES: Final = (
    "Trust and confidentiality",
    "Student focused",
    "Becoming better leaders of change",
    "Focus on national educational issues",
    "Collaborative not competitive",
    "Personal and professional growth",
    "Communication on successes and challenges",
)
