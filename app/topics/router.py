"""The endpoints of topics."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from app.paging import Asked, Page
from app.rendered import Rendered
from app.topics.access import ProposeTopic, ReadTopics
from app.topics.schemas import TopicDraft, TopicView
from app.vocabulary import TopicKind, TopicState
from app.wire.route import Route

router = APIRouter(prefix="/v1/topics", tags=["topics"], route_class=Route)


@router.get("")
async def list_topics(
    topics: ReadTopics,
    asked: Asked,
    kind: Annotated[list[TopicKind] | None, Query(max_length=8)] = None,
    state: Annotated[list[TopicState] | None, Query(max_length=3)] = None,
) -> Rendered[Page[TopicView]]:
    """List the topics by code; a filter that is given several times means any of its values."""
    return await topics.page(asked, kind=kind, state=state)


@router.get("/{topic_id}")
async def get_topic(topic_id: UUID, topics: ReadTopics) -> Rendered[TopicView]:
    """Read one topic; send its ETag back in If-None-Match to be told 304 while it stands."""
    return await topics.get(topic_id)


@router.post("", status_code=status.HTTP_201_CREATED)
async def propose_topic(draft: TopicDraft, topics: ProposeTopic, response: Response) -> TopicView:
    """Propose a topic. It waits for a motion: only a meeting adopts it (TR-20)."""
    topic = await topics.propose(draft)
    response.headers["location"] = f"/v1/topics/{topic.id}"
    return TopicView.model_validate(topic)


@router.post("/{topic_id}/retire")
async def retire_topic(topic_id: UUID, topics: ProposeTopic) -> TopicView:
    """Take a topic out of use: no further round opens on it, and those that are open go on."""
    return TopicView.model_validate(await topics.retire(topic_id))
