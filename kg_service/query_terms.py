"""The IRIs that a query names, where it names them, and which of them nothing declares; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from kg_service.namespaces import XSD
from kg_service.tokens import Token, tokens
from kg_service.vocabularies import CLOSED, is_standard

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

__all__ = ["Prefix", "named_terms", "namespace", "prefixes_of", "resolve", "unknown_terms"]

#: A declaration: the tokens PREFIX, name and IRI.
Prefix = tuple[Token, Token, Token]
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def namespace(iri: str) -> str:
    """Return an IRI up to its last slash or hash."""
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]


def resolve(token: Token, prefixes: dict[str, str], base: str = "") -> str:
    """Return the IRI that an IRI or a name stands for; a prefix that is not declared stands for nothing."""
    if token.kind == "iri":
        text = _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), token.text[1:-1])
        return urljoin(base, text) if base and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text) else text
    prefix, _, local = token.text.partition(":")
    return prefixes.get(prefix, "") + re.sub(r"\\(.)", r"\1", local)


def prefixes_of(sequence: list[Token]) -> Iterator[Prefix]:
    """Yield the declarations of prefixes among a query's tokens (SPARQL 1.1 Query §4.1.1)."""
    for keyword, name, iri in zip(sequence, sequence[1:], sequence[2:], strict=False):
        if keyword.kind == "word" and keyword.text.upper() == "PREFIX" and name.kind == "name" and iri.kind == "iri":
            yield keyword, name, iri


def named_terms(text: str, base: str = "") -> Iterator[tuple[Token, str]]:
    """Yield the IRIs and names of a query and what they stand for, but for declarations, functions and datatypes."""
    sequence = list(tokens(text))
    declared = list(prefixes_of(sequence))
    prefixes = {name.text[:-1]: resolve(iri, {}, base) for _, name, iri in declared}
    passed = {token.offset for declaration in declared for token in declaration}
    for index, token in enumerate(sequence):
        before = sequence[index - 1].text.upper() if index else ""
        after = sequence[index + 1].text if index + 1 < len(sequence) else ""
        if (
            token.kind in ("iri", "name")
            and token.offset not in passed
            and before not in ("BASE", "^^")
            and after != "("
        ):
            yield token, resolve(token, prefixes, base)


def unknown_terms(
    text: str, spaces: Container[str], is_known: Callable[[str], bool], base: str = ""
) -> Iterator[tuple[Token, str]]:
    """Yield the names of a query that stand for nothing, in namespaces where that can be told.

    spaces     namespaces of the data set; those that a standard closes are known by themselves
    is_known   whether an IRI occurs in the data set
    """
    for token, iri in named_terms(text, base):
        space = namespace(iri)
        if iri == space:
            continue
        if space in CLOSED:
            if not is_standard(iri) and not is_known(iri):
                yield token, iri
        elif space in spaces and space != XSD and not is_known(iri):
            yield token, iri
