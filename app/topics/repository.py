"""The statements about topics."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select

from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.problems import NotFound
from app.rendered import Rendered
from app.topics.models import Topic
from app.topics.schemas import TopicOrder, TopicView
from app.vocabulary import TopicKind, TopicState

EVERY_TOPIC = select(
    Topic.id,
    Topic.code,
    Topic.title,
    Topic.kind,
    Topic.student_question,
    Topic.state,
    Topic.version,
)
TOPIC = Reading(EVERY_TOPIC.where(Topic.id == bindparam("sought")), TopicView, version="version")
TOPICS = Listing(
    EVERY_TOPIC,
    TopicView,
    by=[Topic.code, Topic.id],
    filters={"kind": Topic.kind, "state": Topic.state},
    sorts={"code": Topic.code, "title": Topic.title},
)


class TopicReadings:
    """Topics as their readers see them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, topic_id: UUID, fields: str | None) -> Rendered[TopicView]:
        """Find one topic, or raise ``NotFound``."""
        topic = await self._reader.one(TOPIC, fields, sought=topic_id)
        if topic is None:
            raise NotFound
        return topic

    async def page(
        self,
        wanted: Wanted,
        sort: TopicOrder | None,
        *,
        kind: Sequence[TopicKind] | None,
        state: Sequence[TopicState] | None,
    ) -> Rendered[Page[TopicView]]:
        """List the topics, by code unless sorted otherwise."""
        only = {"kind": kind, "state": state}
        return await self._reader.page(TOPICS, wanted, sort=sort, only=only)


class TopicRepository:
    """Topics as they are changed."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def get(self, topic_id: UUID) -> Topic:
        """Find one topic, or raise ``NotFound``."""
        topic = await self._session.scalar(select(Topic).where(Topic.id == topic_id))
        if topic is None:
            raise NotFound
        return topic

    async def is_taken(self, code: str) -> bool:
        """Say whether a topic has this code."""
        found = await self._session.scalar(select(Topic.id).where(Topic.code == code))
        return found is not None

    async def add(self, topic: Topic) -> None:
        """Keep a new topic."""
        self._session.add(topic)
        await self._session.flush()
