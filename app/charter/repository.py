"""What is read of the charter."""

from hashlib import sha256
from typing import Final

from sqlalchemy import Integer, bindparam, func, select

from app.charter.models import CharterVersion
from app.charter.schemas import (
    CharterVersionView,
    CharterView,
    KeptView,
    ParameterView,
    RuleView,
    StoredVersion,
)
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.policy.charter import RANGES
from app.policy.rulebook import CLAUSES, UNITS, Clause
from app.policy.rules import RULES
from app.problems import NotFound
from app.rendered import Rendered

PUBLIC: Final = {"cache-control": "public, max-age=60"}
COLUMNS: Final = [getattr(CharterVersion, name) for name in CharterVersionView.model_fields]
NEWEST: Final = (
    select(CharterVersion.version)
    .order_by(CharterVersion.version.desc())
    .limit(1)
    .scalar_subquery()
)
SOUGHT: Final = bindparam("sought", type_=Integer())
VERSION: Final = Reading(
    select(*COLUMNS, NEWEST.label("newest")).where(
        CharterVersion.version == func.coalesce(SOUGHT, NEWEST)
    ),
    StoredVersion,
    never_null=["newest"],
)
VERSIONS: Final = Listing(select(*COLUMNS), CharterVersionView, by=[CharterVersion.version])


class CharterReadings:
    """The charter as anybody sees it."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, version: int | None) -> Rendered[CharterView]:
        """Write the rules with the numbers of a version, or raise ``NotFound``."""
        stored = await self._reader.row(VERSION, sought=version)
        if stored is None:
            raise NotFound
        body = told(stored).model_dump_json().encode()
        etag = f'"{stored.version}-{sha256(body).hexdigest()[:16]}-json"'
        headers = PUBLIC | {"etag": etag, "vary": "Accept"}
        if self._reader.has(etag):
            return Rendered(status_code=304, headers=headers)
        return Rendered(body, headers=headers)

    async def page(self, wanted: Wanted) -> Rendered[Page[CharterVersionView]]:
        """List every version, the first one first."""
        page = await self._reader.page(VERSIONS, wanted)
        page.headers.update(PUBLIC)
        return page


def told(stored: StoredVersion) -> CharterView:
    """Set the rules beside the numbers of a version."""
    return CharterView(
        version=stored.version,
        adopted_on=stored.adopted_on,
        motion_id=stored.motion_id,
        in_force_since=stored.in_force_since,
        in_force=stored.version == stored.newest,
        rules=[rule_of(clause, stored) for clause in CLAUSES],
    )


def rule_of(clause: Clause, stored: StoredVersion) -> RuleView:
    """Set one rule beside its numbers, and the places that keep it."""
    return RuleView(
        id=clause.id,
        says=clause.says,
        serves=clause.serves,
        in_force=clause.in_force,
        parameters=[
            ParameterView(
                name=name,
                value=getattr(stored, name),
                unit=UNITS[name],
                least=RANGES[name].least,
                most=RANGES[name].most,
            )
            for name in clause.parameters
        ],
        kept=[KeptView(says=each.says, kept_by=each.kept_by) for each in RULES.get(clause.id, [])],
    )
