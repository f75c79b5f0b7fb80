"""What happens to topics, but for their adoption, which is a meeting's."""

from http import HTTPStatus
from uuid import UUID

from app.db import new_id
from app.lifecycles import TOPIC as STEPS
from app.policy import Grant
from app.policy.rules.rounds import serves_students, topic_is_open
from app.problems import Conflict, Fault, Invalid
from app.rendered import Rendered
from app.topics.models import Topic
from app.topics.repository import TOPIC, TopicRepository
from app.topics.schemas import TopicDraft, TopicRevision, TopicView


class TopicService:
    """Proposes topics, rewords and retires them."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._topics = TopicRepository(grant)

    async def propose(self, draft: TopicDraft) -> Rendered[TopicView]:
        """Propose a topic, or raise ``Invalid`` (TR-22) where it serves no student experience."""
        require_students(draft.student_question)
        if await self._topics.is_taken(draft.code):
            raise Conflict("There is a topic of this code.")
        topic = Topic(id=new_id(), state=STEPS.first, **draft.model_dump())
        await self._topics.add(topic)
        self._grant.record(f"topic:{topic.id}", rule="TR-22", detail={"step": "propose"})
        place = f"/v1/topics/{topic.id}"
        return await self._grant.shown(
            TOPIC, status=HTTPStatus.CREATED, location=place, sought=topic.id
        )

    async def revise(self, topic_id: UUID, changes: TopicRevision) -> Rendered[TopicView]:
        """Reword a topic that no meeting has adopted (TR-20), or raise as ``propose`` does."""
        await self._grant.hold(f"topic:{topic_id}")
        topic = await self._topics.get(topic_id)
        topic_is_open.require(topic)
        self._grant.revise(TOPIC, topic, changes.model_dump(exclude_unset=True))
        require_students(topic.student_question)
        self._grant.record(f"topic:{topic.id}", rule="TR-20", detail={"step": "revise"})
        return await self._grant.shown(TOPIC, sought=topic_id)

    async def retire(self, topic_id: UUID) -> Rendered[TopicView]:
        """Take a topic out of use; rounds that are open on it go on."""
        await self._grant.hold(f"topic:{topic_id}")
        topic = await self._topics.get(topic_id)
        topic.state = STEPS.step("retire", topic.state)
        self._grant.record(f"topic:{topic.id}", detail={"step": "retire"})
        return await self._grant.shown(TOPIC, sought=topic_id)


def require_students(question: str | None) -> None:
    """Raise ``Invalid`` (TR-22) where there is no question about the student experience."""
    if not serves_students.holds(question):
        raise Invalid(
            serves_students.says,
            rule=serves_students.id,
            errors=[Fault("/student_question", "required", "Required.")],
        )
