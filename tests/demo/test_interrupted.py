"""A load that is cut off anywhere, over and over, ends as one that never was."""

import json
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from processes import c34, running
from rich.console import Console
from slow import slow
from twelve import expected, trimmed

from demo.caller import Caller
from demo.invented import invented
from demo.keyring import Keyring
from demo.office import ADMIN
from demo.play import play, steps_of
from demo.progress import Steps

pytestmark = pytest.mark.anyio


PLANNED = {"schools": 4, "plans": 3, "goals": 8, "indicators": 13, "measures": 17, "targets": 15}
"""What the district with the complete plan has, whatever came between."""


class CutOff(Exception):  # noqa: N818 - an event of the test
    """The answer was lost on its way."""


class Interrupted(Caller):
    """A caller whose answers get through a few times; the next one to a change is lost."""

    def __init__(self, url: str, few: int) -> None:
        super().__init__(url)
        self.few = few

    async def _sent(self, method: str, path: str, key: str, **told: Any) -> Any:
        answer = await super()._sent(method, path, key, **told)
        if method == "POST":
            self.few -= 1
            if self.few < 0:
                raise CutOff
        return answer


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A service with nothing in it, and the key of its first administrator."""
    made = c34(
        tmp_path, "keys", "create", "--role", "consortium_admin", "--subject", "a", "--name", "A"
    )
    assert made.returncode == 0, made.stderr
    with running(tmp_path, "serve", C34_PORT="0", C34_QUOTA="0") as command:
        command.until('"event": "listening"')
        yield address(command.said), made.stdout.strip()


def address(said: str) -> str:
    """Find in a log where the service listens."""
    told = [json.loads(line) for line in said.splitlines() if '"listening"' in line]
    return str(told[0]["url"])


@slow
async def test_whatever_answer_is_lost_the_next_load_goes_on(
    served: tuple[str, str], tmp_path: Path
) -> None:
    url, admin = served
    scenario = invented()
    keyring = Keyring(tmp_path, scenario.database)
    keyring.keep({ADMIN: admin})
    attempts, played = 0, None
    while played is None:
        assert attempts < 200
        caller = Interrupted(url, few=attempts % 2)
        steps = Steps(Console(file=StringIO()), steps_of(scenario))
        try:
            played = await play(caller, Keyring(tmp_path, scenario.database), scenario, steps)
        except CutOff:
            attempts += 1
        finally:
            await caller.close()

    caller = Caller(url)
    planner = Keyring(tmp_path, scenario.database)["planner of z-06"]

    async def every(path: str) -> list[Any]:
        return [each async for each in caller.every(path, admin)]

    cells = await every(f"/v1/releases/{played.release_id}/cells")
    roles = Counter([each["role"] for each in await every("/v1/memberships")])
    once = {
        path: len(await every(path))
        for path in (
            "/v1/districts",
            "/v1/topics",
            "/v1/meetings",
            "/v1/instruments",
            "/v1/rounds",
            f"/v1/rounds/{played.round_id}/peer-groups",
            f"/v1/rounds/{played.round_id}/releases",
        )
    }
    planned = {
        noun: len([each async for each in caller.every(f"/v1/{noun}", planner)]) for noun in PLANNED
    }
    await caller.close()

    assert attempts > 40
    assert trimmed(cells) == expected()
    assert list(once.values()) == [12, 3, 1, 1, 2, 4, 1]
    assert roles == Counter(
        data_steward=12,
        planner=3,
        consortium_admin=1,
        analyst=1,
        facilitator=1,
        auditor=1,
        superintendent=2,
        board_member=1,
        action_owner=1,
        team_member=1,
        viewer=1,
    )
    assert planned == PLANNED
