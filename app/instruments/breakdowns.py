"""Whether items that are parts of another may be: what is released is audited by it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from app.instruments.models import Item
from app.instruments.schemas import ItemDraft, QuantitativeItem
from app.problems import Fault

MEASURED_BY: Final = ("unit", "decimals", "lowest", "highest", "disclosure", "cost")
"""What a part and its total have in common, or one would tell what is kept back of the other."""

OTHERWISE: Final = "An earlier edition breaks it down otherwise, or measures it so: take new codes."


def misplaced(items: Sequence[ItemDraft]) -> Iterator[Fault]:
    """Find the items that are no part of what they say."""
    by_code = {each.code: each for each in items}
    parts = Counter(part_of(each) for each in items)
    for place, each in enumerate(items):
        if isinstance(each, QuantitativeItem) and each.part_of is not None:
            wrong = fault_of(each, each.part_of, by_code, parts)
            if wrong is not None:
                yield Fault(f"/items/{place}/part_of", *wrong)


def part_of(item: ItemDraft | Item) -> str | None:
    """Name the total of an item."""
    return item.part_of if isinstance(item, QuantitativeItem | Item) else None


def fault_of(
    part: QuantitativeItem, code: str, by_code: Mapping[str, ItemDraft], parts: Counter[str | None]
) -> tuple[str, str] | None:
    """Say what is wrong with a part, by a code and in words."""
    total = by_code.get(code)
    if total is None:
        return "unknown_reference", "The instrument has no such item."
    if part_of(total) is not None or parts[part.code]:
        return "nested", "A part is no total, and a total no part of another."
    if not isinstance(total, QuantitativeItem) or total.denominator or part.denominator:
        return "no_plain_value", "A total and its parts are plain values."
    apart = [each for each in MEASURED_BY if getattr(part, each) != getattr(total, each)]
    if apart:
        return "other_measure", f"A part has the {apart[0]} of its total."
    if part.lowest:
        return "other_measure", "What adds up starts at 0, or tells no lowest."
    return None if parts[code] > 1 else ("alone", "A total has two parts at least.")


def broken_otherwise(
    items: Sequence[ItemDraft], editions: Iterable[Sequence[Item]]
) -> Iterator[Fault]:
    """Find the items that add up otherwise than in an earlier edition, or are measured otherwise.

    What was told of an item is audited with what adds up with it, for ever: so that never changes.
    """
    now = parts_of(items)
    for edition in editions:
        then, stood = parts_of(edition), {each.code: each for each in edition}
        for place, each in enumerate(items):
            before = stood.get(each.code)
            if before is None:
                continue
            compared = MEASURED_BY if part_of(each) is not None or each.code in now else ()
            if (
                part_of(each) != part_of(before)
                or now.get(each.code) != then.get(each.code)
                or any(getattr(each, name) != getattr(before, name) for name in compared)
            ):
                yield Fault(f"/items/{place}", "kept", OTHERWISE)


def parts_of(items: Iterable[ItemDraft | Item]) -> Mapping[str, AbstractSet[str]]:
    """Name the parts of each total."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for each in items:
        total = part_of(each)
        if total is not None:
            found[total].add(each.code)
    return found
