"""A plan of the north, and a clock that stands at a day and goes on by a minute a look."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from measured import Planned

BEGAN = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    minutes = count()
    monkeypatch.setattr("app.reports.service.now", lambda: BEGAN + timedelta(minutes=next(minutes)))


@pytest.fixture
async def planned(given, roster) -> Planned:
    made = Planned()
    await given(*made.rows)
    return made
