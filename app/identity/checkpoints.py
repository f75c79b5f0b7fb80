"""Signed checkpoints of the ledger as whoever kept one reads them: with a public key, offline."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.identity.compact import decode_part, read_compact
from app.identity.issuer import CHECKPOINT
from app.identity.refusal import Reason, TokenRefused
from app.identity.signing import ALGORITHM
from app.identity.trust import TrustedKey


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """What a checkpoint says; ``hash`` is that of the chain after ``batch``, ``kid`` who signed."""

    batch: int
    total: int
    hash: str
    kid: str


def kid_of(jws: str) -> str:
    """Read which key a checkpoint names, or raise ``TokenRefused``; proves nothing."""
    header, _ = read_compact(jws)
    kid = header.get("kid")
    if header.get("typ") != CHECKPOINT or header.get("alg") != ALGORITHM:
        raise TokenRefused(Reason.HEADER)
    if not isinstance(kid, str) or not {"alg", "kid", "typ"} >= header.keys():
        raise TokenRefused(Reason.HEADER)
    return kid


def read_checkpoint(jws: str, keys: Mapping[str, TrustedKey]) -> SignedCheckpoint:
    """Verify a checkpoint with one of these keys, or raise ``TokenRefused``.

    It has no end: that it was signed once holds for ever.
    """
    kid = kid_of(jws)
    key = keys.get(kid)
    if key is None or key.algorithm != ALGORITHM:
        raise TokenRefused(Reason.KEY)
    signed, _, signature = jws.rpartition(".")
    if not key.key.verify(signed.encode("ascii"), decode_part(signature)):
        raise TokenRefused(Reason.SIGNATURE)
    _, claims = read_compact(jws)
    match claims:
        case {"batch": int(batch), "total": int(total), "hash": str(chain)}:
            return SignedCheckpoint(batch, total, chain, kid)
        case _:
            raise TokenRefused(Reason.CLAIM)
