"""Who gets what of topics."""

from typing import Annotated

from app.policy import Action, allowed
from app.topics.repository import TopicReadings
from app.topics.service import TopicService

ReadTopics = Annotated[TopicReadings, allowed(TopicReadings, Action.TOPIC_READ)]
ProposeTopic = Annotated[TopicService, allowed(TopicService, Action.TOPIC_PROPOSE)]
ReviseTopic = Annotated[TopicService, allowed(TopicService, Action.TOPIC_PROPOSE, match=True)]
