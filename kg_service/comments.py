"""The comments of a Turtle or TriG document, each with the statement it precedes; reads tokens, no grammar."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.errors import CheckFailed
from kg_service.terms import DEFAULT, Graph, Term, quads_of
from kg_service.turtle_scanner import DIRECTIVES, TOKEN

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

__all__ = ["Comments", "read_comments"]

_STATEMENT = 3


@dataclass(slots=True)
class Comments:
    """Comment lines by what they precede.

    head, tail     at the top of the document, and after its last statement
    before_graph   before `GRAPH … {`
    before         before a statement: (True, …) in front of its subject, (False, …) in front of its predicate or object
    """

    head: list[str] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)
    before_graph: dict[object, list[str]] = field(default_factory=dict)
    before: dict[tuple[object, ...], list[tuple[bool, str]]] = field(default_factory=dict)

    def take(self, quad: ox.Quad) -> tuple[list[str], list[str]]:
        """Return the comments in front of the quad's subject and those in front of its line."""
        found = self.before.pop(_key(quad.graph_name, quad.triple), [])
        return [line for opening, line in found if opening], [line for opening, line in found if not opening]

    @property
    def is_empty(self) -> bool:
        """Whether every comment that belongs to a statement or graph has been taken."""
        return not self.before and not self.before_graph


@dataclass(slots=True)
class _Reader:
    """Where the pass over the tokens stands: the statement under way and the comments waiting for one."""

    name: str
    declarations: str
    comments: Comments = field(default_factory=Comments)
    waiting: list[tuple[bool, str]] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    graph: Term | Graph = DEFAULT
    depth: int = 0
    group: str = ""


def read_comments(text: str, *, trig: bool, prefixes: Mapping[str, str], name: str) -> Comments:
    """Find the comments of a document that parses.

    Raises CheckFailed (exit 1) with file and line for a comment that shares its line with a statement,
    or stands inside a collection or blank node.
    """
    if "#" not in text:
        return Comments()
    declarations = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes.items())
    reader = _Reader(name, declarations)
    tokens = [match for match in TOKEN.finditer(text) if match.lastgroup != "space"]
    if not any(match.lastgroup == "comment" for match in tokens):
        return Comments()
    started = directive = False
    for match in tokens:
        token = match.group()
        if match.lastgroup == "comment":
            _require_own_line(text, match, reader)
            if started or directive:
                reader.waiting.append((not reader.terms, token.rstrip()))
            else:
                reader.comments.head.append(token.rstrip())
        elif not reader.terms and not reader.depth and token.lower() in DIRECTIVES:
            directive = True
            if not started:  # comments between directives belong to the head
                reader.comments.head += [line for _, line in reader.waiting]
                reader.waiting.clear()
            reader.terms = [token]
        elif reader.terms and reader.terms[0].lower() in DIRECTIVES:
            _directive(reader, token)
        else:
            started = True
            _statement_token(reader, token, trig=trig)
    reader.comments.tail += [line for _, line in reader.waiting]
    return reader.comments


def _directive(reader: _Reader, token: str) -> None:
    """Skip to the end of a directive: `.` after @prefix, the IRI after PREFIX."""
    old_style = reader.terms[0].startswith("@")
    if (token == "." and old_style) or (token.startswith("<") and not old_style):
        reader.terms = []
    else:
        reader.terms.append(token)


def _group_token(reader: _Reader, token: str) -> None:
    """Take a collection or a blank node's property list as one term."""
    reader.group += f" {token}"
    reader.depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token, 0)
    if not reader.depth:
        reader.terms.append(reader.group)
        reader.group = ""


def _statement_token(reader: _Reader, token: str, *, trig: bool) -> None:
    if reader.depth or token in ("(", "["):
        _group_token(reader, token)
        return
    match token:
        case "{" if trig:
            _begin_graph(reader)
        case "}" if trig:
            _end_statement(reader, keep=0)
            reader.graph = DEFAULT
        case ".":
            _end_statement(reader, keep=0)
        case ";":
            _end_statement(reader, keep=1)
        case ",":
            _end_statement(reader, keep=2)
        case _ if len(reader.terms) == _STATEMENT and (token[0] in "@^" or reader.terms[-1].endswith("^^")):
            reader.terms[-1] += token
        case _:
            reader.terms.append(token)


def _begin_graph(reader: _Reader) -> None:
    """Give the waiting comments to the graph whose block begins here."""
    name = reader.terms[-1] if reader.terms and reader.terms[-1].lower() != "graph" else ""
    reader.graph = _parse(reader, f"<urn:s> <urn:p> {name} .").object if name else DEFAULT
    if reader.waiting and name:
        reader.comments.before_graph.setdefault(reader.graph, []).extend(line for _, line in reader.waiting)
        reader.waiting.clear()
    reader.terms = []


def _end_statement(reader: _Reader, *, keep: int) -> None:
    """Give the waiting comments to the statement that ends here; keep its first terms for the next one."""
    if reader.waiting and len(reader.terms) == _STATEMENT:
        triple = _parse(reader, f"{' '.join(reader.terms)} .")
        reader.comments.before.setdefault(_key(reader.graph, triple), []).extend(reader.waiting)
        reader.waiting.clear()
    reader.terms = reader.terms[:keep]


def _key(graph: object, triple: ox.Triple) -> tuple[object, ...]:
    """Name a statement across two parses, in which blank nodes have other labels."""
    terms = (triple.subject, triple.predicate, triple.object)
    return graph, *(None if isinstance(term, ox.BlankNode) else term for term in terms)


def _parse(reader: _Reader, statement: str) -> ox.Triple:
    """Parse one statement; of a collection's triples the one that uses it comes last."""
    quads = quads_of(ox.parse(reader.declarations + statement, format=ox.RdfFormat.TURTLE))
    return next((quad.triple for quad in quads if isinstance(quad.subject, ox.NamedNode)), quads[-1].triple)


def _require_own_line(text: str, match: re.Match[str], reader: _Reader) -> None:
    start = text.rfind("\n", 0, match.start()) + 1
    line = text.count("\n", 0, match.start()) + 1
    if text[start : match.start()].strip():
        raise CheckFailed(
            f"{reader.name}:{line}: this comment shares its line with a statement; put it on a line of its own.",
            line=line,
        )
    if reader.depth:
        raise CheckFailed(
            f"{reader.name}:{line}: this comment stands inside a list; move it above the statement.",
            line=line,
        )
