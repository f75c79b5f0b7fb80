"""A caller of the API, as any integrator would write it."""

import json
from collections.abc import AsyncIterator, Mapping
from hashlib import sha256
from typing import Any, Final

import httpx

from app.trouble import Trouble

JSON: Final = "application/json"
CSV: Final = "text/csv"
CONNECTIONS: Final = 8
"""Requests that are under way at once, each on a connection that is kept."""

MOST: Final = 200
"""Rows of a page: the most that a list gives at once."""


class DemoTrouble(Trouble):
    """The demo cannot go on; the message says why and what to do, in a sentence."""


class Caller:
    """Speaks to one service over connections that are kept; each request says who asks."""

    def __init__(self, url: str) -> None:
        limits = httpx.Limits(
            max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=20
        )
        self.url: Final = url
        self._http = httpx.AsyncClient(base_url=url, limits=limits, timeout=60, trust_env=False)

    async def close(self) -> None:
        """Let the connections go."""
        await self._http.aclose()

    async def knows(self, key: str) -> bool:
        """Say whether a key lets anybody in."""
        answer = await self._answered("GET", "/v1/me", headers={"Authorization": f"Bearer {key}"})
        return answer.status_code != httpx.codes.UNAUTHORIZED

    async def get(self, path: str, key: str, **asked: Any) -> Any:
        """Read one thing."""
        return (await self._sent("GET", path, key, params=asked)).json()

    async def whole(self, path: str, key: str, media_type: str = JSON, **asked: Any) -> bytes:
        """Read one thing as it is sent, to be kept."""
        answer = await self._sent("GET", path, key, params=asked, accept=media_type)
        return answer.content

    async def refused(self, path: str, key: str, body: Any) -> Mapping[str, Any]:
        """Try what has to be refused, and return what the service says to it.

        Who was told so too often is told that instead (DR-14), as a load that goes on again may be.
        """
        headers = {"Authorization": f"Bearer {key}", "Content-Type": JSON}
        answer = await self._answered("POST", path, content=written(body), headers=headers)
        if answer.status_code not in {httpx.codes.FORBIDDEN, httpx.codes.CONFLICT}:
            raise DemoTrouble(f"POST {path} was to be refused, and was not.")
        told: Mapping[str, Any] = answer.json()
        return told

    async def every(self, path: str, key: str, **asked: Any) -> AsyncIterator[Any]:
        """Read a whole list, page by page."""
        cursor: dict[str, str] = {}
        while True:
            page = await self.get(path, key, limit=MOST, **asked, **cursor)
            for row in page["data"]:
                yield row
            if not page["has_more"]:
                return
            cursor = {"cursor": page["next_cursor"]}

    async def first(self, path: str, key: str, like: Mapping[str, Any], **asked: Any) -> Any:
        """Find the first of a list that says all of this, or nothing."""
        async for each in self.every(path, key, **asked):
            if like.items() <= {name: each[name] for name in like}.items():
                return each
        return None

    async def put(self, path: str, key: str, body: Any = None) -> Any:
        """Have something be as it is said to be."""
        content = None if body is None else written(body)
        return (await self._sent("PUT", path, key, content=content)).json()

    async def post(
        self, path: str, key: str, body: Any = None, *, idempotency_key: str | None = None
    ) -> Any:
        """Have something done; raises ``DemoTrouble`` with what the service said against it."""
        content = None if body is None else written(body)
        done = await self._sent("POST", path, key, content=content, idempotency_key=idempotency_key)
        return done.json() if done.content else None

    async def post_once(self, path: str, key: str, body: Any, media_type: str = JSON) -> Any:
        """Have something done once, however often this is asked with the same body."""
        content = body if isinstance(body, bytes) else written(body)
        again = sha256(path.encode() + b"\0" + content).hexdigest()
        done = await self._sent(
            "POST", path, key, content=content, media_type=media_type, idempotency_key=again
        )
        return done.json()

    async def _sent(
        self,
        method: str,
        path: str,
        key: str,
        *,
        params: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        media_type: str = JSON,
        accept: str = JSON,
        idempotency_key: str | None = None,
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {key}", "Accept": accept}
        if content is not None:
            headers["Content-Type"] = media_type
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        answer = await self._answered(method, path, params=params, content=content, headers=headers)
        if not answer.is_success:
            raise DemoTrouble(told(method, path, answer))
        return answer

    async def _answered(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            return await self._http.request(method, path, **request)
        except httpx.HTTPError as error:
            raise DemoTrouble(
                f"The service does not answer {method} {path} ({type(error).__name__}):"
                " run the same command again to go on."
            ) from None


def written(body: Any) -> bytes:
    """Write a body; a ``float`` gives back every ``Decimal`` of up to 15 digits as it was."""
    return json.dumps(body, default=float, separators=(",", ":")).encode()


def told(method: str, path: str, answer: httpx.Response) -> str:
    """Say in a sentence what the service answered; it never repeats what it was sent."""
    try:
        problem = answer.json()
        faults = [f"{each['pointer']}: {each['detail']}" for each in problem.get("errors") or []]
        said = "; ".join([problem["detail"] or problem["title"], *faults[:3]])
    except (ValueError, KeyError, TypeError):
        said = "no reason given"
    return f"{method} {path} was answered with {answer.status_code}: {said}"
