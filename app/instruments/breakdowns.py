"""Whether items that are parts of another may be: what is released is audited by it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from app.instruments.schemas import ItemDraft, QuantitativeItem
from app.problems import Fault

MEASURED_BY: Final = ("unit", "decimals", "lowest", "highest", "disclosure", "cost")
"""What a part and its total have in common, or one would tell what is kept back of the other."""


def misplaced(items: Sequence[ItemDraft]) -> Iterator[Fault]:
    """Find the items that are no part of what they say."""
    by_code = {each.code: each for each in items}
    parts = Counter(part_of(each) for each in items)
    for place, each in enumerate(items):
        if isinstance(each, QuantitativeItem) and each.part_of is not None:
            wrong = fault_of(each, each.part_of, by_code, parts)
            if wrong is not None:
                yield Fault(f"/items/{place}/part_of", *wrong)


def part_of(item: ItemDraft) -> str | None:
    """Name the total of an item."""
    return item.part_of if isinstance(item, QuantitativeItem) else None


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
