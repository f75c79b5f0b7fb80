"""The statements about data keys and what they seal."""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from app.data_keys.schemas import DataKeyView
from app.districts.models import Departure
from app.introductions.models import Inquiry, Introduction
from app.introductions.seals import place_of
from app.paging import Page, Wanted
from app.policy import Grant, Listing
from app.policy.key_store import KeyStore
from app.rendered import Rendered
from app.submissions.models import Answer, DistrictKey, Withdrawal
from app.submissions.seals import OwnSeal
from app.vocabulary import DepartureState

AT_ONCE: Final = 500
"""Rows that are sealed anew in one go."""
DATA_KEYS: Final = Listing(
    select(DistrictKey.version, DistrictKey.created_at).where(
        DistrictKey.district_id == bindparam("district_id")
    ),
    DataKeyView,
    by=[DistrictKey.version],
)
SEALED: Final[Sequence[Any]] = (Answer, Withdrawal, Introduction, Inquiry)
"""What is sealed under the data keys of a district."""


class DataKeyReadings:
    """The data keys of a district as its own people see them."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant

    async def page(self, district_id: UUID, wanted: Wanted) -> Rendered[Page[DataKeyView]]:
        """List the versions, or raise ``NotFound`` for a district out of reach."""
        self._grant.reach.require_own(district_id)
        return await self._grant.reader.page(DATA_KEYS, wanted, district_id=district_id)


class DataKeyRepository:
    """The data keys of a district and what is sealed under them, as both are replaced."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._session = grant.session
        self._store = KeyStore(grant)

    async def wrapped(self, district_id: UUID) -> dict[int, bytes]:
        """Find the district's data keys, wrapped, by version."""
        found = await self._session.execute(
            select(DistrictKey.version, DistrictKey.wrapped).where(
                DistrictKey.district_id == district_id
            )
        )
        return {row.version: row.wrapped for row in found}

    async def leaving(self, district_id: UUID) -> Departure | None:
        """Find the departure of a district that has confirmed that it leaves."""
        found: Departure | None = await self._session.scalar(
            select(Departure).where(
                Departure.district_id == district_id, Departure.state == DepartureState.HELD
            )
        )
        return found

    async def add(self, key: DistrictKey) -> None:
        """Keep a new data key."""
        self._session.add(key)
        await self._session.flush()

    async def older(self, district_id: UUID, seal: OwnSeal, model: Any) -> int:
        """Count the rows of a table that an older key seals."""
        asked = select(func.count(model.id)).where(*under_older(model, district_id, seal))
        return await self._session.scalar(asked) or 0

    async def seal_anew(self, district_id: UUID, seal: OwnSeal, model: Any) -> int:
        """Seal some rows of a table under the newest key; say how many, none when all are."""
        rows = await self._session.execute(some_older(model, district_id, seal))
        seals = {
            row.id: seal.anew(place, row.key_version, row.sealed)
            for row, place in placed(model, district_id, seal, rows.all())
        }
        if not seals:
            return 0
        table = model.__tablename__
        return await self._store.reseal(table, district_id, seal.key_version, seals)


def under_older(model: Any, district_id: UUID, seal: OwnSeal) -> tuple[ColumnElement[bool], ...]:
    """Say which rows of a table an older key seals."""
    return model.district_id == district_id, model.key_version < seal.key_version


def some_older(model: Any, district_id: UUID, seal: OwnSeal) -> Select[Any]:
    """Select rows of a table that an older key seals, with what names their place."""
    columns = [model.id, model.key_version, model.sealed]
    if model is Answer:
        columns += [Answer.round_id, Answer.item_id, Answer.version]
    return (
        select(*columns)
        .where(*under_older(model, district_id, seal))
        .order_by(model.id)
        .limit(AT_ONCE)
    )


def placed(
    model: Any, district_id: UUID, seal: OwnSeal, rows: Sequence[Any]
) -> Iterator[tuple[Any, bytes]]:
    """Give each row with the one place that it may be opened in."""
    for row in rows:
        if model is Answer:
            yield row, seal.place_of_answer(row.round_id, row.item_id, row.version)
        elif model is Withdrawal:
            yield row, seal.place_of_reason(row.id)
        else:
            yield row, place_of(district_id, row.id)
