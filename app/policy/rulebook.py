"""What the trust charter says: each rule in one sentence, the value it serves, and its parameters.

The sentences of ``app.policy.rules`` say where a rule is kept, and how, in each place; these say
what it comes to. A rule is in force when something in the code says that it keeps it.
"""

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from app.policy import rules
from app.policy.rules import RULES
from app.vocabulary import Parameter

SUBJECTS: Final = tuple(
    import_module(f"{rules.__name__}.{each.name}") for each in iter_modules(rules.__path__)
)
"""Where the rules are defined: importing them lists them."""
TRUST: Final = "Trust and confidentiality"
STUDENTS: Final = "Student focused"
LEADERS: Final = "Becoming better leaders of change"
COLLABORATION: Final = "Collaborative not competitive"
GROWTH: Final = "Personal and professional growth"
COMMUNICATION: Final = "Communication on successes and challenges"
MEETINGS: Final = "Topics and targets are chosen at the bi-annual meeting"
PRACTICE: Final = "Benchmarking of what is done, more than of outcomes"
"""The core values of the consortium, and two of its ways of benchmarking."""

UNITS: Final = {
    Parameter.FEWEST_DISTRICTS: "districts",
    Parameter.SHARE_CAP: "percent",
    Parameter.NEARNESS: "percent",
    Parameter.COALITION: "districts",
    Parameter.FEWEST_STUDENTS: "students",
    Parameter.NEIGHBOURS: "districts",
    Parameter.CHANGED_TOGETHER: "districts",
    Parameter.PREVALENCE_BANDS: "districts",
    Parameter.PREVALENCE_TENTHS: "districts",
    Parameter.COST_DAYS: "days",
    Parameter.TRIAL_PLANS: "plans in a round",
    Parameter.REVIEW_DAYS: "days",
    Parameter.LATE_MONTHS: "months",
    Parameter.INTRODUCTION_DAYS: "days",
    Parameter.HOLD_DAYS: "days",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule of the charter: its id, what it says, which value it serves, what is set of it."""

    id: str
    says: str
    serves: str
    parameters: tuple[Parameter, ...] = ()

    @property
    def in_force(self) -> bool:
        """Whether anything in the code keeps the rule."""
        return self.id in RULES


CLAUSES: Final = (
    Clause("TR-01", "The scope of a token narrows what a role allows, and never widens it.", TRUST),
    Clause(
        "TR-02",
        "A role allows what one table says, and only while the membership behind it is valid.",
        TRUST,
    ),
    Clause(
        "TR-03",
        "What a district enters belongs to it; others see what it publishes or shares.",
        TRUST,
    ),
    Clause(
        "TR-04",
        "Nobody reads another district's answers, whatever the role; one computation opens them"
        " together and gives out no row.",
        TRUST,
    ),
    Clause("TR-05", "What is not there and what is out of reach look the same.", TRUST),
    Clause(
        "TR-06",
        "Openings of sealed answers, changes of rights and refusals are written in the ledger.",
        TRUST,
    ),
    Clause("TR-07", "A district sees every entry of the ledger that concerns its data.", TRUST),
    Clause("TR-08", "A facilitator works in a district while that district invites it.", TRUST),
    Clause(
        "TR-09",
        "A growth goal is seen by the person or team that set it, and by whom they name.",
        GROWTH,
    ),
    Clause(
        "TR-10",
        "A stage of planning is over when its exit criteria are met, and the open ones are listed.",
        LEADERS,
    ),
    Clause(
        "TR-11", "An approved plan is amended by its board or superseded, and not edited.", LEADERS
    ),
    Clause(
        "TR-12",
        "Planning begins with board, union and management in one room, or a named employee where"
        " there is no union.",
        LEADERS,
    ),
    Clause(
        "TR-13",
        "A plan is approved by a vote of the board on the superintendent's recommendation: by two"
        " people at least.",
        LEADERS,
    ),
    Clause(
        "TR-14", "Who comments on a draft is told what was heard and what changed.", COMMUNICATION
    ),
    Clause(
        "TR-15",
        "A definition in use is followed by another edition, and series do not cross a break in"
        " silence.",
        COMMUNICATION,
    ),
    Clause(
        "TR-16", "A computed status is overridden with a reason and a name; both are shown.", TRUST
    ),
    Clause(
        "TR-17", "No table that the public is shown tells of fewer than ten students.", STUDENTS
    ),
    Clause(
        "TR-20",
        "Topics, targets and the parameters of this charter are adopted at a meeting, and by"
        " nothing else.",
        MEETINGS,
    ),
    Clause(
        "TR-21",
        "Answers are entered while a round is open, corrected with a reason in review, and fixed"
        " when it is locked.",
        TRUST,
        (Parameter.REVIEW_DAYS,),
    ),
    Clause("TR-22", "Every topic says which experience of students it serves.", STUDENTS),
    Clause(
        "TR-23",
        "Outcomes are not benchmarked alone: at least as many items ask for what is done.",
        PRACTICE,
    ),
    Clause(
        "TR-24",
        "Who shared its answers sees what is released; who joined too late to share sees it for a"
        " while.",
        COLLABORATION,
        (Parameter.LATE_MONTHS,),
    ),
    Clause(
        "TR-25",
        "Nobody is ranked: no best, no worst, no list by value; a district sees its own place as a"
        " band.",
        COLLABORATION,
    ),
    Clause(
        "TR-26",
        "A district is named beside a value with its consent, item by item, as long as it likes.",
        TRUST,
    ),
    Clause(
        "TR-27",
        "An introduction gives names when both sides said yes; every other answer looks the same.",
        COLLABORATION,
        (Parameter.INTRODUCTION_DAYS,),
    ),
    Clause(
        "TR-28",
        "A district may take its answers with it; when it leaves, they are shredded for good.",
        TRUST,
        (Parameter.HOLD_DAYS,),
    ),
    Clause(
        "TR-29", "Whatever stores a sealed answer seals it too, and a secret is shown once.", TRUST
    ),
    Clause(
        "DR-01",
        "A released figure stands for enough districts, one for each administration.",
        TRUST,
        (Parameter.FEWEST_DISTRICTS,),
    ),
    Clause(
        "DR-02",
        "No district makes up too large a share of a pooled figure.",
        TRUST,
        (Parameter.SHARE_CAP,),
    ),
    Clause(
        "DR-03",
        "No sum lets one member, or a few together, estimate the largest contribution closely.",
        TRUST,
        (Parameter.NEARNESS, Parameter.COALITION),
    ),
    Clause(
        "DR-04",
        "A figure about students counts enough of them, and enough of the others.",
        STUDENTS,
        (Parameter.FEWEST_STUDENTS,),
    ),
    Clause(
        "DR-05",
        "No calculation with everything ever released leaves a figure of too few districts.",
        TRUST,
        (Parameter.FEWEST_DISTRICTS,),
    ),
    Clause(
        "DR-06",
        "Where something has to be withheld, what gives it away is withheld too, and no more.",
        COMMUNICATION,
    ),
    Clause(
        "DR-07",
        "A median or quartile is the mean of several neighbours, and never one district's answer.",
        COLLABORATION,
        (Parameter.NEIGHBOURS,),
    ),
    Clause(
        "DR-08",
        "What can be worked out of linked sums stays as far from any answer as for a single one.",
        TRUST,
        (Parameter.NEARNESS, Parameter.COALITION),
    ),
    Clause(
        "DR-09",
        "A release is never changed; what changed since goes into another, together with others'"
        " changes.",
        TRUST,
        (Parameter.CHANGED_TOGETHER,),
    ),
    Clause(
        "DR-10", "A trend is of the districts that answered in every one of its periods.", TRUST
    ),
    Clause(
        "DR-11",
        "A consent to be named makes nobody known who gave none.",
        TRUST,
        (Parameter.FEWEST_DISTRICTS,),
    ),
    Clause(
        "DR-12",
        "How common a practice is, is told in words or tenths, from enough districts on.",
        PRACTICE,
        (Parameter.PREVALENCE_BANDS, Parameter.PREVALENCE_TENTHS),
    ),
    Clause(
        "DR-13",
        "Figures of cost and pay are released when their period is well over.",
        COLLABORATION,
        (Parameter.COST_DAYS,),
    ),
    Clause(
        "DR-14",
        "A member is told that a cell is withheld and not why; the trial plans of the staff are"
        " counted, and so are refusals that tell a member something of others.",
        TRUST,
        (Parameter.TRIAL_PLANS,),
    ),
    Clause("DR-15", "A release comes with a certificate that a member checks by itself.", TRUST),
)
"""Every rule of the charter, those that are not built yet among them."""
