"""How terms are written in a query: a prefixed name that needs no escapes, or the IRI in angle brackets; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_service.errors import QuerySyntaxError
from kg_service.iris import prefixed_name
from kg_service.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["full_iri", "query_name"]


def query_name(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return what names the IRI in a query as it stands.

    >>> query_name("http://e/a", {"e": "http://e/"}), query_name("http://e/a/b", {"e": "http://e/"})
    ('e:a', '<http://e/a/b>')
    """
    name = prefixed_name(iri, prefixes)
    if name != iri and _is_name(name):
        return name
    return f"<{iri}>"


def full_iri(name: str, prefixes: Mapping[str, str]) -> str:
    """Return the IRI that `query_name` wrote as this name.

    >>> full_iri("e:a", {"e": "http://e/"}), full_iri("<http://e/a/b>", {})
    ('http://e/a', 'http://e/a/b')
    """
    prefix, _, local = name.partition(":")
    return name[1:-1] if name.startswith("<") else prefixes.get(prefix, "") + local


def _is_name(text: str) -> bool:
    try:
        return [(token.kind, token.text) for token in tokens(text)] == [("name", text)]
    except QuerySyntaxError:
        return False
