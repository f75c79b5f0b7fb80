"""How far values may move that stand in for a sum of them: no further than the sum may.

What is tied is written in other values, and its own bounds would be lost with it. So each of these
is let move by its share of what the sum may, never further than its own bounds. That leaves out
movements that are possible, so it only ever counts against publishing.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from app.disclosure.figures import Column

Bounds = tuple[Fraction | None, Fraction | None]
"""How far a value can sink and rise; without a bound, None."""
UP: Final = 1


def tightened(
    instead: Mapping[Column, Mapping[Column, int]], bounds: Callable[[Column], Bounds]
) -> dict[Column, Bounds]:
    """Give the rooms of the values that stand for others, by their own bounds and by theirs."""
    rooms: dict[Column, list[Fraction | None]] = {}
    for sum_, parts in instead.items():
        whole = bounds(sum_)
        for part in parts:
            rooms.setdefault(part, [*bounds(part)])
        for side, room in enumerate(whole):
            sides = [side if weight > 0 else UP - side for weight in parts.values()]
            own = [bounds(part)[at] for part, at in zip(parts, sides, strict=True)]
            shares = shared(room, [abs(weight) for weight in parts.values()], own)
            for part, at, share in zip(parts, sides, shares, strict=True):
                rooms[part][at] = least(rooms[part][at], share)
    return {part: (down, up) for part, (down, up) in rooms.items()}


def shared(
    room: Fraction | None, weights: Sequence[int], own: Sequence[Fraction | None]
) -> list[Fraction | None]:
    """Share the room of a sum among what it is the sum of, in the proportion of their own rooms."""
    if room is None:
        return [*own]
    reach = [
        room if most is None else min(room, most * weight)
        for weight, most in zip(weights, own, strict=True)
    ]
    scale = min(Fraction(1), room / sum(reach)) if any(reach) else Fraction(1)
    return [each * scale / weight for each, weight in zip(reach, weights, strict=True)]


def least(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    """Give the smaller of two rooms."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)
