"""Seals and opens what one district says: the one module that does it for a district itself."""

from collections.abc import Mapping
from uuid import UUID

from app.sealing import HeldKeys, MasterKeys, answer_aad, joined
from app.submissions.content import Content
from app.submissions.models import Answer
from app.submissions.sealed_rows import SealedAnswer


class OwnSeal:
    """The data keys of one district, each unwrapped when it is needed first.

    Whoever holds one holds a grant for the district's own answers: the grant gives out the master
    keys for those actions alone. Opening raises ``SealBroken`` for what was sealed elsewhere.
    """

    def __init__(self, keys: MasterKeys, district_id: UUID, wrapped: Mapping[int, bytes]) -> None:
        self._district_id = district_id
        self._held = HeldKeys(keys, district_id, wrapped)

    @property
    def without_key(self) -> bool:
        """Whether the district has no data key yet."""
        return self._held.none

    @property
    def key_version(self) -> int:
        """The version of the data key that seals."""
        return self._held.newest

    def learn(self, wrapped: Mapping[int, bytes]) -> None:
        """Take keys that were stored meanwhile."""
        self._held.learn(wrapped)

    def make_key(self) -> bytes:
        """Make the data key that seals from now on, and return it wrapped, to be stored."""
        return self._held.make()

    def anew(self, place: bytes, key_version: int, sealed: bytes) -> bytes:
        """Seal what was sealed to a place under the newest key, whatever it says."""
        return self._held.seal(self._held.open(key_version, sealed, place), place)

    def seal(self, content: Content, round_id: UUID, item_id: UUID, version: int) -> bytes:
        """Seal one version of an answer."""
        place = self.place_of_answer(round_id, item_id, version)
        return self._held.seal(content.written(), place)

    def opened(self, row: SealedAnswer | Answer, round_id: UUID) -> Content:
        """Open one version of an answer."""
        place = self.place_of_answer(round_id, row.item_id, row.version)
        return Content.read(self._held.open(row.key_version, row.sealed, place))

    def seal_reason(self, reason: str, withdrawal_id: UUID) -> bytes:
        """Seal why the district withdrew."""
        return self._held.seal(reason.encode(), self.place_of_reason(withdrawal_id))

    def open_reason(self, sealed: bytes, key_version: int, withdrawal_id: UUID) -> str:
        """Open why the district withdrew."""
        return self._held.open(key_version, sealed, self.place_of_reason(withdrawal_id)).decode()

    def seal_at(self, place: bytes, content: Content) -> bytes:
        """Seal what is said to a place of its own."""
        return self._held.seal(content.written(), place)

    def open_at(self, place: bytes, key_version: int, sealed: bytes) -> Content:
        """Open what was sealed to a place of its own."""
        return Content.read(self._held.open(key_version, sealed, place))

    def place_of_answer(self, round_id: UUID, item_id: UUID, version: int) -> bytes:
        """Name the one place a version of an answer may be opened in."""
        return answer_aad(self._district_id, round_id, item_id, version)

    def place_of_reason(self, withdrawal_id: UUID) -> bytes:
        """Name the one place such a reason may be opened in."""
        return joined(b"c34/withdrawal/1", self._district_id.bytes, withdrawal_id.bytes)
