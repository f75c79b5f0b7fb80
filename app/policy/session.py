"""A session that is narrowed by its grant: no statement sees a row beyond the reach."""

from typing import Any, Final

from sqlalchemy import ARRAY, Uuid, event, literal
from sqlalchemy.orm import (
    LoaderCriteriaOption,
    ORMExecuteState,
    Session,
    UOWTransaction,
    with_loader_criteria,
)

from app.db import (
    Base,
    Common,
    ConsortiumOwned,
    Credential,
    DistrictOwned,
    Feed,
    Ledger,
    Personal,
    Published,
    Roster,
    Sealed,
    Shared,
    Told,
    Vaulted,
    Witnessed,
)
from app.policy.changes import follow
from app.policy.custody import within
from app.policy.reach import Reach

FROZEN: Final = (Published, Vaulted, Ledger, Feed, Witnessed)
"""Rows that are added and never changed."""
UNSEALED: Final = (Sealed, Shared, Vaulted)
"""Rows that the vault sees past the first lock."""
OPENED: Final = "opened"
"""The policy of a table's own that lets the vault see rows of another custody."""
POSED: Final = "posed"
"""The policy of a table's own that lets the vault add sealed rows of any district."""


class NarrowedSession(Session):
    """What every session of the application is; ``info["reach"]`` is set by the gate."""


class ReleaseSession(NarrowedSession):
    """A session of the release login, the only one that adds published rows."""


def refuse_changes(state: ORMExecuteState) -> None:
    """Refuse statements that add rows, change frozen ones, or change any while the seal is open.

    Rows are added one by one through the unit of work, where ``keep_within`` sees each; and so are
    those changed that somebody follows, or the change would be missing in the feed.
    """
    changed = state.bind_mapper
    if state.is_insert:
        raise TypeError("Rows are added through the session, not by a statement.")
    if changed is not None and issubclass(changed.class_, FROZEN):
        raise TypeError(f"{changed.class_.__name__} is frozen: no statement changes it.")
    if changed is not None and hasattr(changed.class_, "follows"):
        raise TypeError(f"{changed.class_.__name__} is followed: its rows change one by one.")
    if state.session.info.get("unsealed"):
        raise TypeError("While the seal is open, rows are read and not changed.")


def criteria(reach: Reach, *, unsealed: bool) -> list[LoaderCriteriaOption]:
    """Write the condition of every mapped class that has one, for its aliases too."""
    districts = literal(list(reach.districts), ARRAY(Uuid()))
    options = []
    for mapper in Base.registry.mappers:
        kind = Base.metadata.tables[mapper.class_.__tablename__].info["custody"]
        if unsealed and (kind in UNSEALED or has_policy(mapper.class_, OPENED)):
            continue
        condition = within(
            kind,
            mapper.class_,
            whole=reach.whole_consortium,
            districts=districts,
            account=reach.account,
        )
        if condition is not None:
            options.append(with_loader_criteria(mapper, condition, include_aliases=True))
    return options


def has_policy(kind: Any, name: str) -> bool:
    """Whether a table has this policy beside those of its custody."""
    return name in Base.metadata.tables[kind.__tablename__].info.get("policies", {})


@event.listens_for(NarrowedSession, "do_orm_execute")
def narrow(state: ORMExecuteState) -> None:
    """Add the reach to every statement, and refuse those it cannot be added to."""
    if not state.is_orm_statement:
        raise TypeError("Only ORM statements run here: a plain one would escape the reach.")
    if state.is_column_load:
        return
    if not state.is_select:
        refuse_changes(state)
    info = state.session.info
    unsealed = bool(info.get("unsealed"))
    remembered: dict[bool, list[LoaderCriteriaOption]] = info.setdefault("criteria", {})
    if unsealed not in remembered:
        remembered[unsealed] = criteria(info["reach"], unsealed=unsealed)
    state.statement = state.statement.options(*remembered[unsealed])


def may_write(row: object, reach: Reach, *, release: bool) -> bool:
    """Say whether a row lies where its writer may write."""
    if isinstance(row, DistrictOwned | Roster):
        return reach.whole_consortium or row.district_id in reach.districts
    if isinstance(row, Credential):
        near = reach.whole_consortium or row.district_id in reach.districts
        return near or row.account_id == reach.account
    if isinstance(row, Sealed | Shared | Told):
        anybodys = release and (isinstance(row, Shared) or has_policy(type(row), POSED))
        return anybodys or row.district_id in reach.districts
    if isinstance(row, Personal):
        return row.account_id == reach.account
    if isinstance(row, Common | ConsortiumOwned):
        return reach.whole_consortium
    return isinstance(row, Ledger | Feed) or (release and not isinstance(row, Witnessed))


@event.listens_for(NarrowedSession, "before_flush")
def keep_within(session: Session, _context: UOWTransaction, _instances: object) -> None:
    """Refuse to write a row where its writer may not, or to change a frozen one."""
    reach: Reach = session.info["reach"]
    release = isinstance(session, ReleaseSession)
    new = session.new  # made anew whenever it is asked for
    for row in (*new, *session.dirty, *session.deleted):
        if isinstance(row, FROZEN) and row not in new:
            raise TypeError(f"{type(row).__name__} is frozen: it is added, once.")
        if not may_write(row, reach, release=release):
            raise TypeError(f"{type(row).__name__} is out of reach.")
    follow(session)
