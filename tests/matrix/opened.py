"""A plugin that takes the first lock off before anything of the application is imported.

Every role may do everything, every row is within reach, and no condition is added to a statement:
what holds then is PostgreSQL's row security alone. ``pytest -p matrix.opened``.
"""

from app.policy import actions, custody, reach
from app.policy.actions import Action
from app.vocabulary import Role


def everything(*_args: object, **_conditions: object) -> None:
    """Say of every custody that all of its rows are within reach."""


custody.within = everything
reach.Reach.covers = lambda *_: True  # type: ignore[method-assign]
reach.Reach.require = lambda *_: None  # type: ignore[method-assign]
for _action in Action:
    if not _action.public:
        actions.WHO_MAY[_action] = frozenset(Role) - {Role.PUBLIC}  # type: ignore[index]
