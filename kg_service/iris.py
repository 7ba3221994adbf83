"""IRIs that come from outside: absolute ones are taken, relative ones resolved, anything else refused.

Also how the rest of an IRI behind the data set's base is written in the path of an address, and read from it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes, urljoin

from kg_service.errors import MalformedRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["absolute", "is_web", "page_path", "prefixed_name", "spellings", "unquoted"]

_FORBIDDEN = re.compile(r'[\x00-\x20<>"{}|\\^`\x7f-\x9f\ud800-\udfff]')
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
#: ASCII that some escape in a path and others do not, without meaning anything else (RFC 3986 §2.2, §2.3).
_EITHER_WAY = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@")


def absolute(text: str, *, name: str, base: str = "") -> str:
    """Return the IRI that a parameter names.

    name   of the parameter, for the message
    base   absolute IRI that a relative reference resolves against; "" takes absolute IRIs only
    Raises MalformedRequest (400). RFC 3987 §2.2; the engine has the last word.
    """
    resolved = text if _SCHEME.match(text) or not base else urljoin(base, text)
    if not text or _FORBIDDEN.search(text) or _FORBIDDEN.search(resolved) or not _SCHEME.match(resolved):
        raise MalformedRequest(f"{name}={text[:200]!r} is no IRI; write it in full, percent-encoded once.")
    return resolved


def prefixed_name(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return the IRI as name:local by the longest namespace it starts with, for people; else the IRI itself.

    >>> prefixed_name("http://e/a/b", {"e": "http://e/", "a": "http://e/a/"})
    'a:b'
    """
    fitting = [name for name, namespace in prefixes.items() if iri.startswith(namespace)]
    name = max(fitting, key=lambda each: len(prefixes[each]), default=None)
    return iri if name is None else f"{name}:{iri.removeprefix(prefixes[name])}"


def is_web(iri: str) -> bool:
    """Tell whether a browser may be sent to an IRI as it is."""
    return iri.startswith(("http://", "https://"))


def page_path(local: str) -> str | None:
    """Return the rest of an IRI behind the base as a path in addresses, from which `unquoted` makes it again.

    None for what browsers and proxies change under way: nothing at all, empty segments, and dots.

    >>> page_path("id/a%20b?x=1")
    'id/a%2520b%3Fx%3D1'
    >>> page_path("/evil.example"), page_path("id/../a")
    (None, None)
    """
    *segments, last = local.split("/")
    if not local or last in (".", "..") or not {"", ".", ".."}.isdisjoint(segments):
        return None
    return quote(local)


def unquoted(path: str) -> str | None:
    """Return what a path stands for, its escapes taken off once; None where they are no UTF-8."""
    try:
        return unquote_to_bytes(path).decode()
    except ValueError:
        return None


def spellings(path: str) -> list[str]:
    """Return how data may write what a request for one of their IRIs spells so: so, then with letters for escapes.

    RFC 3987 §3.1, §3.2: what is not ASCII is sent escaped, and may be written either way.

    >>> spellings("id/%d3%99%20b")
    ['id/%d3%99%20b', 'id/%D3%99%20b', 'id/ә%20b']
    >>> spellings("id/a")
    ['id/a']
    """
    upper = _ESCAPES.sub(lambda match: match[0].upper(), path)
    letters = _ESCAPES.sub(lambda match: _read(match[0], frozenset()), path)
    signs = _ESCAPES.sub(lambda match: _read(match[0], _EITHER_WAY), path)
    return list(dict.fromkeys([path, upper, letters, signs]))


def _read(escapes: str, kept: frozenset[str]) -> str:
    """Return letters for escapes that stand for any, beyond ASCII or among those kept; the others as they are."""
    text = unquote_to_bytes(escapes).decode("utf-8", "surrogateescape")
    return "".join(
        each if each in kept or (each > "\x7f" and not _FORBIDDEN.match(each)) else _escaped(each) for each in text
    )


def _escaped(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "surrogateescape"))
