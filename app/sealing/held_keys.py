"""The data keys of one holder, by their versions: what a seal that lasts is made of."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from app.sealing.data_keys import DataKey, SealBroken
from app.sealing.master_keys import MasterKeys

FIRST: Final = 1
THE_VAULT: Final = UUID(int=0)
"""In place of a district, the holder of the data keys that seal what no district holds."""


class HeldKeys:
    """The data keys of a district, or of the vault, each unwrapped when it is needed first."""

    def __init__(
        self, keys: MasterKeys, holder_id: UUID, wrapped: Mapping[int, bytes] | None = None
    ) -> None:
        self._keys = keys
        self._holder_id = holder_id
        self._wrapped = dict(wrapped or {})
        self._opened: dict[int, DataKey] = {}

    @property
    def none(self) -> bool:
        """Whether the holder has no data key yet."""
        return not self._wrapped

    @property
    def newest(self) -> int:
        """The version of the data key that seals."""
        return max(self._wrapped)

    def learn(self, wrapped: Mapping[int, bytes]) -> None:
        """Take keys that were stored meanwhile."""
        self._wrapped |= wrapped

    def make(self) -> bytes:
        """Make the data key that seals from now on, and return it wrapped, to be stored."""
        version = FIRST if self.none else self.newest + 1
        made = DataKey.new()
        self._opened[version] = made
        self._wrapped[version] = self._keys.wrap(self._holder_id, version, made)
        return self._wrapped[version]

    def seal(self, plaintext: bytes, place: bytes) -> bytes:
        """Seal to a place under the newest key."""
        return self._key(self.newest).seal(plaintext, place)

    def open(self, version: int, sealed: bytes, place: bytes) -> bytes:
        """Open what was sealed to a place, or raise ``SealBroken``, also where its key is gone."""
        return self._key(version).open(sealed, place)

    def _key(self, version: int) -> DataKey:
        """Unwrap a data key once."""
        if version not in self._opened:
            if version not in self._wrapped:
                raise SealBroken
            wrapped = self._wrapped[version]
            self._opened[version] = self._keys.unwrap(self._holder_id, version, wrapped)
        return self._opened[version]
