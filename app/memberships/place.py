"""Where a role is held: in a district, or in the consortium, and never the other way round."""

from app.problems import Fault
from app.vocabulary import Role


def place_fault(role: Role, *, placed: bool) -> Fault | None:
    """Say what is wrong with naming a district, or none, for this role."""
    if role.of_consortium and placed:
        detail = "The role is held in the consortium, not in a district."
        return Fault("/district_id", "not_allowed", detail)
    if not role.of_consortium and not placed:
        return Fault("/district_id", "required", "The role is held in a district.")
    return None


def refused_reference(pointer: str) -> Fault:
    """Say that a district is not there, or not within reach: it looks the same (TR-05)."""
    return Fault(pointer, "unknown_reference", "There is no such district.")
