"""The matrix with the first lock off: run in a process of its own, by ``test_second_lock``."""

import pytest
from conftest import NORTH, SOUTH
from matrix.markers import markers_of
from matrix.samples import operations
from matrix.test_matrix import CALLERS, SHOWS_NOTHING, Sweep, asked, held_by, in_order
from matrix.world import World, planted

from app.policy import custody
from app.policy.actions import WHO_MAY, Action
from app.vocabulary import Role

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(app, as_, given, owner) -> World:
    return await planted(app, as_, given, owner)


def test_the_first_lock_is_off():
    assert custody.within(None, None, whole=False, districts=None, account=None) is None
    assert all(Role.VIEWER in WHO_MAY[action] for action in Action)


async def test_row_security_alone_shows_nothing_of_another_district(world, as_, app, owner):
    before = await held_by(owner, SOUTH)
    sweep = Sweep(await markers_of(owner))
    shown = 0
    for operation in in_order(operations(app)):
        for who in CALLERS:
            async with as_(who.role, who.place) as caller:
                for place in (SOUTH, NORTH):
                    if place == SOUTH and who.role.reaches_all and not operation.reads:
                        continue
                    request = world.request(operation, place)
                    answer = await asked(caller, request)
                    shown += answer.status_code == 200
                    sweep.look(who, request, answer)
    assert [each for each in sweep.wrong if FAILED not in each] == []
    assert await held_by(owner, SOUTH) == before
    assert (sweep.answered > 3000, shown > 1000) == (True, True)


FAILED = f"500 {SHOWS_NOTHING}"
"""What the second lock refuses to write fails: a body without a row, which is all that is asked."""
