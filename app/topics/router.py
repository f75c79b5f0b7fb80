"""The endpoints of topics."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status

from app.paging import SORT, Asked, Fields, Page
from app.rendered import Rendered
from app.topics.access import ProposeTopic, ReadTopics, ReviseTopic
from app.topics.schemas import TopicDraft, TopicOrder, TopicRevision, TopicView
from app.vocabulary import TopicKind, TopicState
from app.wire.route import Route

router = APIRouter(prefix="/v1/topics", tags=["topics"], route_class=Route)


@router.get("")
async def list_topics(
    topics: ReadTopics,
    asked: Asked,
    sort: Annotated[TopicOrder | None, Query(description=SORT)] = None,
    kind: Annotated[list[TopicKind] | None, Query(max_length=8)] = None,
    state: Annotated[list[TopicState] | None, Query(max_length=3)] = None,
) -> Rendered[Page[TopicView]]:
    """List the topics by code; a filter that is given several times means any of its values."""
    return await topics.page(asked, sort, kind=kind, state=state)


@router.get("/{topic_id}")
async def get_topic(
    topic_id: UUID, topics: ReadTopics, fields: Fields = None
) -> Rendered[TopicView]:
    """Read one topic; send its ETag back in If-None-Match to be told 304 while it stands."""
    return await topics.get(topic_id, fields)


@router.post("", status_code=status.HTTP_201_CREATED)
async def propose_topic(draft: TopicDraft, topics: ProposeTopic) -> Rendered[TopicView]:
    """Propose a topic. It waits for a motion: only a meeting adopts it (TR-20)."""
    return await topics.propose(draft)


@router.patch("/{topic_id}")
async def revise_topic(
    topic_id: UUID, changes: TopicRevision, topics: ReviseTopic
) -> Rendered[TopicView]:
    """Reword a topic until a meeting adopts it; afterwards TR-20 refuses that."""
    return await topics.revise(topic_id, changes)


@router.post("/{topic_id}/retire")
async def retire_topic(topic_id: UUID, topics: ProposeTopic) -> Rendered[TopicView]:
    """Take a topic out of use: no further round opens on it, and those that are open go on."""
    return await topics.retire(topic_id)
