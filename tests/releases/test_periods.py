"""Which items of two editions make a trend."""

from typing import Any

import pytest

from app.instruments.models import Item
from app.releases.contributions import Asked
from app.releases.periods import same_items
from app.vocabulary import Disclosure, ItemKind, TopicKind


def asked(**changes: Any) -> Asked:
    told = {
        "code": "spent",
        "kind": ItemKind.QUANTITATIVE,
        "unit": "USD",
        "factor": 1,
        "disclosure": Disclosure.CONFIDENTIAL,
        "counts_students": False,
        "cost": False,
        "prompt": "What is spent?",
    }
    return Asked(Item(**told | changes), TopicKind.CONTEXT)


def test_the_same_figure_of_two_editions_makes_a_trend():
    now, then = asked(prompt="Asked anew?"), asked()
    assert same_items([now], [then, asked(code="another")]) == [(now, then)]


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "another"},
        {"kind": ItemKind.RUBRIC},
        {"unit": "EUR"},
        {"factor": 100},
        {"disclosure": Disclosure.PUBLIC_FACT},
        {"counts_students": True},
        {"cost": True},
    ],
)
def test_what_is_another_figure_or_under_other_rules_makes_none(changes):
    """Answers that were given as confidential are not told under rules of a later edition."""
    assert same_items([asked(**changes)], [asked()]) == []
    assert same_items([asked()], [asked(**changes)]) == []
