"""Lines of N-Triples as solutions, for pages of graphs; pure: the front process has no engine (N-Triples §7)."""

from __future__ import annotations

import re

__all__ = ["NAMES", "read_triple"]

#: Names of the columns of a graph.
NAMES = ("subject", "predicate", "object")

_LINE = re.compile(
    r"(?:<([^>]*)>|(_:\S+)) <([^>]*)> "
    r"(?:<([^>]*)>|(_:\S+)|\"((?:[^\"\\]|\\.)*)\"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?) \."
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_MARKS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def read_triple(line: str) -> dict[str, dict[str, str]] | None:
    """Return a triple as a solution of NAMES, its terms as in SPARQL results; None for a line that is none.

    >>> read_triple('<http://e/s> <http://e/p> "a"@en .')["object"]
    {'type': 'literal', 'value': 'a', 'xml:lang': 'en'}
    """
    match = _LINE.fullmatch(line.strip())
    if match is None:
        return None
    subject, blank, predicate, iri, other, text, language, datatype = match.groups()
    if text is None:
        object_ = _node(iri, other)
    else:
        told = {"xml:lang": language} if language else {"datatype": _plain(datatype)} if datatype else {}
        object_ = {"type": "literal", "value": _plain(text), **told}
    return {"subject": _node(subject, blank), "predicate": _node(predicate, None), "object": object_}


def _node(iri: str | None, blank: str | None) -> dict[str, str]:
    return {"type": "bnode", "value": str(blank)[2:]} if iri is None else {"type": "uri", "value": _plain(iri)}


def _plain(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        digits = match[1] or match[2]
        return chr(int(digits, 16)) if digits else _MARKS.get(match[3], match[3])

    return _ESCAPE.sub(character, text)
