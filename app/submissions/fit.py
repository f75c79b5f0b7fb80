"""Whether an answer fits its item: by the item's kind, its bounds and its decimals."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, Protocol

from app.problems import Fault
from app.submissions.content import Content
from app.vocabulary import AnswerStatus, ItemKind

MEMBERS: Final = ("value", "numerator", "denominator", "level", "option", "yes", "text")
OF_KIND: Final = {
    ItemKind.RUBRIC: ("level",),
    ItemKind.CHOICE: ("option",),
    ItemKind.YES_NO: ("yes",),
    ItemKind.NARRATIVE: ("text",),
}


class Item(Protocol):
    """An item, or a row that knows what it asks for."""

    @property
    def kind(self) -> ItemKind:
        """Return what an answer to it looks like."""

    @property
    def denominator(self) -> str | None:
        """Return what a ratio is divided by."""

    @property
    def factor(self) -> int | None:
        """Return what a ratio is multiplied by."""

    @property
    def decimals(self) -> int | None:
        """Return how fine a plain value is."""

    @property
    def lowest(self) -> Decimal | None:
        """Return the least figure that it takes."""

    @property
    def highest(self) -> Decimal | None:
        """Return the largest figure that it takes."""

    @property
    def options(self) -> Sequence[str] | None:
        """Return what is chosen from."""


def members_of(item: Item) -> tuple[str, ...]:
    """Name what a reported answer to an item consists of."""
    if item.kind is ItemKind.QUANTITATIVE:
        return ("value",) if item.denominator is None else ("numerator", "denominator")
    return OF_KIND[item.kind]


def faults_of(content: Content, item: Item) -> list[Fault]:
    """List all that keeps ``content`` from being an answer to ``item``."""
    if content.status is not AnswerStatus.REPORTED:
        return list(faults_of_silence(content))
    wanted = members_of(item)
    given = {name for name in MEMBERS if getattr(content, name) is not None}
    faults = [
        Fault(f"/{name}", "required", "The item asks for this.")
        for name in wanted
        if name not in given
    ]
    faults += [
        Fault(f"/{name}", "not_for_this_item", "The item does not ask for this.")
        for name in MEMBERS
        if name in given and name not in wanted
    ]
    return faults or list(misfits(content, item))


def faults_of_silence(content: Content) -> Iterator[Fault]:
    """List what is wrong with an answer that reports nothing."""
    if content.comment is None:
        yield Fault("/comment", "required", "A comment says why nothing is reported.")
    for name in MEMBERS:
        if getattr(content, name) is not None:
            yield Fault(f"/{name}", "not_for_this_status", "The status says there is nothing.")


def misfits(content: Content, item: Item) -> Iterator[Fault]:
    """List where a complete answer leaves what its item allows."""
    if content.denominator == 0:
        yield Fault(
            "/denominator",
            "zero_denominator",
            "A ratio needs a denominator above 0. Where there is none, answer not_collected or"
            " not_applicable, with a comment.",
        )
    elif item.kind is ItemKind.QUANTITATIVE:
        yield from misfits_of_figure(content, item)
    elif content.level is not None and content.level > len(item.options or ()):
        yield Fault("/level", "out_of_range", f"From 1 to {len(item.options or ())}.")
    elif content.option is not None and content.option not in (item.options or ()):
        told = ", ".join(f"'{each}'" for each in item.options or ())
        yield Fault("/option", "not_one_of", f"One of {told}.")


def misfits_of_figure(content: Content, item: Item) -> Iterator[Fault]:
    """List where a figure leaves the bounds of its item, or is finer than its decimals."""
    place = "/value" if content.value is not None else "/numerator"
    figure = content.figure(item.factor)
    if figure is None:
        return
    if item.lowest is not None and figure < item.lowest:
        yield Fault(place, "out_of_range", f"At least {item.lowest:f}, in the unit of the item.")
    if item.highest is not None and figure > item.highest:
        yield Fault(place, "out_of_range", f"At most {item.highest:f}, in the unit of the item.")
    if content.value is not None and item.decimals is not None:
        step = Decimal(1).scaleb(-item.decimals)
        if content.value % step != 0:
            yield Fault(place, "too_many_decimals", f"At most {item.decimals} decimals.")
