"""What happens to topics, but for their adoption, which is a meeting's."""

from uuid import UUID

from app.db import new_id
from app.lifecycles import TOPIC
from app.policy import Grant
from app.policy.rules.rounds import serves_students
from app.problems import Conflict, Fault, Invalid
from app.topics.models import Topic
from app.topics.repository import TopicRepository
from app.topics.schemas import TopicDraft


class TopicService:
    """Proposes topics and retires them."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._topics = TopicRepository(grant)

    async def propose(self, draft: TopicDraft) -> Topic:
        """Propose a topic, or raise ``Invalid`` (TR-22) where it serves no student experience."""
        if not serves_students.holds(draft.student_question):
            raise Invalid(
                serves_students.says,
                rule=serves_students.id,
                errors=[Fault("/student_question", "required", "Required.")],
            )
        if await self._topics.is_taken(draft.code):
            raise Conflict("There is a topic of this code.")
        topic = Topic(id=new_id(), state=TOPIC.first, **draft.model_dump())
        await self._topics.add(topic)
        self._grant.record(f"topic:{topic.id}", rule="TR-22", detail={"step": "propose"})
        return topic

    async def retire(self, topic_id: UUID) -> Topic:
        """Take a topic out of use; rounds that are open on it go on."""
        await self._grant.hold(f"topic:{topic_id}")
        topic = await self._topics.get(topic_id)
        topic.state = TOPIC.step("retire", topic.state)
        await self._topics.save()
        self._grant.record(f"topic:{topic.id}", detail={"step": "retire"})
        return topic
