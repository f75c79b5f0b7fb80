"""What topics look like on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.scalars import Code, Input, Text, Title, View
from app.vocabulary import TopicKind, TopicState


class TopicDraft(Input):
    """A topic to propose; a meeting adopts it, nothing else does (TR-20)."""

    code: Code
    title: Title
    kind: TopicKind
    student_question: Annotated[
        Annotated[str, Text(0, 500)] | None,
        Field(
            description="The student experience the topic serves, as a question. "
            "A topic without one is refused by TR-22.",
            examples=["Do students meet adults who have the time to know them?"],
        ),
    ] = None


class TopicView(View):
    """What the members learn about from each other, and the student experience it serves."""

    id: UUID
    code: str
    title: str
    kind: TopicKind
    student_question: str
    state: TopicState
    version: int
