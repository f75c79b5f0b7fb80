"""The SQL of the service's readings, as scripts for pgbench: whose it is stands in their text."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from app.clock import now
from app.dashboards.readings import TOTALS, VERSIONS
from app.goals.repository import GOAL, GOALS
from app.policy.reach import Reach
from app.policy.reading import Reading
from bench import consortium
from bench.alone import transaction
from bench.consortium import ROLES, WIDE, Size
from bench.scenarios import DASHBOARD, GOAL_BY_ID, PAGE, PAGE_OF_GOALS, callers

ONE_MORE: Final = 1
"""A page reads a row that it does not show, to know whether there are more."""
Asked = tuple[Reading[Any], Mapping[str, Any]]


def reach(district: int) -> Reach:
    """Say what the account of a district reaches, as the gate does."""
    place = consortium.district_id(district)
    return Reach(
        districts=(place,),
        account=consortium.account_id(district),
        credential=consortium.key_id(district),
        held=" ".join(sorted(f"{role.value}:{place}" for role in ROLES)),
    )


def readings(size: Size) -> dict[str, list[tuple[int, list[Asked]]]]:
    """List what is read, by the name of its scenario: whose district, and the readings."""
    page = {**GOALS.narrowed({}), "page_limit": PAGE + ONE_MORE}
    goals, dashboards = [], []
    for district in callers(size):
        place = consortium.district_id(district)
        goal: Asked = (GOAL, {"sought": consortium.goal_id(district, 0)})
        goals.append((district, [goal]))
        totals: Asked = (TOTALS, {"district": place, "plan": None, "on": now().date()})
        dashboards.append((district, [(VERSIONS, {"district": place}), totals]))
    return {
        GOAL_BY_ID: goals,
        PAGE_OF_GOALS: [(WIDE, [(GOALS.first, page)])],
        DASHBOARD: dashboards,
    }


def scripts(size: Size, folder: Path) -> dict[str, list[Path]]:
    """Write the scripts of each scenario."""
    written: dict[str, list[Path]] = {}
    for name, asked in readings(size).items():
        for district, each in asked:
            script = folder / f"{name.replace(' ', '-')}-{district}.sql"
            script.write_text(transaction(reach(district), *each))
            written.setdefault(name, []).append(script)
    return written
