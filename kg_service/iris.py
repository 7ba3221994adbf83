"""IRIs that come from outside: absolute ones are taken, relative ones resolved, anything else refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from kg_service.errors import MalformedRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["absolute", "prefixed_name"]

_FORBIDDEN = re.compile(r'[\x00-\x20<>"{}|\\^`\x7f-\x9f\ud800-\udfff]')
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


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
