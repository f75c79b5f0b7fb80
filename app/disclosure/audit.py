"""DR-05, the joint audit: whatever can be derived from all figures stands for enough."""

from collections.abc import Sequence

from app.disclosure.figures import Figure, Setting
from app.disclosure.system import System
from app.disclosure.verdict import Audit, Breach, Outcome

__all__ = ["Audit", "Breach", "Outcome", "System", "audit"]


def audit(figures: Sequence[Figure], setting: Setting, *, seed: int = 0) -> Audit:
    """Audit figures together: all that were ever published, and those that are to be.

    The seed decides where the search looks first. What is certified or breached is so whatever
    the seed; at the limit of its work an audit may be undecided with one and not with another.
    """
    return System.of(figures, setting).audit(seed=seed)
