"""What concerns a whole district: its dashboard, and observations by the thousand."""

import uuid
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, HTTPException
from sqlalchemy.orm import joinedload, selectinload
from sqlmodel import Session, col, select

from bench.peers.template.deps import CurrentUser, SessionDep
from bench.peers.template.models import (
    DashboardGoal,
    DashboardIndicator,
    DashboardMeasure,
    DashboardPlan,
    DashboardPublic,
    District,
    Goal,
    Indicator,
    IndicatorMeasure,
    Measure,
    MilestonePublic,
    Observation,
    ObservationPublic,
    ObservationsCreate,
    Plan,
    RowPublic,
    RowsPublic,
    School,
    TargetPublic,
    User,
)
from bench.peers.template.progress import actual_of, compute_status, period_dates

router = APIRouter(prefix="/districts", tags=["districts"])


def get_district(session: Session, current_user: User, district_id: uuid.UUID) -> District:
    """Read a district that the user is a member of."""
    district = session.get(District, district_id)
    if not district:
        raise HTTPException(status_code=404, detail="District not found")
    if not current_user.is_superuser and district.id not in current_user.district_ids:
        raise HTTPException(status_code=403, detail="Not enough permissions")
    return district


@router.get("/{district_id}/dashboard", response_model=DashboardPublic)
def read_dashboard(session: SessionDep, current_user: CurrentUser, district_id: uuid.UUID) -> Any:
    """Get the plan in force, with how each of its measures stands."""
    district = get_district(session, current_user, district_id)
    plan = session.exec(
        select(Plan).where(Plan.district_id == district_id, Plan.lifecycle == "active")
    ).first()
    if not plan:
        raise HTTPException(status_code=404, detail="Plan not found")
    links = selectinload(Goal.indicators).selectinload(Indicator.measure_links)
    goals = session.exec(
        select(Goal)
        .where(Goal.plan_id == plan.id)
        .order_by(col(Goal.position))
        .options(
            links.options(joinedload(IndicatorMeasure.measure), joinedload(IndicatorMeasure.target))
        )
    ).all()
    latest = session.exec(
        select(Observation)
        .join(Measure)
        .where(
            Measure.district_id == district_id,
            col(Observation.school_id).is_(None),
            Observation.breakdown == {},
        )
        .order_by(col(Observation.measure_id), col(Observation.ends).desc())
        .distinct(Observation.measure_id)
    ).all()
    newest = {observation.measure_id: observation for observation in latest}
    return DashboardPublic(
        district_id=district.id,
        name=district.name,
        plan=DashboardPlan.model_validate(plan),
        goals=[goal_public(goal, newest) for goal in goals],
    )


def goal_public(goal: Goal, newest: dict[uuid.UUID, Observation]) -> DashboardGoal:
    """Show a goal with its indicators."""
    indicators = [
        DashboardIndicator(
            **indicator.model_dump(),
            measures=[
                measure_public(link, newest.get(link.measure_id))
                for link in indicator.measure_links
            ],
        )
        for indicator in sorted(goal.indicators, key=lambda each: each.position)
    ]
    return DashboardGoal(**goal.model_dump(), indicators=indicators)


def measure_public(link: IndicatorMeasure, observation: Observation | None) -> DashboardMeasure:
    """Show a measure with its newest observation, its target and its status."""
    target = link.target
    return DashboardMeasure(
        **link.measure.model_dump(),
        observation=ObservationPublic.model_validate(
            observation, update={"value": actual_of(link.measure, observation)}
        )
        if observation
        else None,
        target=TargetPublic(
            **target.model_dump(exclude={"milestones"}),
            milestones=[MilestonePublic(**milestone) for milestone in target.milestones],
        )
        if target
        else None,
        status=compute_status(link.measure, target, observation, datetime.now(UTC).date()),
    )


@router.post("/{district_id}/observations/batch", response_model=RowsPublic)
def create_observations(
    session: SessionDep,
    current_user: CurrentUser,
    district_id: uuid.UUID,
    observations_in: ObservationsCreate,
) -> Any:
    """Enter many observations of a district."""
    get_district(session, current_user, district_id)
    measures = {
        measure.code: measure.id
        for measure in session.exec(select(Measure).where(Measure.district_id == district_id))
    }
    schools = {
        school.code: school.id
        for school in session.exec(select(School).where(School.district_id == district_id))
    }
    rows = []
    for index, item in enumerate(observations_in.items):
        if item.measure not in measures or (item.school and item.school not in schools):
            raise HTTPException(status_code=422, detail=f"Row {index} names what is not there")
        starts, ends = period_dates(item.period)
        observation = Observation.model_validate(
            item,
            update={
                "measure_id": measures[item.measure],
                "school_id": schools[item.school] if item.school else None,
                "starts": starts,
                "ends": ends,
            },
        )
        session.add(observation)
        rows.append(RowPublic(index=index, status="created", id=observation.id))
    session.commit()
    return RowsPublic(data=rows, created=len(rows))
