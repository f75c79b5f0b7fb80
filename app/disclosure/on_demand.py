"""The audit, the planner and the intervals for the service, loaded when the first is asked for.

numpy, scipy, flint and HiGHS take a second to load, for which no start of the service and no
command should wait. Whoever asks does so beside the event loop, where the loading is done as well.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from app.disclosure.attackers import Attacker, Sum
from app.disclosure.dominance import Exact
from app.disclosure.figures import Column, Figure, Name, Setting
from app.disclosure.verdict import Audit, Plan, Protection


def audit(figures: Sequence[Figure], setting: Setting, *, seed: int = 0) -> Audit:
    """Audit figures together, as ``app.disclosure.audit`` does."""
    from app.disclosure.audit import audit  # noqa: PLC0415 - loads the libraries

    return audit(figures, setting, seed=seed)


def plan(
    published: Sequence[Figure],
    candidates: Sequence[Figure],
    setting: Setting,
    *,
    seed: int,
    firm: AbstractSet[Name],
    trades: int,
    progress: Callable[[int, int], None],
) -> Plan:
    """Plan which candidates go out, as ``app.disclosure.planner`` does."""
    from app.disclosure.planner import plan  # noqa: PLC0415 - loads the libraries

    return plan(
        published,
        candidates,
        setting,
        seed=seed,
        firm=firm,
        trades=trades,
        progress=progress,
    )


def protect(
    published: Sequence[Sum],
    sensitive: Sequence[Figure],
    values: Mapping[Column, Exact],
    attacker: Attacker,
    fixed: Sequence[Sum],
) -> Protection:
    """Withhold figures until all sums are safe, as ``app.disclosure.intervals`` does."""
    from app.disclosure.intervals import protect  # noqa: PLC0415 - loads the libraries

    return protect(published, sensitive, values, attacker, fixed)
