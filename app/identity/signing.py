"""The keys our own tokens are signed with: a ring in a file outside the database."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwk, jws
from jose.backends.base import Key

from app.identity.trust import KeyUnfit, TrustedKey, material_of, thumbprint, trusted_key
from app.identity.verifier import LEEWAY
from app.keyfile import KeyFile, KeyFileRefused, Stamp, read_document

ALGORITHM = "ES256"
LIFETIME = timedelta(minutes=10)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key; its id is the thumbprint of its public half (RFC 7638)."""

    created_at: datetime
    retired_at: datetime | None
    stored: Mapping[str, str] = field(repr=False, compare=False)
    private: Key = field(repr=False, compare=False)
    public: TrustedKey

    @property
    def kid(self) -> str:
        """The id that tokens and the key set name it by."""
        return self.public.kid

    def document(self) -> dict[str, object]:
        """Write the key as it is stored: a private JWK with its dates."""
        retired = self.retired_at.isoformat() if self.retired_at else None
        return {**self.stored, "created_at": self.created_at.isoformat(), "retired_at": retired}

    def sign(self, content: Mapping[str, object] | bytes, kind: str) -> str:
        """Sign claims or bytes as a token of a type; whether it may still sign, its ring knows."""
        headers = {"typ": kind, "kid": self.kid}
        payload = content if isinstance(content, bytes) else dict(content)
        return str(jws.sign(payload, self.private, headers=headers, algorithm=ALGORITHM))

    def published(self) -> dict[str, object]:
        """Write the public half as others may have it."""
        _, material = material_of(self.stored)
        return {**material, "kid": self.kid, "use": "sig", "alg": ALGORITHM, "key_ops": ["verify"]}


class SigningKeys:
    """A ring of signing keys: one signs, those it replaced verify until their tokens have ended.

    A ring in a file is shared by all workers: each looks whether it was replaced before it signs
    or verifies, so that a rotation takes hold on the next request. A ``KeySource`` of our own.
    """

    def __init__(
        self,
        keys: tuple[SigningKey, ...],
        clock: Callable[[], datetime],
        *,
        lifetime: timedelta = LIFETIME,
        file: KeyFile | None = None,
        stamp: Stamp | None = None,
    ) -> None:
        """Take a ring as read; ``from_file`` and ``from_text`` read one."""
        self._keys = require_ring(keys)
        self._clock = clock
        self._file = file
        self._stamp = stamp
        self.lifetime = lifetime

    @classmethod
    def from_file(
        cls, path: Path, clock: Callable[[], datetime], *, lifetime: timedelta = LIFETIME
    ) -> Self:
        """Read the ring of a file, made with one new key if absent, or raise ``KeyFileRefused``."""
        file = KeyFile(path)
        if file.stamp() is None:
            file.create(ring_document((new_key(clock()),)))
        document, stamp = file.read()
        return cls(read_ring(document), clock, lifetime=lifetime, file=file, stamp=stamp)

    @classmethod
    def from_text(
        cls, text: str, clock: Callable[[], datetime], *, lifetime: timedelta = LIFETIME
    ) -> Self:
        """Read the content of such a file, or raise ``KeyFileRefused``; it cannot be rotated."""
        return cls(read_ring(read_document(text)), clock, lifetime=lifetime)

    @property
    def current(self) -> SigningKey:
        """The key that signs."""
        return next(key for key in self._ring() if key.retired_at is None)

    def sign(self, claims: Mapping[str, object], kind: str) -> str:
        """Sign claims as a token of a type, such as ``at+jwt``."""
        return self.current.sign(claims, kind)

    def known(self, kid: str) -> TrustedKey | None:
        """Find the public half of a key that is current, or that tokens may still name."""
        now = self._clock()
        for key in self._ring():
            if key.kid == kid and self._is_published(key, now):
                return key.public
        return None

    async def sought(self, kid: str) -> TrustedKey | None:  # noqa: ARG002 - nobody to ask
        """Find nothing: the ring is all there is."""
        return None

    def jwks(self) -> dict[str, object]:
        """Write the key set that others verify our tokens with (RFC 7517 section 5)."""
        now = self._clock()
        return {"keys": [key.published() for key in self._ring() if self._is_published(key, now)]}

    def rotate(self, *, keep_previous: bool = True) -> str:
        """Let a new key sign from now on, and return its id.

        The previous one verifies until the tokens it signed have ended, unless it is known to
        others: then ``keep_previous=False`` ends its tokens at once. Raises ``KeyFileRefused``
        for a ring that is no file.
        """
        if self._file is None:
            raise KeyFileRefused("These signing keys are given as text: rotate where it is kept.")
        with self._file.locked():
            document, _ = self._file.read()
            now = self._clock()
            new = new_key(now)
            retired = [
                key if key.retired_at else replace(key, retired_at=now)
                for key in read_ring(document)
            ]
            kept = [key for key in retired if keep_previous and self._is_published(key, now)]
            self._file.replace(ring_document((new, *kept)))
        self._ring()
        return new.kid

    def _is_published(self, key: SigningKey, now: datetime) -> bool:
        """Tell whether a token signed by a key may still hold."""
        if key.retired_at is None:
            return True
        return now < key.retired_at + self.lifetime + timedelta(seconds=LEEWAY)

    def _ring(self) -> tuple[SigningKey, ...]:
        """Return the keys, read anew when the file was replaced."""
        stamp = self._file.stamp() if self._file else None
        if self._file is not None and stamp != self._stamp:
            self._stamp = stamp
            try:
                document, self._stamp = self._file.read()
                self._keys = read_ring(document)
            except KeyFileRefused as problem:
                # A file spoilt by hand must not end the service of a worker that knows the keys.
                log.error("Signing keys stay as they were: %s", problem)  # noqa: TRY400 - no trace
        return self._keys


def new_key(now: datetime) -> SigningKey:
    """Make a P-256 key."""
    key = jwk.construct(ec.generate_private_key(ec.SECP256R1()), ALGORITHM)
    stored = {"kty": "EC", **{name: key.to_dict()[name] for name in ("crv", "x", "y", "d")}}
    return signing_key({**stored, "created_at": now.isoformat(), "retired_at": None})


def signing_key(stored: Mapping[str, object]) -> SigningKey:
    """Construct a key from its stored form, or raise ``KeyFileRefused``."""
    match stored:
        case {"d": str(secret), "created_at": str(created), "retired_at": str() | None as retired}:
            pass
        case _:
            raise KeyFileRefused("A signing key has d, created_at and retired_at.")
    try:
        _, material = material_of(stored)
        private = jwk.construct({**material, "d": secret}, ALGORITHM)
        public = trusted_key({**material, "kid": thumbprint(material), "alg": ALGORITHM})
        created_at = read_date(created)
        retired_at = None if retired is None else read_date(str(retired))
    except (KeyUnfit, ValueError):
        raise KeyFileRefused("A signing key is a P-256 JWK with its dates.") from None
    return SigningKey(
        created_at=created_at,
        retired_at=retired_at,
        stored={**material, "d": secret},
        private=private,
        public=public,
    )


def read_date(text: str) -> datetime:
    """Read a date with its offset, or raise ``ValueError``."""
    date = datetime.fromisoformat(text)
    if date.tzinfo is None:
        raise ValueError("A date has an offset.")
    return date


def read_ring(document: Mapping[str, object]) -> tuple[SigningKey, ...]:
    """Read the keys of a stored ring, or raise ``KeyFileRefused``."""
    keys = document.get("signing_keys")
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise KeyFileRefused("A ring of signing keys has the member signing_keys.")
    return require_ring(tuple(signing_key(key) for key in keys))


def ring_document(keys: tuple[SigningKey, ...]) -> dict[str, object]:
    """Write a ring as it is stored."""
    return {"signing_keys": [key.document() for key in keys]}


def require_ring(keys: tuple[SigningKey, ...]) -> tuple[SigningKey, ...]:
    """Return keys of which one signs and no two are the same, or raise ``KeyFileRefused``."""
    if [key.retired_at for key in keys].count(None) != 1:
        raise KeyFileRefused("Exactly one signing key is not retired.")
    if len({key.kid for key in keys}) != len(keys):
        raise KeyFileRefused("A signing key occurs twice.")
    return keys
