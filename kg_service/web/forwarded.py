"""Under which address clients know the service: what a proxy publishes, and what it tells of requests it passes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from kg_service.errors import MalformedRequest
from kg_service.web.context import is_host
from kg_service.web.problems import problem_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Forwarded"]


class Forwarded:
    """Middleware that reads X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host, from trusted proxies only.

    trusted     addresses and networks of proxies, with commas between; "*" trusts everybody
    root_path   path under which a proxy publishes the service
    """

    def __init__(self, app: ASGIApp, *, trusted: str, root_path: str) -> None:
        self._inner = ProxyHeadersMiddleware(app, trusted_hosts=trusted)  # type: ignore[arg-type]  # ASGI3 has two names
        self._root_path = root_path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under the address that its client knows."""
        if scope["type"] == "http":
            if self._root_path:
                scope["root_path"] = self._root_path
            client = scope.get("client")
            hosts = [value for name, value in scope["headers"] if name == b"x-forwarded-host"]
            if hosts and client and client[0] in self._inner.trusted_hosts:
                host = hosts[-1].rpartition(b",")[2].strip()  # the one that the nearest proxy has added
                others = [pair for pair in scope["headers"] if pair[0] != b"host"]
                scope["headers"] = [(b"host", host), *others]
            if not all(is_host(value) for name, value in scope["headers"] if name == b"host"):
                problem = MalformedRequest("The Host header is no host with an optional port.")
                scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"host"]
                await problem_response(Request(scope), problem)(scope, receive, send)
                return
        await self._inner(scope, receive, send)  # type: ignore[arg-type]  # the same
