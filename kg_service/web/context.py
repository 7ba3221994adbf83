"""What every resource of one running service shares: pool, settings, validity, and how addresses are made."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg_service import __version__
from kg_service.evaluation.frames import header_fields
from kg_service.web.cache import Cache

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from starlette.types import Scope

    from kg_service.config import Limits
    from kg_service.evaluation.pool import Pool
    from kg_service.named_queries import NamedQuery
    from kg_service.validation.results import Report
    from kg_service.web.observe import Measures

__all__ = [
    "PENDING",
    "Context",
    "Verdict",
    "client_of",
    "context_of",
    "field_values",
    "is_host",
    "not_modified",
    "root_path",
    "service_address",
]

_ANSWERS_KNOWN = 10_000
_KEPT_IN_304 = frozenset(
    {b"etag", b"vary", b"cache-control", b"content-location", b"access-control-allow-origin",
     b"access-control-expose-headers"}
)  # fmt: skip
_HOST = re.compile(rb"[A-Za-z0-9._~%!$&'()*+,;=-]+(?::\d{0,5})?|\[[0-9A-Fa-f:.]+\](?::\d{0,5})?")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of the validity of the data set that is served.

    state      "pending", "valid", "invalid" or "unknown"
    sentence   about it, for people
    ready      whether requests should be sent here
    current    whether what is served are the files as they are now
    """

    state: str
    sentence: str
    ready: bool = False
    current: bool = True


PENDING = Verdict("pending", "The data set has not been validated yet.")


@dataclass(slots=True)
class Context:
    """One running service.

    measures   counters
    cache      answers kept
    queries    named queries of the data set, by name
    validity   whether the data set served is valid
    report     the last report of a validation
    texts      that report in the formats that take a child process, as soon as one was asked for
    sources    folder with the texts of source documents
    """

    pool: Pool
    limits: Limits
    measures: Measures
    queries: dict[str, NamedQuery] = field(default_factory=dict)
    cache: Cache = field(default_factory=lambda: Cache(0))
    validity: Verdict = PENDING
    report: Report | None = None
    texts: dict[str, asyncio.Task[str]] = field(default_factory=dict)
    sources: Path | None = None
    _answered: OrderedDict[bytes, bytes] = field(default_factory=OrderedDict)

    @property
    def facts(self) -> dict[str, Any]:
        """What the template process told about the data set."""
        return self.pool.facts

    def take(self, validity: Verdict, report: Report | None) -> None:
        """Note what a validation found; without a report the one before stays."""
        self.validity = validity
        if report is not None:
            self.report, self.texts = report, {}

    def etag(self, work: dict[str, Any], headers: dict[str, str]) -> bytes:
        """Return a weak entity tag for what a worker is asked, and for its representation, in this data set."""
        told = sorted(headers.items())  # all of them: an answer is kept with its headers, which may name the host
        text = f"{self.facts['hash']}\0{__version__}\0{work}\0{told}"
        return b'W/"%b"' % hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32].encode()

    def remember(self, key: bytes, head: bytes) -> None:
        """Note that the request behind the key was answered 200 with these header lines."""
        self._answered[key] = head
        self._answered.move_to_end(key)
        while len(self._answered) > _ANSWERS_KNOWN:
            self._answered.popitem(last=False)

    def unchanged(self, key: bytes, if_none_match: bytes) -> list[tuple[bytes, bytes]] | None:
        """Return the headers of a 304 where the request was answered 200 before and the client holds its tag."""
        head = self._answered.get(key)
        return not_modified(header_fields(head), if_none_match) if head is not None else None


def not_modified(headers: list[tuple[bytes, bytes]], if_none_match: bytes) -> list[tuple[bytes, bytes]] | None:
    """Return the headers of a 304 in place of an answer with these, or None where the client holds another one.

    RFC 9110 §13.1.2, weak comparison; §15.4.5
    """
    etag = next((value for name, value in headers if name == b"etag"), None)
    held = {each.strip().removeprefix(b"W/") for each in if_none_match.split(b",")}
    if etag is None or (etag.removeprefix(b"W/") not in held and b"*" not in held):
        return None
    return [pair for pair in headers if pair[0] in _KEPT_IN_304]


def field_values(scope: Scope) -> dict[bytes, bytes]:
    """Return a request's header fields; the lines of a repeated one are joined (RFC 9110 §5.3)."""
    lines: list[tuple[bytes, bytes]] = scope["headers"]
    fields = dict(lines)
    if len(fields) != len(lines):
        for name in fields:
            fields[name] = b", ".join(value for other, value in lines if other == name)
    return fields


def is_host(value: bytes) -> bool:
    """Tell whether the value of a Host header is one (RFC 9110 §7.2, RFC 3986 §3.2.2)."""
    return _HOST.fullmatch(value) is not None


def root_path(scope: Scope) -> str:
    """Return the path under which a proxy serves the service, without a slash at its end."""
    found: str = scope.get("app_root_path", scope.get("root_path", ""))
    return found.rstrip("/")


def service_address(scope: Scope) -> str:
    """Return the address under which clients know the service, without a slash at its end."""
    # What the framework's base_url says, without building and parsing two URLs for each request.
    host = next((value for name, value in scope["headers"] if name == b"host"), None)
    if host is None:
        name, port = scope.get("server") or ("localhost", None)
        return f"{scope['scheme']}://{name}{f':{port}' if port else ''}{root_path(scope)}"
    return f"{scope['scheme']}://{host.decode('latin-1')}{root_path(scope)}"


def client_of(scope: Scope) -> str:
    """Return the address that a request came from, by which clients share the workers."""
    client = scope.get("client")
    return client[0] if client else ""


def context_of(scope: Scope) -> Context:
    """Return the service's context from a request's scope."""
    context: Context = scope["app"].state.context
    return context
