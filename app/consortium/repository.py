"""The statements about the consortium."""

from sqlalchemy import select, true

from app.charter.models import CharterVersion
from app.consortium.models import Consortium
from app.consortium.schemas import ConsortiumView
from app.policy import Grant, Reading
from app.problems import NotFound
from app.rendered import Rendered

CHARTER = select(CharterVersion.version).order_by(CharterVersion.version.desc()).limit(1).subquery()
CONSORTIUM = Reading(
    select(
        Consortium.id,
        Consortium.name,
        Consortium.adopted_on,
        Consortium.purposes,
        Consortium.core_values,
        CHARTER.c.version.label("charter_version"),
        (Consortium.version + CHARTER.c.version - 1).label("version"),
    ).join(CHARTER, true()),
    ConsortiumView,
    version="version",
    never_null=["charter_version", "version"],
)
"""Both versions only grow, so that their sum tells when either has changed."""


class ConsortiumReadings:
    """The consortium as its members see it."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self) -> Rendered[ConsortiumView]:
        """Return it, or raise ``NotFound`` where it was not set up."""
        consortium = await self._reader.one(CONSORTIUM)
        if consortium is None:
            raise NotFound
        return consortium


class ConsortiumRepository:
    """The consortium as it is set up."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def there(self) -> Consortium | None:
        """Return it, if it was set up."""
        found: Consortium | None = await self._session.scalar(select(Consortium))
        return found

    async def add(self, consortium: Consortium) -> None:
        """Keep it."""
        self._session.add(consortium)
        await self._session.flush()
