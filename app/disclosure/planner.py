"""DR-06, complementary suppression: which of the figures that are planned may go out together.

Candidates are taken in their public order, each unless it would give a group away together with
what is published and what was taken before it. That is the rule carried to its end: of each
combination that stands for too few, the least important figure is dropped; and none that was
dropped can be given back, since what dropped it stays. Then some of those taken are given up where
more come back for them. Who answered what is never looked at: the choice hangs on who takes part in
which figure, and on the order, alone.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from app.disclosure.figures import Figure, Name, Setting
from app.disclosure.taking import Progress, Taking
from app.disclosure.trading import Trading
from app.disclosure.verdict import TRADES, Audit, Outcome, Plan

RETURNS: Final = 16
"""How many that an audit could not clear are tried once more at the end."""


def plan(
    published: Sequence[Figure],
    candidates: Sequence[Figure],
    setting: Setting,
    *,
    seed: int = 0,
    firm: AbstractSet[Name] = frozenset(),
    trades: int = TRADES,
    progress: Progress | None = None,
) -> Plan:
    """Plan which candidates go out, given in their public order, the most important first.

    Published figures stand. Candidates under one key go out together or not at all, in the order
    in which their keys first appear. So many ``trades`` are tried: a candidate is given up where
    others come back for it, unless its key is ``firm``. With none, a candidate gives way to more
    important ones alone. ``progress`` is told how many keys of how many are done.
    """
    taking = Taking(published, candidates, setting, seed, progress or silent)
    if published:
        audit = taking.audit(())
        if not audit.passed:
            return Plan((), {}, tuple(taking.keys), audit)
    audit = taking.run()
    if trades and taking.dropped:
        held = {each for each, key in enumerate(taking.keys) if key in firm}
        audit = Trading(taking, held, seed, trades).run(audit)
    told = concluded(taking, audit)
    taking.progress(len(taking.keys), len(taking.keys))
    return told


def silent(done: int, total: int) -> None:
    """Tell nobody."""


def concluded(taking: Taking, audit: Audit) -> Plan:
    """Try those in doubt once more, and put the plan in the public order."""
    for each in sorted(taking.doubted)[:RETURNS]:
        again = taking.audit([*taking.kept, each])
        if again.passed:
            audit = again
            taking.kept.append(each)
            taking.doubted.discard(each)
        elif again.outcome is Outcome.BREACHED:
            taking.dropped[each] = again.breaches[0]
            taking.doubted.discard(each)
    return Plan(
        tuple(taking.keys[each] for each in sorted(taking.kept)),
        {taking.keys[each]: taking.dropped[each] for each in sorted(taking.dropped)},
        tuple(taking.keys[each] for each in sorted(taking.doubted)),
        audit,
    )
