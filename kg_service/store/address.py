"""The address of a remote store, as options name it: one text for the endpoint, where to write, and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

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
    try:
        parts = urlsplit(text)
        scheme, host = parts.scheme.removeprefix("sparql+"), parts.netloc.rpartition("@")[2]
        usable = parts.scheme.startswith("sparql+") and scheme in ("http", "https") and parts.hostname
        _ = parts.port  # raises where it is no number
    except ValueError:
        usable, host = False, ""
    if not usable:
        raise WrongUsage("A remote store is written sparql+http://host:port/path, or sparql+https://…")
    options = parse_qs(parts.query)
    unknown = options.keys() - {"update", "graph-store"}
    if unknown:
        raise WrongUsage(f"A remote store has the options update and graph-store, not {', '.join(sorted(unknown))}.")
    update, graph_store = (options.get(name, [""])[0] for name in ("update", "graph-store"))
    if any("@" in urlsplit(each).netloc for each in (update, graph_store)):
        raise WrongUsage("User and password stand in the address itself, not in its options.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Address(urlunsplit((scheme, host, parts.path or "/", "", "")), update, graph_store, user, password)
