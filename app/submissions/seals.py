"""Seals and opens what one district says: the one module that does it for a district itself."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from app.sealing import DataKey, MasterKeys, answer_aad, joined
from app.submissions.content import Content
from app.submissions.models import Answer
from app.submissions.sealed_rows import SealedAnswer

FIRST: Final = 1


class OwnSeal:
    """The data keys of one district, each unwrapped when it is needed first.

    Whoever holds one holds a grant for the district's own answers: the grant gives out the master
    keys for those actions alone. Opening raises ``SealBroken`` for what was sealed elsewhere.
    """

    def __init__(self, keys: MasterKeys, district_id: UUID, wrapped: Mapping[int, bytes]) -> None:
        self._keys = keys
        self._district_id = district_id
        self._wrapped = dict(wrapped)
        self._opened: dict[int, DataKey] = {}

    @property
    def without_key(self) -> bool:
        """Whether the district has no data key yet."""
        return not self._wrapped

    @property
    def key_version(self) -> int:
        """The version of the data key that seals."""
        return max(self._wrapped)

    def learn(self, wrapped: Mapping[int, bytes]) -> None:
        """Take keys that were stored meanwhile."""
        self._wrapped |= wrapped

    def begin(self) -> bytes:
        """Make the district's first data key, and return it wrapped, to be stored."""
        return self._made(FIRST)

    def replace(self) -> bytes:
        """Make the data key that seals from now on, and return it wrapped, to be stored."""
        return self._made(self.key_version + 1)

    def anew(self, place: bytes, key_version: int, sealed: bytes) -> bytes:
        """Seal what was sealed to a place under the newest key, whatever it says."""
        plain = self._key(key_version).open(sealed, place)
        return self._key(self.key_version).seal(plain, place)

    def seal(self, content: Content, round_id: UUID, item_id: UUID, version: int) -> bytes:
        """Seal one version of an answer."""
        place = self.place_of_answer(round_id, item_id, version)
        return self._key(self.key_version).seal(content.written(), place)

    def opened(self, row: SealedAnswer | Answer, round_id: UUID) -> Content:
        """Open one version of an answer."""
        place = self.place_of_answer(round_id, row.item_id, row.version)
        return Content.read(self._key(row.key_version).open(row.sealed, place))

    def seal_reason(self, reason: str, withdrawal_id: UUID) -> bytes:
        """Seal why the district withdrew."""
        return self._key(self.key_version).seal(
            reason.encode(), self.place_of_reason(withdrawal_id)
        )

    def open_reason(self, sealed: bytes, key_version: int, withdrawal_id: UUID) -> str:
        """Open why the district withdrew."""
        return self._key(key_version).open(sealed, self.place_of_reason(withdrawal_id)).decode()

    def seal_at(self, place: bytes, content: Content) -> bytes:
        """Seal what is said to a place of its own."""
        return self._key(self.key_version).seal(content.written(), place)

    def open_at(self, place: bytes, key_version: int, sealed: bytes) -> Content:
        """Open what was sealed to a place of its own."""
        return Content.read(self._key(key_version).open(sealed, place))

    def place_of_answer(self, round_id: UUID, item_id: UUID, version: int) -> bytes:
        """Name the one place a version of an answer may be opened in."""
        return answer_aad(self._district_id, round_id, item_id, version)

    def place_of_reason(self, withdrawal_id: UUID) -> bytes:
        """Name the one place such a reason may be opened in."""
        return joined(b"c34/withdrawal/1", self._district_id.bytes, withdrawal_id.bytes)

    def _made(self, version: int) -> bytes:
        """Make a data key, and return it wrapped."""
        made = DataKey.new()
        self._opened[version] = made
        self._wrapped[version] = self._keys.wrap(self._district_id, version, made)
        return self._wrapped[version]

    def _key(self, version: int) -> DataKey:
        """Unwrap a data key once."""
        if version not in self._opened:
            wrapped = self._wrapped[version]
            self._opened[version] = self._keys.unwrap(self._district_id, version, wrapped)
        return self._opened[version]
