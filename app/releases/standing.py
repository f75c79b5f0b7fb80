"""What a caller is to a release, for TR-24 to decide on."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from app.policy.rules.rounds import Standing
from app.scalars import View


class RoundReference(View):
    """That there is a round."""

    id: UUID


class Membership(View):
    """A district of the caller's, beside the round and the charter that the round opened under."""

    joined_on: date
    attested_revision: int | None
    closed_at: datetime | None
    late_months: int | None


def standing_of(memberships: Iterable[Membership], today: date, *, staff: bool) -> Standing:
    """Say what the caller is by the best of its districts."""
    own = list(memberships)
    late = [each for each in own if joined_after_close(each)]
    return Standing(
        staff=staff,
        attested=any(each.attested_revision is not None for each in own),
        joined_after_close=bool(late),
        still_new=any(today < end_of_grace(each) for each in late),
    )


def joined_after_close(member: Membership) -> bool:
    """Whether the district joined when it could enter no answer any more."""
    return member.closed_at is not None and member.joined_on > member.closed_at.date()


def end_of_grace(member: Membership) -> date:
    """Return the day from which a late member sees the release no longer."""
    assert member.late_months is not None  # noqa: S101 - a round that closed has opened
    return months_after(member.joined_on, member.late_months)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of that month."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))
