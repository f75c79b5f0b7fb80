"""Certificates of releases (DR-15), and the proofs by which a member finds its answers in one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from secrets import token_bytes
from typing import Any, Final
from uuid import UUID

from app.disclosure.certificates import Certified, certificate_of, inclusion_of
from app.disclosure.inclusion import FEWEST_BYTES, Tree, keyed, leaf
from app.disclosure.verdict import Outcome
from app.policy.charter import Charter
from app.releases.models import Release
from app.releases.schemas import CellView

MEMBERS: Final = tuple(name for name in CellView.model_fields if name != "status")
"""What of a cell never changes: a mark of retraction is put on its status, and hides its figure."""
Behind = tuple[UUID, str, str, int]
"""A district, an item, a period and the version of the district's answer."""


def new_secret() -> bytes:
    """Make what the proofs of a release are made with."""
    return token_bytes(FEWEST_BYTES)


def secret_of(secret: bytes, district_id: UUID) -> bytes:
    """Derive what one district proves its own answers with, and no other's."""
    return keyed(secret, {"district": str(district_id)})


def named(item: str, period: str, of_round: str) -> str:
    """Name an item in a proof: of an earlier period, which a trend tells of, with the period."""
    return item if period == of_round else f"{item} {period}"


def tree_of(
    release_id: UUID, secret: bytes, behind: Iterable[Behind], of_round: str, places: int
) -> Tree:
    """Plant a leaf for each answer that a release was computed from, among others of nobody."""
    leaves = {
        leaf(secret_of(secret, district), str(release_id), named(item, period, of_round), version)
        for district, item, period, version in behind
    }
    return Tree.of(leaves, places, secret)


def certified(
    release: Release,
    charter: Charter,
    seed: int,
    figures: int,
    cells: Sequence[CellView],
    tree: Tree,
    sign: Callable[[bytes], str],
) -> dict[str, Any]:
    """Write and sign the certificate of a release that passed its audit."""
    told = asdict(charter)
    version = told.pop("version")
    said = Certified(
        release=str(release.id),
        round=str(release.round_id),
        number=release.number,
        charter=version,
        parameters=told,
        seed=seed,
        outcome=Outcome.CERTIFIED,
        figures=figures,
        earlier_releases=release.number - 1,
    )
    shown = [cell.model_dump(mode="json") for cell in cells]
    return certificate_of(said, shown, MEMBERS, tree, sign)


def proofs_of(
    tree: Tree,
    secret: bytes,
    release_id: UUID,
    district_id: UUID,
    behind: Iterable[Behind],
    of_round: str,
) -> Mapping[str, Any]:
    """Give a district what it proves with that a release was computed from its answers."""
    own = {
        named(item, period, of_round): version
        for district, item, period, version in behind
        if district == district_id
    }
    return inclusion_of(tree, secret_of(secret, district_id), str(release_id), own)
