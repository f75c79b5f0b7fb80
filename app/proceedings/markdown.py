"""Minutes as a text that people read."""

import re
from collections.abc import Iterator

from app.proceedings.schemas import Decision, MinutesView, Point
from app.vocabulary import MinutesState


def in_markdown(minutes: MinutesView) -> str:
    """Write minutes as Markdown; what people wrote is text in it, and never a mark."""
    return "\n".join(lines(minutes)) + "\n"


def lines(minutes: MinutesView) -> Iterator[str]:
    """Write minutes line by line."""
    yield f"# {plain(minutes.title)}"
    yield ""
    yield f"Held on {minutes.held_on.isoformat()}. {standing(minutes)}"
    yield ""
    yield "## Attendance"
    yield ""
    yield f"{minutes.present} present, {minutes.excused} excused, {minutes.absent} absent."
    yield ""
    for each in minutes.attendance:
        who = f": {plain(each.representative)}" if each.representative else ""
        yield f"- {plain(each.district)} ({each.presence.value}){who}"
    yield from ("", "## Agenda", "")
    for number, point in enumerate(minutes.agenda, start=1):
        yield from told(number, point)
    yield from ("## Decisions", "")
    for decision in minutes.decisions:
        yield f"- {decided(decision)}"


def standing(minutes: MinutesView) -> str:
    """Say whether the minutes are approved."""
    if minutes.state is MinutesState.DRAFT or minutes.approved_at is None:
        return "These minutes are a draft."
    return f"These minutes were approved on {minutes.approved_at.date().isoformat()}."


def told(number: int, point: Point) -> Iterator[str]:
    """Write one point of the agenda."""
    yield f"### {number}. {plain(point.title)}"
    yield ""
    if point.presenter is not None:
        yield f"Presented by {plain(point.presenter)}."
        yield ""
    if point.topic is not None:
        yield f"Topic: {plain(point.topic)}."
        yield ""
    if point.notes is not None:
        yield plain(point.notes)
        yield ""


def decided(decision: Decision) -> str:
    """Write one decision."""
    counts = (decision.votes_for, decision.votes_against, decision.abstentions)
    if None in counts:
        return f"{plain(decision.wording)} (not decided)"
    votes = "{} for, {} against, {} abstained".format(*counts)
    return f"{plain(decision.wording)} ({decision.state.value}: {votes})"


def plain(text: str) -> str:
    """Take from a text what Markdown would read as a mark; its paragraphs stay."""
    marked = re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", text)
    return re.sub(r"(?m)^(\s*)([-+]|\d+[.)])", r"\1\\\2", marked)
