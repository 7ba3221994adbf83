"""What every resource of one running service shares: pool, settings, validity, and how addresses are made."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg_service import __version__
from kg_service.web.cache import Cache

if TYPE_CHECKING:
    from starlette.requests import Request

    from kg_service.config import Limits
    from kg_service.evaluation.pool import Pool
    from kg_service.named_queries import NamedQuery
    from kg_service.web.observe import Measures

__all__ = ["Context", "client_of", "context_of", "service_address"]

_ETAGS_KEPT = 10_000


@dataclass(slots=True)
class Context:
    """One running service.

    measures   counters
    cache      answers kept
    queries    named queries of the data set, by name
    validity   "pending", "valid", "invalid" or "unknown", and a sentence about it
    """

    pool: Pool
    limits: Limits
    measures: Measures
    queries: dict[str, NamedQuery] = field(default_factory=dict)
    cache: Cache = field(default_factory=lambda: Cache(0))
    validity: tuple[str, str] = ("pending", "The data set has not been validated yet.")
    report: dict[str, Any] | None = None
    _answered: OrderedDict[str, None] = field(default_factory=OrderedDict)

    @property
    def facts(self) -> dict[str, Any]:
        """What the template process told about the data set."""
        return self.pool.facts

    def etag(self, *parts: object) -> str:
        """Return a weak entity tag for an operation on this data set by this program."""
        text = "\0".join([self.facts["hash"], __version__, *(repr(part) for part in parts)])
        return f'W/"{hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'

    def remember(self, etag: str) -> None:
        """Note that the operation behind the tag was answered 200."""
        self._answered[etag] = None
        self._answered.move_to_end(etag)
        while len(self._answered) > _ETAGS_KEPT:
            self._answered.popitem(last=False)

    def is_unchanged(self, if_none_match: str | None, etag: str) -> bool:
        """Tell whether 304 is due: the client holds this tag and the operation was answered 200 before.

        RFC 9110 §13.1.2, weak comparison
        """
        if not if_none_match or etag not in self._answered:
            return False
        held = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
        return etag.removeprefix("W/") in held


def service_address(request: Request) -> str:
    """Return the address under which clients know the service, without a slash at its end."""
    # What the framework's base_url says, without building and parsing two URLs for each request.
    host = request.headers.get("host")
    if host is None:
        return str(request.base_url).rstrip("/")
    root_path = request.scope.get("app_root_path", request.scope.get("root_path", "")).rstrip("/")
    return f"{request.scope['scheme']}://{host}{root_path}"


def client_of(request: Request) -> str:
    """Return the address that a request came from, by which clients share the workers."""
    return request.client.host if request.client is not None else ""


def context_of(request: Request) -> Context:
    """Return the service's context from a request."""
    context: Context = request.app.state.context
    return context
