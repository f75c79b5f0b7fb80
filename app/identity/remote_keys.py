"""The keys of an issuer that publishes them at an address (JWK Set, RFC 7517 section 5)."""

import asyncio
import time
from collections.abc import Callable
from ipaddress import ip_address

import httpx

from app.identity.compact import read_object
from app.identity.trust import TrustedKey, published_keys

MOST_BYTES = 256 * 1024


class KeysUnavailable(Exception):  # noqa: N818 - says what happened, as problems do
    """An issuer's keys could not be had; its text names no content of theirs."""


class RemoteKeys:
    """Keys fetched over https, remembered for a time, and sought again when an id is unknown.

    While the address answers badly the last good keys go on for ``stale_for`` seconds, then none
    is trusted. However many tokens ask, there is one fetch at a time and one in ``cool_down``
    seconds. The client is the caller's to close; redirects are never followed.
    """

    def __init__(
        self,
        url: str,
        client: httpx.AsyncClient,
        *,
        fresh_for: float = 600,
        stale_for: float = 3600,
        cool_down: float = 30,
        deadline: float = 5,
        loopback_http: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take an address, or raise ``ValueError`` when it is not https."""
        self._url = require_safe(httpx.URL(url), loopback_http=loopback_http)
        self._client = client
        self._fresh_for = fresh_for
        self._stale_for = stale_for
        self._cool_down = cool_down
        self._deadline = deadline
        self._monotonic = monotonic
        self._keys: dict[str, TrustedKey] = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None
        self.failure: str | None = None
        """What went wrong when the keys were last asked for; ``None`` when nothing did."""

    def known(self, kid: str) -> TrustedKey | None:
        """Find a key among those that are fresh."""
        fresh = self._monotonic() < self._fetched_at + self._fresh_for
        return self._keys.get(kid) if fresh else None

    async def sought(self, kid: str) -> TrustedKey | None:
        """Ask the issuer, unless it was asked a moment ago, then find the key."""
        if self._fetching is None and self._monotonic() >= self._tried_at + self._cool_down:
            self._fetching = asyncio.create_task(self._fetch())
        if self._fetching is not None:
            # A caller that goes away must not take the others' keys with it.
            await asyncio.shield(self._fetching)
        usable = self._monotonic() < self._fetched_at + max(self._fresh_for, self._stale_for)
        return self._keys.get(kid) if usable else None

    async def _fetch(self) -> None:
        """Replace the keys by those published now; on failure keep those there are."""
        self._tried_at = self._monotonic()
        try:
            keys = await self._published()
        except KeysUnavailable as problem:
            self.failure = str(problem)
        else:
            # An unchanged key stays the same object, so that nothing is constructed anew.
            self._keys = {
                kid: self._keys[kid] if self._keys.get(kid) == key else key
                for kid, key in keys.items()
            }
            self._fetched_at = self._monotonic()
            self.failure = None
        finally:
            self._fetching = None

    async def _published(self) -> dict[str, TrustedKey]:
        """Read what the address publishes, or raise ``KeysUnavailable``."""
        try:
            async with asyncio.timeout(self._deadline):
                body = await self._body()
        except TimeoutError:
            raise KeysUnavailable("The key set took too long.") from None
        except httpx.HTTPError as problem:
            raise KeysUnavailable(f"The key set: {type(problem).__name__}.") from None
        try:
            return published_keys(read_object(body))
        except ValueError:
            raise KeysUnavailable("The answer is not a key set.") from None

    async def _body(self) -> bytes:
        """Read the body of a plain 200 of bounded size."""
        request = self._client.build_request(
            "GET",
            self._url,
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            timeout=self._deadline,
        )
        response = await self._client.send(request, stream=True, follow_redirects=False)
        try:
            if response.status_code != httpx.codes.OK:
                raise KeysUnavailable(f"The key set was answered {response.status_code}.")
            if "content-encoding" in response.headers:
                # Decompression would come before the size is known.
                raise KeysUnavailable("The key set is encoded, unasked.")
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise KeysUnavailable("The key set is too large.")
            return bytes(body)
        finally:
            await response.aclose()


def require_safe(url: httpx.URL, *, loopback_http: bool) -> httpx.URL:
    """Return an address that keys may come from, or raise ``ValueError``."""
    if url.scheme == "https" and url.host and not url.userinfo:
        return url
    if loopback_http and url.scheme == "http" and is_loopback(url.host) and not url.userinfo:
        return url
    raise ValueError("Keys are fetched over https, without a password in the address.")


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
