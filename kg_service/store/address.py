"""The address of a remote store, as options name it: one text for the endpoint, where to write, and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit, urlunsplit

from kg_service.errors import WrongUsage

__all__ = ["Address", "read_address"]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a remote store is: its query endpoint, where updates and graphs are written, and who asks.

    update, graph_store   "" where the engine's own address is taken, or where there is none
    """

    query: str
    update: str = ""
    graph_store: str = ""
    user: str = ""
    password: str = ""

    @property
    def shown(self) -> str:
        """The query endpoint, for messages; never with a password."""
        return self.query


def read_address(text: str) -> Address:
    """Read `sparql+http(s)://[user:password@]host/path[?update=URL&graph-store=URL]`.

    Raises WrongUsage (exit 2) with what is wrong.
    """
    parts = urlsplit(text)
    scheme = parts.scheme.removeprefix("sparql+")
    if not parts.scheme.startswith("sparql+") or scheme not in ("http", "https") or not parts.hostname:
        raise WrongUsage(
            f"{text!r} is no address of a remote store; write sparql+http://host:port/path or sparql+https://…"
        )
    options = parse_qs(parts.query)
    unknown = options.keys() - {"update", "graph-store"}
    if unknown:
        raise WrongUsage(f"A remote store has the options update and graph-store, not {', '.join(sorted(unknown))}.")
    host = parts.netloc.rpartition("@")[2]
    return Address(
        urlunsplit((scheme, host, parts.path or "/", "", "")),
        options.get("update", [""])[0],
        options.get("graph-store", [""])[0],
        parts.username or "",
        parts.password or "",
    )
