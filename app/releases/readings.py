"""What is read of release plans and releases: statements compiled at import."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, and_, any_, bindparam, func, select, true

from app.charter.models import CharterVersion
from app.districts.models import District
from app.instruments.models import Item
from app.policy import Listing, Reading
from app.releases.models import (
    Cell,
    CellRetraction,
    PlannedCell,
    Release,
    ReleaseCertificate,
    ReleasePlan,
)
from app.releases.schemas import (
    CellView,
    CertificateView,
    ComparedCell,
    PlannedCellView,
    ReleasePlanView,
    ReleaseView,
    RetractionView,
)
from app.releases.shown import FIGURE, OF_CELL, STATUS
from app.releases.standing import Membership, RoundReference
from app.rounds.models import PeerGroup, Round
from app.submissions.models import Submission
from app.vocabulary import CellStatus


class KeptCell(ComparedCell):
    """A cell that a plan would let out."""

    plan_id: UUID


def counted(table: type[PlannedCell | Cell], of: Any, status: CellStatus) -> Any:
    """Count the cells of a plan or a release that have a status."""
    parent = PlannedCell.plan_id if table is PlannedCell else Cell.release_id
    told = PlannedCell.verdict if table is PlannedCell else Cell.status
    return select(func.count()).where(parent == of, told == status).scalar_subquery()


ROUND = Reading(select(Round.id).where(Round.id == bindparam("sought")), RoundReference)
EVERY_PLAN = select(
    ReleasePlan.id,
    ReleasePlan.round_id,
    ReleasePlan.number,
    ReleasePlan.state,
    ReleasePlan.charter_version,
    ReleasePlan.made_by,
    ReleasePlan.made_at,
    ReleasePlan.bases,
    ReleasePlan.quantiles,
    ReleasePlan.prevalence,
    ReleasePlan.trends,
    ReleasePlan.breakdowns,
    counted(PlannedCell, ReleasePlan.id, CellStatus.PUBLISHED).label("cells_to_publish"),
    counted(PlannedCell, ReleasePlan.id, CellStatus.WITHHELD).label("cells_to_withhold"),
    ReleasePlan.version,
)
COUNTED_PLAN = ("cells_to_publish", "cells_to_withhold")
PLAN = Reading(
    EVERY_PLAN.where(ReleasePlan.id == bindparam("sought")),
    ReleasePlanView,
    version="version",
    never_null=COUNTED_PLAN,
)
PLANS = Listing(
    EVERY_PLAN.where(ReleasePlan.round_id == bindparam("round_id")),
    ReleasePlanView,
    by=[ReleasePlan.number, ReleasePlan.id],
    never_null=COUNTED_PLAN,
)
PLANNED_CELLS = Listing(
    select(
        PlannedCell.id,
        PlannedCell.position,
        Item.code.label("item"),
        PlannedCell.peer_group_id,
        PeerGroup.basis,
        PeerGroup.name.label("group"),
        PlannedCell.statistic,
        PlannedCell.category,
        PlannedCell.period,
        PlannedCell.verdict,
        PlannedCell.reason,
        PlannedCell.rule,
        PlannedCell.recipe,
    )
    .join(Item, Item.id == PlannedCell.item_id)
    .outerjoin(PeerGroup, PeerGroup.id == PlannedCell.peer_group_id)
    .where(PlannedCell.plan_id == bindparam("plan_id")),
    PlannedCellView,
    by=[PlannedCell.position, PlannedCell.id],
    filters={
        "item": Item.code,
        "basis": PeerGroup.basis,
        "group": PeerGroup.name,
        "verdict": PlannedCell.verdict,
    },
    never_null=["item"],
)
KEPT = Reading(
    select(
        PlannedCell.plan_id,
        Item.code.label("item"),
        PeerGroup.basis,
        PeerGroup.name.label("group"),
        PlannedCell.statistic,
        PlannedCell.category,
        PlannedCell.period,
    )
    .join(Item, Item.id == PlannedCell.item_id)
    .outerjoin(PeerGroup, PeerGroup.id == PlannedCell.peer_group_id)
    .where(
        PlannedCell.plan_id == any_(bindparam("plans", type_=ARRAY(Uuid()))),
        PlannedCell.verdict == CellStatus.PUBLISHED,
    )
    .order_by(PlannedCell.position, PlannedCell.id),
    KeptCell,
    never_null=["item"],
)
EVERY_RELEASE = select(
    Release.id,
    Release.round_id,
    Release.number,
    Release.charter_version,
    Release.released_at,
    Release.notes,
    counted(Cell, Release.id, CellStatus.PUBLISHED).label("cells_published"),
    counted(Cell, Release.id, CellStatus.WITHHELD).label("cells_withheld"),
)
COUNTED = ("cells_published", "cells_withheld")
RELEASE = Reading(
    EVERY_RELEASE.where(Release.id == bindparam("sought")),
    ReleaseView,
    version="number",
    never_null=COUNTED,
)
RELEASES = Listing(
    EVERY_RELEASE.where(Release.round_id == bindparam("round_id")),
    ReleaseView,
    by=[Release.number, Release.id],
    never_null=COUNTED,
)
EVERY_CELL = (
    select(
        Cell.id,
        Cell.position,
        Item.code.label("item"),
        Item.unit,
        Cell.peer_group_id,
        PeerGroup.basis,
        PeerGroup.name.label("group"),
        Cell.statistic,
        Cell.category,
        Cell.period,
        STATUS,
        *FIGURE,
    )
    .join(Item, Item.id == Cell.item_id)
    .outerjoin(PeerGroup, PeerGroup.id == Cell.peer_group_id)
    .outerjoin(CellRetraction, OF_CELL)
    .where(Cell.release_id == bindparam("release_id"))
)
SHOWN = ("item", "status")
"""What every cell has, as the statement alone knows."""
CELLS = Listing(
    EVERY_CELL,
    CellView,
    by=[Cell.position, Cell.id],
    filters={"item": Item.code, "basis": PeerGroup.basis, "group": PeerGroup.name},
    never_null=SHOWN,
)
WHOLE_RELEASE = Reading(EVERY_CELL.order_by(Cell.position, Cell.id), CellView, never_null=SHOWN)
RETRACTIONS = Listing(
    select(*(getattr(CellRetraction, name) for name in RetractionView.model_fields))
    .join(Cell, Cell.id == CellRetraction.cell_id)
    .where(Cell.release_id == bindparam("release_id")),
    RetractionView,
    by=[CellRetraction.retracted_at, CellRetraction.id],
)
CERTIFICATE = Reading(
    select(*(getattr(ReleaseCertificate, name) for name in CertificateView.model_fields)).where(
        ReleaseCertificate.release_id == bindparam("release_id")
    ),
    CertificateView,
)
STANDING = Reading(
    select(
        District.joined_on,
        Submission.attested_revision,
        Round.closed_at,
        CharterVersion.late_months,
    )
    .select_from(District)
    .join(Round, true())
    .outerjoin(CharterVersion, CharterVersion.version == Round.charter_version)
    .outerjoin(
        Submission, and_(Submission.district_id == District.id, Submission.round_id == Round.id)
    )
    .where(
        Round.id == bindparam("round_id"),
        District.id == any_(bindparam("mine", type_=ARRAY(Uuid()))),
    ),
    Membership,
)
