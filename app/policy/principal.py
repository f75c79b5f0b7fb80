"""Who is calling."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.policy.reach import NOBODY


@dataclass(frozen=True, slots=True)
class Principal:
    """An account, the credential it came with, and the scopes of that; its roles are holdings."""

    account: UUID
    credential: UUID | None
    scopes: frozenset[str] | None
    """``None`` where nothing narrows what the roles allow."""

    @property
    def anonymous(self) -> bool:
        """Whether nobody is known to ask."""
        return self.account == NOBODY


ANYONE: Final = Principal(NOBODY, None, None)
OPERATOR: Final = Principal(UUID("00000000-0000-7000-8000-000000002034"), None, None)
"""The operator of the service, as the ledger names it: no row, and no caller over HTTP."""
