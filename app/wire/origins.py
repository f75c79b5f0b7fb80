"""Which pages of other origins may call the API from a browser (CORS)."""

from collections.abc import Collection
from typing import Final

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
TAKEN: Final = (
    "Authorization",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Prefer",
    "X-Request-Id",
)
"""Headers of requests, besides those that need no leave."""
SHOWN: Final = (
    "Accept-Patch",
    "Allow",
    "Content-Disposition",
    "Deprecation",
    "ETag",
    "Idempotent-Replayed",
    "Link",
    "Location",
    "Preference-Applied",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Sunset",
    "WWW-Authenticate",
    "X-Request-Id",
)
"""Headers of answers, besides those that every page may see."""
REMEMBERED: Final = 600
"""Seconds for which a browser need not ask again."""


class Origins(CORSMiddleware):
    """Lets pages of the ``allowed`` origins read what the application answers; ``*`` is every page.

    Credentials of the browser (cookies) are never asked for: a caller sends its own token.
    """

    def __init__(self, app: ASGIApp, allowed: Collection[str]) -> None:
        super().__init__(
            app,
            allow_origins=allowed,
            allow_methods=METHODS,
            allow_headers=TAKEN,
            expose_headers=SHOWN,
            max_age=REMEMBERED,
        )

    def preflight_response(self, request_headers: Headers) -> Response:
        """Tell a browser what is allowed; what is not is missing there, and needs no error."""
        headers = super().preflight_response(request_headers).headers
        told = {
            name: value
            for name, value in headers.items()
            if name == "vary" or name.startswith("access-control-")
        }
        return Response(status_code=204, headers=told)
