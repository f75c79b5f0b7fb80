"""The table of topics."""

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Common, new_id
from app.vocabulary import TopicKind, TopicState


class Topic(Common, Base):
    """What the members learn about from each other, and the student experience it serves."""

    __tablename__ = "topics"
    follows = "topic"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    kind: Mapped[TopicKind]
    student_question: Mapped[str]
    state: Mapped[TopicState]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom
