"""The page for integrators says what is followed, and whose it is."""

import re
from pathlib import Path

from app.changes.schemas import ChangeType
from app.db import DistrictOwned, Told
from app.policy.outbox import KEPT, MOST_WAITING
from app.tables import Base

PAGE = (Path(__file__).parents[2] / "docs" / "changes.md").read_text()
ROW = re.compile(r"^\| `(\w+)` \| .+ \| (common|district) \|$", re.MULTILINE)


def test_the_page_lists_every_type_that_is_followed_and_whose_it_is():
    tables = [mapper.class_ for mapper in Base.registry.mappers]
    followed = {
        table.follows: "district" if issubclass(table, DistrictOwned | Told) else "common"
        for table in tables
        if hasattr(table, "follows")
    }
    assert dict(ROW.findall(PAGE)) == followed
    assert [name for name, _ in ROW.findall(PAGE)] == [each.value for each in ChangeType]


def test_the_page_tells_the_bounds_of_jobs_as_they_are():
    assert f"An account has {MOST_WAITING} jobs that wait or run at most" in PAGE
    assert f"can be read for {KEPT.days} days" in PAGE
