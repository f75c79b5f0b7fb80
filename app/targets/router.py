"""The endpoints of targets and their status."""

from typing import Annotated

from fastapi import APIRouter, Query, status

from app.measuring.words import PeriodKind
from app.paging import Asked, Fields, Page
from app.rendered import Rendered
from app.scalars import Day, Id, Instant
from app.targets.access import KeepTarget, OverrideStatus, ReadTargets, SetTarget
from app.targets.schemas import (
    OverrideDraft,
    OverrideView,
    RebaseliningDraft,
    RebaseliningView,
    StatusView,
    TargetDraft,
    TargetRevision,
    TargetSort,
    TargetView,
    TrajectoryView,
)
from app.wire.route import Route

router = APIRouter(prefix="/v1/targets", tags=["targets"], route_class=Route)


@router.get("")
async def list_targets(
    targets: ReadTargets,
    asked: Asked,
    sort: TargetSort | None = None,
    district_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
    indicator_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
    measure_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
    updated_at_gte: Instant | None = None,
) -> Rendered[Page[TargetView]]:
    """List the targets of your own district, the oldest first where `sort` says nothing else."""
    only = {
        "district_id": district_id,
        "indicator_id": indicator_id,
        "measure_id": measure_id,
        "updated_at_gte": updated_at_gte,
    }
    return await targets.page(asked, sort, only)


@router.get("/{target_id}")
async def get_target(
    target_id: Id, targets: ReadTargets, fields: Fields = None
) -> Rendered[TargetView]:
    """Read one target; send its ETag back in If-None-Match to be told 304 while it stands."""
    return await targets.get(target_id, fields)


@router.post("", status_code=status.HTTP_201_CREATED)
async def set_target(draft: TargetDraft, targets: SetTarget) -> Rendered[TargetView]:
    """Set a target for a measure that an indicator names, while the plan takes edits (TR-11).

    The direction of the measure says whether it is a way or a band; a neutral one takes no target.
    """
    return await targets.set(draft)


@router.patch("/{target_id}")
async def revise_target(
    target_id: Id, revision: TargetRevision, targets: KeepTarget
) -> Rendered[TargetView]:
    """Change the milestones or the tolerance of a target, while its plan takes edits (TR-11)."""
    return await targets.revise(target_id, revision)


@router.delete("/{target_id}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_target(target_id: Id, targets: KeepTarget) -> None:
    """Delete a target and its history, while its plan takes edits (TR-11)."""
    await targets.remove(target_id)


@router.post("/{target_id}/rebaseline", status_code=status.HTTP_201_CREATED)
async def rebaseline_target(
    target_id: Id, draft: RebaseliningDraft, targets: SetTarget
) -> Rendered[RebaseliningView]:
    """Let another target take the place of this one, and keep both, with the reason.

    It is possible wherever the plan stands. The new target is of the newest edition of the measure.
    """
    return await targets.rebaseline(target_id, draft)


@router.get("/{target_id}/rebaselinings")
async def list_rebaselinings(
    target_id: Id, targets: ReadTargets, asked: Asked
) -> Rendered[Page[RebaseliningView]]:
    """List every rebaselining of a target with the old and the new one, the oldest first."""
    return await targets.rebaselinings(target_id, asked)


@router.get("/{target_id}/status")
async def get_target_status(
    target_id: Id, targets: ReadTargets, on: Day | None = None
) -> StatusView:
    """Compute where a target stands, and tell every number that it was computed from.

    It is judged by the observation of the whole district that ends last, of those whose period had
    begun on the day `on`, today in UTC if left out. What is recorded now counts, whenever it was
    recorded.
    """
    return await targets.status(target_id, on)


@router.get("/{target_id}/trajectory")
async def get_target_trajectory(
    target_id: Id, targets: ReadTargets, every: PeriodKind | None = None
) -> TrajectoryView:
    """Tell what a target expects period by period, and what was observed since it began.

    The periods are those in which the measure is observed, or as long as `every` says; 422 for more
    than 1000 of them. Of the observations the newest 1000 are told.
    """
    return await targets.trajectory(target_id, every)


@router.get("/{target_id}/overrides")
async def list_overrides(
    target_id: Id, targets: ReadTargets, asked: Asked
) -> Rendered[Page[OverrideView]]:
    """List every flag that was set beside the status of a target, the oldest first."""
    return await targets.overrides(target_id, asked)


@router.post("/{target_id}/overrides", status_code=status.HTTP_201_CREATED)
async def override_status(
    target_id: Id, draft: OverrideDraft, overrides: OverrideStatus
) -> Rendered[OverrideView]:
    """Flag a status with what you hold it to be, and why; your name is shown with it (TR-16).

    The computed status stays what it is. One flag is in force at a time.
    """
    return await overrides.override(target_id, draft)


@router.post("/{target_id}/overrides/{override_id}/lift")
async def lift_override(
    target_id: Id, override_id: Id, overrides: OverrideStatus
) -> Rendered[OverrideView]:
    """Lift a flag; it stays in the history of the target."""
    return await overrides.lift(target_id, override_id)
