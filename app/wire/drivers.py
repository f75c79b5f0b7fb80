"""What a fault of the database means to a caller, told by type and SQLSTATE, never by its words."""

from collections.abc import Iterator

from asyncpg import InterfaceError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm.exc import StaleDataError

from app.problems import Conflict, Invalid, PreconditionFailed, Problem, Unavailable

PASSING = ("08", "53", "58", "40001", "40P01", "55P03", "57")
"""SQLSTATEs, or how they begin, of what may go well next time: connections, space, deadlocks,
serialization, locks, and statements cancelled by a timeout or a shutdown."""
TAKEN = ("23505", "23P01")
UNFIT = ("22", "23")
REFERENCE = "23503"


def problem_of_driver(error: Exception) -> Problem | None:
    """Name the problem that a database fault is to its caller, or nothing where it is a bug."""
    if isinstance(error, StaleDataError):
        return PreconditionFailed()
    state = sqlstate(error)
    if state is not None:
        return problem_of_state(state)
    return Unavailable() if unreachable(error) else None


def unreachable(error: Exception) -> bool:
    """Whether there was no connection to the database, or it was lost, or took too long."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    if isinstance(error, NoConnection | TimeoutError):
        return True
    if isinstance(error, InterfaceError):
        return not isinstance(error, ValueError)  # which is a wrong use of the driver
    return isinstance(error, OSError) and raised_in("asyncpg", error)


def problem_of_state(state: str) -> Problem | None:
    """Name the problem of a SQLSTATE; no constraint, table or column is told."""
    if state.startswith(PASSING):
        return Unavailable()
    if state in TAKEN:
        return Conflict("Something with the same key is there already.")
    if state == REFERENCE:
        return Invalid("It refers to what is not there, or something still refers to it.")
    if state.startswith(UNFIT):
        return Invalid("A value does not fit where it is to be kept.")
    return None


def sqlstate(error: BaseException) -> str | None:
    """Find the SQLSTATE of an error, or of the one that SQLAlchemy wraps."""
    for each in (getattr(error, "orig", None), error):
        state = getattr(each, "sqlstate", None)
        if isinstance(state, str):
            return state
    return None


def raised_in(package: str, error: BaseException) -> bool:
    """Whether an error came up through a package."""
    return any(name == package or name.startswith(f"{package}.") for name, _, _ in places_of(error))


def places_of(error: BaseException) -> Iterator[tuple[str, str, int]]:
    """List where an error passed, outermost first: module, function, line. No value is in it."""
    step = error.__traceback__
    while step is not None:
        frame = step.tb_frame
        yield frame.f_globals.get("__name__", "?"), frame.f_code.co_qualname, step.tb_lineno
        step = step.tb_next


def kinds_of(error: BaseException) -> Iterator[str]:
    """Name the type of an error and of those that led to it, with their SQLSTATE."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        state = None if isinstance(each, SQLAlchemyError) else getattr(each, "sqlstate", None)
        yield type(each).__qualname__ + (f" {state}" if isinstance(state, str) else "")
        each = each.__cause__ or each.__context__
