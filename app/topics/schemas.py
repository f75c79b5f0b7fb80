"""What topics look like on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import MISSING, Field

from app.scalars import Code, Input, Text, Title, View
from app.vocabulary import TopicKind, TopicState

TopicOrder = Literal["code", "-code", "title", "-title"]
StudentQuestion = Annotated[
    Annotated[str, Text(0, 500)] | None,
    Field(
        description="The student experience the topic serves, as a question. "
        "A topic without one is refused by TR-22.",
        examples=["Do students meet adults who have the time to know them?"],
    ),
]


class TopicDraft(Input):
    """A topic to propose; a meeting adopts it, nothing else does (TR-20)."""

    code: Code
    title: Title
    kind: TopicKind
    student_question: StudentQuestion = None


class TopicRevision(Input):
    """How to reword a topic that no meeting has adopted; its code stays."""

    title: Title | MISSING = MISSING
    kind: TopicKind | MISSING = MISSING
    student_question: StudentQuestion | MISSING = MISSING


class TopicView(View):
    """What the members learn about from each other, and the student experience it serves."""

    id: UUID
    code: str
    title: str
    kind: TopicKind
    student_question: str
    state: TopicState
    version: int
