"""Two services with one history tell of a leak: each that is planted here hangs on an answer."""

from decimal import Decimal

import pytest
from in_rounds import InRounds
from in_sharing import InSharing
from slow import slow
from test_twins import prepared, twins

from app.consents import standing
from app.consents.vault import SharedAnswers
from app.problems import NotFound
from app.releases.candidates import Cells

__all__ = ["twins"]


def only_what_rises(patch):
    """Show a trend where the figure rose, and none where it fell."""
    trend = Cells._trend

    def rising(self, *args):
        before, now = trend(self, *args)
        if sum_of(now) > sum_of(before):
            yield from (before, now)

    patch.setattr(Cells, "_trend", rising)


def sum_of(cell):
    return sum(cell.amounts().values(), Decimal(0))


def what_was_revoked(patch):
    """Show on what is shown no more."""
    patch.setattr(standing, "holding", lambda consent, _today: (consent.given_at.is_not(None),))


def whether_anybody_answered_so(patch):
    """Say so where there is nobody to meet."""
    answering = SharedAnswers.answering

    async def found(self, *args, **how):
        told = await answering(self, *args, **how)
        if not told:
            raise NotFound
        return told

    patch.setattr(SharedAnswers, "answering", found)


LEAKS = {
    only_what_rises: ("advance",),
    what_was_revoked: ("consent", "consent", "revoke", "look", "look"),
    whether_anybody_answered_so: ("seek",),
}
"""The steps by which each comes to light."""
SEQUENCES = 25
"""At most, for each leak: the one that is rarest takes sixteen."""


@slow
def test_a_leak_that_is_planted_is_found(twins):
    for plant, ways in LEAKS.items():
        made = type("Leaking", (InSharing, InRounds), {"ways": ways, "released": 1.0})
        prepared(made, twins, 0)
        with pytest.MonkeyPatch.context() as patch:
            plant(patch)
            with pytest.raises(AssertionError) as found:
                for number in range(SEQUENCES):
                    play(made(), number)
        assert "LetOut(" in str(found.value), plant


def play(pair, number):
    pair.begin(number)
    for step in range(20):
        pair.take(step)
    pair.teardown()
