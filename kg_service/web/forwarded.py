"""What a reverse proxy tells of the request it passes on, believed only from proxies that are trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Forwarded"]


class Forwarded:
    """Middleware that reads X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host.

    trusted   addresses and networks of proxies, with commas between; "*" trusts everybody
    """

    def __init__(self, app: ASGIApp, *, trusted: str) -> None:
        self._inner = ProxyHeadersMiddleware(app, trusted_hosts=trusted)  # type: ignore[arg-type]  # ASGI3 has two names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under the address that its client knows."""
        client = scope.get("client")
        if scope["type"] == "http" and client and client[0] in self._inner.trusted_hosts:
            hosts = [value for name, value in scope["headers"] if name == b"x-forwarded-host"]
            if hosts:
                host = hosts[0].partition(b",")[0].strip()  # the one nearest to the client
                others = [pair for pair in scope["headers"] if pair[0] != b"host"]
                scope["headers"] = [(b"host", host), *others]
        await self._inner(scope, receive, send)  # type: ignore[arg-type]  # the same
