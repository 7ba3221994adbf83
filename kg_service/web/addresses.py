"""Where things are found: which IRIs a request's path may stand for, and the addresses of a thing's page and data."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from kg_service.errors import NotFound
from kg_service.iris import page_path, spellings, unquoted
from kg_service.web.context import context_of, root_path, service_address

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Scope

__all__ = [
    "asked_iris",
    "data_address",
    "description_address",
    "document",
    "page_address",
    "raw_path",
    "shown_iris",
]


def raw_path(scope: Scope) -> str:
    """Return the path of a request behind the service's own, escaped as it was sent, without its first slash.

    Decoding is left to those who know what the path stands for: `%2F` and `/` may be two names.
    """
    raw = scope.get("raw_path")
    root = root_path(scope)
    text = raw.decode("utf-8", "replace") if raw is not None else quote(scope["path"])
    for each in dict.fromkeys((root, quote(root))):
        if each and text.startswith(f"{each}/"):
            text = text.removeprefix(each)
            break
    return text.removeprefix("/")


def asked_iris(request: Request, path: str) -> list[str]:
    """Return the IRIs that a request for one of the data set's own may mean, the likeliest first.

    path   as it was sent
    What stands behind a `?` is part of the IRI where the data have it so.
    """
    query = request.scope["query_string"].decode("utf-8", "replace")
    kept = "&".join(each for each in query.split("&") if not each.startswith("lang="))
    texts = dict.fromkeys([*(f"{path}?{each}" for each in (query, kept) if each), path])
    return [_base(request) + spelling for text in texts for spelling in spellings(text)]


def shown_iris(request: Request, path: str) -> list[str]:
    """Return the IRIs that a path of `/page/` or `/data/` may mean: the one whose address it is, then near misses.

    Raises NotFound for a path that cannot be read.
    """
    local = unquoted(path)
    if local is None:
        raise NotFound("The address is no UTF-8.")
    return [_base(request) + each for each in dict.fromkeys([local, *spellings(path)])]


def page_address(request: Request, iri: str, *, language: str = "") -> str:
    """Return the address of a thing's page, in a language that was chosen."""
    service, kept = service_address(request.scope), {"lang": language} if language else {}
    path = _path(request, iri)
    if path is None:
        return f"{service}/describe?{urlencode({'iri': iri, **kept, 'format': 'html'})}"
    return f"{service}/page/{path}" + (f"?{urlencode(kept)}" if kept else "")


def data_address(request: Request, iri: str, extension: str) -> str:
    """Return the address of a thing's description in the format with this extension."""
    return _address(request, iri, extension, service_address(request.scope))


def document(request: Request, iri: str, extension: str) -> str:
    """Return the IRI of a description as a document: its address, under the base where it is published there."""
    base = context_of(request.scope).facts["base"].rstrip("/")
    return _address(request, iri, extension, base or service_address(request.scope))


def description_address(request: Request, iri: str, extension: str) -> str:
    """Return the address of the description of any IRI, wherever it is of, in the format with this extension."""
    return f"{service_address(request.scope)}/describe?{urlencode({'iri': iri, 'format': extension})}"


def _address(request: Request, iri: str, extension: str, publisher: str) -> str:
    path = _path(request, iri)
    return f"{publisher}/data/{path}.{extension}" if path else description_address(request, iri, extension)


def _path(request: Request, iri: str) -> str | None:
    base = context_of(request.scope).facts["base"]
    local = iri.removeprefix(base)
    # A part of a document has no description of its own there; asked for by itself, it gets its own.
    return page_path(local) if base and iri.startswith(base) and "#" not in local else None


def _base(request: Request) -> str:
    base = context_of(request.scope).facts["base"]
    if not base:
        raise NotFound("These files state no base, so no IRI of theirs dereferences here; use /describe?iri=….")
    return str(base)
