"""The endpoints of rounds and peer groups."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status

from app.paging import SORT, Asked, Fields, Page
from app.rendered import Rendered
from app.rounds.access import AdvanceRound, FixPeerGroups, ReadRounds, ReviseRound, ScheduleRound
from app.rounds.schemas import (
    PeerGroupBatch,
    PeerGroupDraft,
    PeerGroupsFixed,
    PeerGroupView,
    ReopeningDraft,
    ReopeningView,
    RoundDraft,
    RoundOrder,
    RoundRevision,
    RoundView,
)
from app.scalars import Code, Id, SchoolYear
from app.vocabulary import RoundStage
from app.wire.route import Route

router = APIRouter(prefix="/v1/rounds", tags=["rounds"], route_class=Route)


@router.get("")
async def list_rounds(
    rounds: ReadRounds,
    asked: Asked,
    sort: Annotated[RoundOrder | None, Query(description=SORT)] = None,
    stage: Annotated[list[RoundStage] | None, Query(max_length=6)] = None,
    period: Annotated[list[SchoolYear] | None, Query(max_length=20)] = None,
    topic_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
    instrument_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
) -> Rendered[Page[RoundView]]:
    """List the rounds by period; a filter that is given several times means any of its values."""
    return await rounds.page(
        asked, sort, stage=stage, period=period, topic_id=topic_id, instrument_id=instrument_id
    )


@router.get("/{round_id}")
async def get_round(
    round_id: UUID, rounds: ReadRounds, fields: Fields = None
) -> Rendered[RoundView]:
    """Read one round; send its ETag back in If-None-Match to be told 304 while it stands."""
    return await rounds.get(round_id, fields)


@router.post("", status_code=status.HTTP_201_CREATED)
async def schedule_round(draft: RoundDraft, rounds: ScheduleRound) -> Rendered[RoundView]:
    """Schedule a round: one run of an instrument on a topic, for a school year.

    Its review lasts as many days as the charter says, or as an adopted motion of the kind
    `set_review_days` says that is named by `review_motion_id`; any other motion is refused by
    TR-20.
    """
    return await rounds.schedule(draft)


@router.patch("/{round_id}")
async def revise_round(
    round_id: UUID, changes: RoundRevision, rounds: ReviseRound
) -> Rendered[RoundView]:
    """Change the title or the period of a round; TR-21 refuses that once it has opened."""
    return await rounds.revise(round_id, changes)


@router.get("/{round_id}/peer-groups")
async def list_peer_groups(
    round_id: UUID,
    rounds: ReadRounds,
    asked: Asked,
    basis: Annotated[list[Code] | None, Query(max_length=20)] = None,
) -> Rendered[Page[PeerGroupView]]:
    """List the peer groups of a round with their members, by basis and name."""
    return await rounds.peer_groups(round_id, asked, basis=basis)


@router.post("/{round_id}/peer-groups", status_code=status.HTTP_201_CREATED)
async def fix_peer_group(
    round_id: UUID, draft: PeerGroupDraft, rounds: ScheduleRound
) -> PeerGroupView:
    """Fix a peer group of a round that has not opened; there is no other group than these (TR-25).

    A district that is not there is a fault at its place in `/district_ids`.
    """
    return (await rounds.fix_groups(round_id, [draft]))[0]


@router.post("/{round_id}/peer-groups/batch", status_code=status.HTTP_201_CREATED)
async def fix_peer_groups(
    round_id: UUID, batch: PeerGroupBatch, rounds: FixPeerGroups
) -> PeerGroupsFixed:
    """Fix many peer groups at once, all or none, and answer with them in the same order."""
    return PeerGroupsFixed(groups=await rounds.fix_groups(round_id, batch.groups, at="/groups"))


@router.post("/{round_id}/open")
async def open_round(round_id: UUID, rounds: AdvanceRound) -> Rendered[RoundView]:
    """Open a scheduled round for answers; from now on it keeps the charter in force.

    Refused by TR-20 while a topic of it was not adopted, and by TR-23 where its items ask for
    outcomes more than for what is done.
    """
    return await rounds.open(round_id)


@router.post("/{round_id}/close")
async def close_round(round_id: UUID, rounds: AdvanceRound) -> Rendered[RoundView]:
    """Close an open round: no more answers are taken."""
    return await rounds.close(round_id)


@router.post("/{round_id}/review")
async def review_round(round_id: UUID, rounds: AdvanceRound) -> Rendered[RoundView]:
    """Begin the review of a closed round: answers are corrected, with a reason, until its end.

    The answer says in `review_until` when that is.
    """
    return await rounds.review(round_id)


@router.post("/{round_id}/lock")
async def lock_round(round_id: UUID, rounds: AdvanceRound) -> Rendered[RoundView]:
    """Lock a round whose review is over, and with it every attested submission (TR-21)."""
    return await rounds.lock(round_id)


@router.post("/{round_id}/reopen")
async def reopen_round(
    round_id: UUID, draft: ReopeningDraft, rounds: AdvanceRound
) -> Rendered[RoundView]:
    """Put a round in review again, of which something is out: for corrections and late members.

    Withdrawals too. What was released stays as it is and can be read all the while. Lock the round
    again when its review is over, plan, and release: the next release needs five or more
    contributors that changed together (DR-09), a withdrawal needs nobody else. Where they are too
    few (`pending_batch`), the locked round is put in review again in the same way.
    """
    return await rounds.reopen(round_id, draft)


@router.get("/{round_id}/reopenings")
async def list_reopenings(
    round_id: UUID, rounds: ReadRounds, asked: Asked
) -> Rendered[Page[ReopeningView]]:
    """List when a published round was put in review again and why, the first one first."""
    return await rounds.reopenings(round_id, asked)
