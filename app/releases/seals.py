"""Seals what the vault keeps of releases: who is behind a figure, what adds up, and secrets."""

import json
from collections.abc import Iterable, Mapping, Sequence
from struct import Struct
from typing import Final, NamedTuple
from uuid import UUID

from app.disclosure.figures import Column
from app.releases.contributions import Contribution
from app.releases.families import Added
from app.sealing import THE_VAULT, HeldKeys, MasterKeys, joined

COUNT: Final = Struct(">I")
MEMBER: Final = Struct(">16s16sI16s")
"""District, answer, version of the answer, and what it says as: of the same length for each."""

Dated = tuple[str, Added]
"""What of a district's answers adds up, with their period."""


class Member(NamedTuple):
    """Which version of whose answer went into a cell.

    ``says_as`` is the first answer of the district to the item, in the period, that reports the
    same: what is given again unchanged stays one unknown.
    """

    district_id: UUID
    answer_id: UUID
    answer_version: int
    says_as: UUID


class VaultSeal:
    """The data keys of the vault; opening raises ``SealBroken`` for what was sealed elsewhere."""

    def __init__(self, keys: MasterKeys) -> None:
        self._held = HeldKeys(keys, THE_VAULT)
        self._read: dict[bytes, Member] = {}
        self._ids: dict[bytes, UUID] = {}

    @property
    def without_key(self) -> bool:
        """Whether the vault has no data key yet, as far as was learned."""
        return self._held.none

    @property
    def key_version(self) -> int:
        """The version of the data key that seals."""
        return self._held.newest

    def learn(self, wrapped: Mapping[int, bytes]) -> None:
        """Take the keys that are stored."""
        self._held.learn(wrapped)

    def make_key(self) -> bytes:
        """Make the data key that seals from now on, and return it wrapped, to be stored."""
        return self._held.make()

    def seal_members(self, cell_id: UUID, behind: Sequence[Contribution], places: int) -> bytes:
        """Seal who stands behind a cell, as long as if ``places`` did.

        Raises ``ValueError`` for more than that.
        """
        told = b"".join(sorted(map(packed, behind)))
        if len(behind) > places:
            raise ValueError("More stand behind a cell than it tells of.")
        padding = bytes(MEMBER.size * (places - len(behind)))
        return self._held.seal(COUNT.pack(len(behind)) + told + padding, of_cell(cell_id))

    def members(self, cell_id: UUID, key_version: int, sealed: bytes) -> list[Member]:
        """Open who stands behind a cell."""
        told = self._held.open(key_version, sealed, of_cell(cell_id))
        (count,) = COUNT.unpack_from(told)
        begins = range(COUNT.size, COUNT.size + MEMBER.size * count, MEMBER.size)
        return [self._member(told[each : each + MEMBER.size]) for each in begins]

    def seal_sums(self, release_id: UUID, sums: Iterable[Dated]) -> bytes:
        """Seal what adds up of the answers behind a release, by the codes of items."""
        told = json.dumps([written(*each) for each in sums], separators=(",", ":")).encode()
        return self._held.seal(told.ljust(power_of_two(len(told))), sums_of(release_id))

    def sums(self, release_id: UUID, key_version: int, sealed: bytes) -> list[Dated]:
        """Open what adds up of the answers behind a release."""
        told = json.loads(self._held.open(key_version, sealed, sums_of(release_id)))
        return [read(*each) for each in told]

    def seal_secret(self, release_id: UUID, secret: bytes) -> bytes:
        """Seal what the proofs of inclusion in a release are made with."""
        return self._held.seal(secret, secret_of(release_id))

    def secret(self, release_id: UUID, key_version: int, sealed: bytes) -> bytes:
        """Open what the proofs of inclusion in a release are made with."""
        return self._held.open(key_version, sealed, secret_of(release_id))

    def _member(self, written_: bytes) -> Member:
        """Read a member, who most often was read before: of another cell of the item."""
        found = self._read.get(written_)
        if found is None:
            district, answer, version, says_as = MEMBER.unpack(written_)
            whose, which, first = self._id(district), self._id(answer), self._id(says_as)
            found = self._read[written_] = Member(whose, which, version, first)
        return found

    def _id(self, written_: bytes) -> UUID:
        """Read an id once: a district stands behind many items, and most answers say as they do."""
        found = self._ids.get(written_)
        if found is None:
            found = self._ids[written_] = UUID(bytes=written_)
        return found


def packed(each: Contribution) -> bytes:
    """Write which version of whose answer a contribution is."""
    district, answer, says_as = each.district_id, each.answer_id, each.says_as
    return MEMBER.pack(district.bytes, answer.bytes, each.answer_version, says_as.bytes)


def written(period: str, added: Added) -> tuple[object, ...]:
    """Write a sum: the district, the total's item and answer, those of the parts, how sure."""
    total, parts = added.total, added.parts
    answers = {str(part.category): str(part.version) for part in parts}
    of_total = (str(total.district), str(total.category), str(total.version))
    return (period, *of_total, answers, added.certain)


def read(
    period: str, district: str, item: str, total: str, parts: Mapping[str, str], certain: bool
) -> Dated:
    """Read what ``written`` wrote."""
    of = UUID(district)
    columns = tuple(Column(of, code, UUID(answer)) for code, answer in parts.items())
    return period, Added(Column(of, item, UUID(total)), columns, certain)


def power_of_two(length: int) -> int:
    """Round a length up."""
    return 1 << (length - 1).bit_length()


def of_cell(cell_id: UUID) -> bytes:
    """Name the one place that says who stands behind a cell."""
    return joined(b"c34/membership/1", cell_id.bytes)


def sums_of(release_id: UUID) -> bytes:
    """Name the one place that says what of a release adds up."""
    return joined(b"c34/sums/1", release_id.bytes)


def secret_of(release_id: UUID) -> bytes:
    """Name the one place of a release's secret."""
    return joined(b"c34/release-secret/1", release_id.bytes)
