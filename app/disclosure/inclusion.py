"""Proof that a release was computed from a member's answers, which tells nobody else of them.

Each answer is a leaf of a Merkle tree (hashed as in RFC 6962 section 2.1), and the certificate of
the release has the root. A leaf is an HMAC under a secret that the vault and that district alone
have, so nobody else can tell whose it is, or whether it is anybody's: places without an answer hold
leaves that look the same. The size of the tree follows from how many could have answered what, so
the number of contributors cannot be read off a proof.
"""

import hmac
from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Self

from app.disclosure.canonical import canonical

FEWEST_BYTES: Final = 32
"""Bytes of a secret at least: with fewer, others could find it by trying."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a leaf stands, and what its branches are hashed with on the way to the root."""

    place: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """The leaves of a release in order, those that stand for nobody among them.

    ``levels`` are the hashes from the leaves up to the root.
    """

    leaves: tuple[bytes, ...] = field(repr=False)
    levels: tuple[tuple[bytes, ...], ...] = field(repr=False)

    @classmethod
    def of(cls, leaves: Collection[bytes], places: int, secret: bytes) -> Self:
        """Plant leaves among others up to a power of two of at least ``places``.

        ``places`` is public: how many could have answered, times what they were asked. ``secret``
        is the release's own and stays in the vault; whoever has it could count the contributors.
        Raises ``ValueError`` for more leaves than places, and for a leaf that occurs twice.
        """
        if len(leaves) > places:
            raise ValueError("There are more leaves than places.")
        size = 1 << max(places - 1, 0).bit_length()
        others = [keyed(secret, {"nobody": place}) for place in range(size - len(leaves))]
        ordered = tuple(sorted([*leaves, *others]))
        if len(set(ordered)) != size:
            raise ValueError("A leaf occurs twice.")
        levels = [tuple(leaf_hash(each) for each in ordered)]
        while len(levels[-1]) > 1:
            below = levels[-1]
            pairs = zip(below[::2], below[1::2], strict=True)
            levels.append(tuple(node_hash(left, right) for left, right in pairs))
        return cls(ordered, tuple(levels))

    @property
    def root(self) -> bytes:
        """What a certificate has of the tree."""
        return self.levels[-1][0]

    @property
    def places(self) -> int:
        """How many leaves there are with those of nobody: a power of two."""
        return len(self.leaves)

    def proof(self, leaf: bytes) -> Proof:
        """Prove that a leaf is in the tree, or raise ``KeyError``."""
        place = bisect_left(self.leaves, leaf)
        if self.leaves[place : place + 1] != (leaf,):
            raise KeyError("There is no such leaf.")
        path = (level[(place >> height) ^ 1] for height, level in enumerate(self.levels[:-1]))
        return Proof(place, tuple(path))


def leaf(secret: bytes, release: str, item: str, version: int) -> bytes:
    """Make the leaf of a district's answer, in one version, under the district's secret."""
    return keyed(secret, {"item": item, "release": release, "version": version})


def keyed(secret: bytes, document: object) -> bytes:
    """Hash a document under a secret (HMAC-SHA-256), or raise ``ValueError`` for a short one."""
    if len(secret) < FEWEST_BYTES:
        raise ValueError(f"A secret has at least {FEWEST_BYTES} bytes.")
    return hmac.digest(secret, canonical(document), "sha256")


def is_included(leaf: bytes, proof: Proof, root: bytes, places: int) -> bool:
    """Say whether a proof leads from a leaf to the root of a tree of that many places."""
    if not 0 <= proof.place < places or 1 << len(proof.path) != places:
        return False
    return hmac.compare_digest(climbed(leaf_hash(leaf), proof.place, proof.path), root)


def climbed(hashed: bytes, place: int, path: Sequence[bytes]) -> bytes:
    """Hash up to the root: an even place is the left one of its pair."""
    for beside in path:
        pair = (beside, hashed) if place & 1 else (hashed, beside)
        hashed = node_hash(*pair)
        place >>= 1
    return hashed


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf, so that it is never taken for a node."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbours."""
    return sha256(b"\x01" + left + right).digest()
