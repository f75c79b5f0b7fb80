"""Setting up the consortium."""

from datetime import date

from app.consortium.founding import CORE_VALUES, PURPOSES
from app.consortium.models import Consortium
from app.consortium.repository import ConsortiumRepository
from app.db import new_id
from app.policy import Grant


class ConsortiumService:
    """Writes down what the consortium is, once."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._consortium = ConsortiumRepository(grant)

    async def set_up(self, name: str, adopted_on: date | None) -> bool:
        """Write it down with the founding purposes and values, and say whether it was not there."""
        await self._grant.hold("consortium")
        if await self._consortium.there() is not None:
            return False
        consortium = Consortium(
            id=new_id(),
            name=name,
            adopted_on=adopted_on,
            purposes=list(PURPOSES),
            core_values=list(CORE_VALUES),
        )
        await self._consortium.add(consortium)
        self._grant.record(f"consortium:{consortium.id}", detail={"step": "set_up"})
        return True
