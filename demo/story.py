"""What a demo shows of its guarantees, in plain words: what was tried, refused and shared."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from demo.play import Played
from demo.recipes import EVERYONE, recipe
from demo.scenario import Attempt, Scenario, Sharing
from demo.sharing import Shared

TOO_FEW: Final = "would stand for fewer districts than the charter allows."


def refused(attempt: Attempt, played: Played) -> Iterator[str]:
    """Say what staff tried, that it is refused, by which rule, and what it would have taken."""
    yield (
        f"Staff asked {len(attempt.codes)} districts again, {attempt.whole} without"
        f" {attempt.left_out}: less what these would release, what was released of"
        f" {attempt.whole} would be its figure."
    )
    kept = played.refused
    for cell in kept.of_difference[:1]:
        yield (
            f"The vault plans that of {len(kept.cells)} cells {kept.going_out} go out, and keeps"
            f" back {len(kept.of_difference)} by {cell['rule']}. In {cell['item']},"
        )
        yield f"    {recipe(cell)}"
        yield TOO_FEW
    longest = played.kept_back.longest
    if longest is not None:
        yield (
            f"So does the plan of the release, with {longest['item']} of"
            f" {longest['group'] or EVERYONE} ({longest['rule']}):"
        )
        yield f"    {recipe(longest)}"


def shared(sharing: Sharing, told: Shared, names: Mapping[str, str]) -> Iterator[str]:
    """Say what was shown by name, what could not be, and who met whom."""
    giver, recipient = names[sharing.giver], names[sharing.recipient]
    for answer in told.shown["data"]:
        yield (
            f"{answer['district']} shows {sharing.item} to {recipient}, which reads"
            f" {answer['value']} {told.shown['unit']}."
        )
    yield (
        f"{giver} cannot show {sharing.too_telling} ({told.refusal['rule']}):"
        f" {told.refusal['detail']}"
    )
    (sought,) = sharing.sought.values()
    met = ", ".join(each["district"] for each in told.introduction["met"])
    yield (
        f'It asked to meet who answers {sharing.about} with "{sought}", and met {met}. Who was'
        " asked besides and said nothing is not told."
    )
    yield f'In the directory of practices it tells of "{sharing.tells["title"]}".'


def names_of(scenario: Scenario) -> dict[str, Any]:
    """Name the members by their codes."""
    return {each.code: each.district["name"] for each in scenario.members}
