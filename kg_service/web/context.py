"""What every resource of one running service shares: pool, settings, validity, and how addresses are made."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg_service import __version__
from kg_service.web.cache import Cache

if TYPE_CHECKING:
    from starlette.types import Scope

    from kg_service.config import Limits
    from kg_service.evaluation.pool import Pool
    from kg_service.named_queries import NamedQuery
    from kg_service.web.observe import Measures

__all__ = ["Context", "client_of", "context_of", "field_values", "service_address"]

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
    _answered: OrderedDict[bytes, None] = field(default_factory=OrderedDict)

    @property
    def facts(self) -> dict[str, Any]:
        """What the template process told about the data set."""
        return self.pool.facts

    def etag(self, work: dict[str, Any], headers: dict[str, str]) -> bytes:
        """Return a weak entity tag for an operation on this data set by this program, and its representation."""
        told = headers["Content-Type"], headers.get("Content-Language")
        text = f"{self.facts['hash']}\0{__version__}\0{work}\0{told}"
        return b'W/"%b"' % hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32].encode()

    def remember(self, etag: bytes) -> None:
        """Note that the operation behind the tag was answered 200."""
        self._answered[etag] = None
        self._answered.move_to_end(etag)
        while len(self._answered) > _ETAGS_KEPT:
            self._answered.popitem(last=False)

    def is_unchanged(self, if_none_match: bytes, etag: bytes) -> bool:
        """Tell whether 304 is due: the client holds this tag and the operation was answered 200 before.

        RFC 9110 §13.1.2, weak comparison
        """
        if etag not in self._answered:
            return False
        held = {each.strip().removeprefix(b"W/") for each in if_none_match.split(b",")}
        return etag.removeprefix(b"W/") in held or b"*" in held


def field_values(scope: Scope) -> dict[bytes, bytes]:
    """Return a request's header fields; the lines of a repeated one are joined (RFC 9110 §5.3)."""
    lines: list[tuple[bytes, bytes]] = scope["headers"]
    fields = dict(lines)
    if len(fields) != len(lines):
        for name in fields:
            fields[name] = b", ".join(value for other, value in lines if other == name)
    return fields


def service_address(scope: Scope) -> str:
    """Return the address under which clients know the service, without a slash at its end."""
    # What the framework's base_url says, without building and parsing two URLs for each request.
    host = next((value for name, value in scope["headers"] if name == b"host"), None)
    root_path = scope.get("app_root_path", scope.get("root_path", "")).rstrip("/")
    if host is None:
        name, port = scope.get("server") or ("localhost", None)
        return f"{scope['scheme']}://{name}{f':{port}' if port else ''}{root_path}"
    return f"{scope['scheme']}://{host.decode('latin-1')}{root_path}"


def client_of(scope: Scope) -> str:
    """Return the address that a request came from, by which clients share the workers."""
    client = scope.get("client")
    return client[0] if client else ""


def context_of(scope: Scope) -> Context:
    """Return the service's context from a request's scope."""
    context: Context = scope["app"].state.context
    return context
