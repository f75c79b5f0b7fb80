"""A person flags a status, or sets a new baseline, with a reason and a name."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from measuring.made import FIRST, way

from app.measuring.eras import Definition
from app.measuring.events import Override, Rebaselining
from app.measuring.unfit import Unfit
from app.measuring.words import TargetStatus

WHO = UUID(int=7)
WHEN = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
NEXT = Definition(version=2, era=2)


def test_an_override_is_a_flag_with_a_reason_a_name_and_a_time():
    flag = Override("The test was taken by half of the grade.", WHO, WHEN)
    assert (flag.reason, flag.by, flag.at) == (
        "The test was taken by half of the grade.",
        WHO,
        WHEN,
    )


def test_an_override_is_no_status():
    assert "override" not in {status.value.split("_")[0] for status in TargetStatus}
    assert "overridden" not in {status.value for status in TargetStatus}


def test_rebaselining_keeps_the_old_target_and_the_new_one():
    old, new = way(40, 50), way(35, 50, definition=NEXT, baseline_definition=NEXT)
    event = Rebaselining(old, new, "The state test was replaced.", WHO, WHEN)
    assert (event.old, event.new, event.old.definition) == (old, new, FIRST)


@pytest.mark.parametrize("reason", ["", " ", "\n\t"])
def test_nothing_is_decided_without_a_reason(reason):
    for decide in (
        lambda: Override(reason, WHO, WHEN),
        lambda: Rebaselining(way(40, 50), way(41, 50), reason, WHO, WHEN),
    ):
        with pytest.raises(Unfit) as refused:
            decide()
        assert (refused.value.field, refused.value.code) == ("reason", "missing")


def test_an_instant_without_an_offset_is_none():
    with pytest.raises(Unfit) as refused:
        Override("A reason.", WHO, WHEN.replace(tzinfo=None))
    assert (refused.value.field, refused.value.code) == ("at", "malformed")


def test_rebaselining_changes_something():
    with pytest.raises(Unfit) as refused:
        Rebaselining(way(40, 50), way(40, 50), "A reason.", WHO, WHEN)
    assert (refused.value.field, refused.value.code) == ("new", "unchanged")
