"""Turtle and TriG in one canonical layout, so that a diff shows what was said and nothing else.

One predicate and object a line, each ending in ` ;`, a lone ` .` closing the subject; prefixes, graphs,
subjects and predicates sorted; comments on lines of their own stay with the statement they precede.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.comments import Comments, read_comments
from kg_service.errors import CheckFailed
from kg_service.namespaces import RDF, XSD
from kg_service.terms import DEFAULT, Graph, Resource, Term, quads_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["format_turtle"]

_TYPE = RDF + "type"
_FIRST, _REST, _NIL = RDF + "first", RDF + "rest", RDF + "nil"
_LOCAL = re.compile(r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_\-.]*[A-Za-z0-9_\-])?)?\Z")
_BARE = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+\Z"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    XSD + "double": re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+\Z"),
    XSD + "boolean": re.compile(r"(?:true|false)\Z"),
}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def format_turtle(text: str, *, trig: bool, prefixes: Mapping[str, str], name: str = "") -> str:
    """Return the document in canonical layout.

    prefixes   the data set's table; a prefix of the file itself is kept for a namespace the table lacks
    name       of the file, for messages
    Raises SyntaxError where it does not parse; CheckFailed (exit 1) where the layout would lose a comment
    or a blank node's place: then nothing is changed.
    """
    syntax = ox.RdfFormat.TRIG if trig else ox.RdfFormat.TURTLE
    parser = ox.parse(text, format=syntax)
    quads = quads_of(parser)
    comments = read_comments(text, trig=trig, prefixes=parser.prefixes, name=name)
    known = {namespace: prefix for prefix, namespace in parser.prefixes.items()}
    known |= {namespace: prefix for prefix, namespace in prefixes.items()}
    taken = {prefix for namespace, prefix in known.items() if prefixes.get(prefix) == namespace}
    known = {ns: prefix for ns, prefix in known.items() if prefixes.get(prefix) == ns or prefix not in taken}
    result = _Document(_relabelled(quads), known, comments).write()
    again = quads_of(ox.parse(result, format=syntax))
    if _canonical(quads) != _canonical(again):
        raise CheckFailed(f"{name}: its blank nodes cannot be written in canonical layout without loss.")
    if not comments.is_empty:
        raise CheckFailed(f"{name}: a comment would be lost; move it above the subject of a statement.")
    return result


def _relabelled(quads: list[ox.Quad]) -> list[ox.Quad]:
    """Give blank nodes labels that depend on the graph alone (RDFC-1.0), so that a second run changes nothing."""
    if not any(
        isinstance(term, ox.BlankNode) for quad in quads for term in (quad.subject, quad.object, quad.graph_name)
    ):
        return quads
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return list(dataset)


def _canonical(quads: list[ox.Quad]) -> set[ox.Quad]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


@dataclass(slots=True)
class _Document:
    """The quads of one document and how they are written."""

    quads: list[ox.Quad]
    prefixes: dict[str, str]
    comments: Comments
    used: dict[str, str] = field(default_factory=dict)
    lists: dict[tuple[Graph, Term], list[ox.Quad]] = field(default_factory=dict)

    def write(self) -> str:
        graphs: dict[Graph, list[ox.Quad]] = defaultdict(list)
        for quad in self.quads:
            graphs[quad.graph_name].append(quad)
        blocks: list[str] = []
        for graph in sorted(graphs, key=lambda each: (each != DEFAULT, _natural(str(each)))):
            if graph == DEFAULT:
                blocks += self.subjects(graphs[graph], "")
            else:
                assert isinstance(graph, ox.NamedNode | ox.BlankNode)  # noqa: S101 - the only other graph names
                lead = "".join(f"{line}\n" for line in self.comments.before_graph.pop(graph, []))
                inner = "\n".join(self.subjects(graphs[graph], "    "))
                blocks.append(f"{lead}{self.term(graph)} {{\n{inner}}}\n")
        head = [*self.comments.head, ""] if self.comments.head else []
        declared = [
            f"@prefix {prefix}: <{namespace}> ."
            for namespace, prefix in sorted(self.used.items(), key=lambda item: item[1])
        ]
        top = "\n".join([*head, *declared]) + "\n" if head or declared else ""
        tail = "".join(f"{line}\n" for line in self.comments.tail)
        return "\n".join(part for part in [top, *blocks, tail] if part)

    def subjects(self, quads: list[ox.Quad], indent: str) -> list[str]:
        """Write each subject's block; lists are written where they are used."""
        self.find_lists(quads)
        by_subject: dict[Resource, list[ox.Quad]] = defaultdict(list)
        for quad in quads:
            if (quad.graph_name, quad.subject) not in self.lists and isinstance(
                quad.subject, ox.NamedNode | ox.BlankNode
            ):
                by_subject[quad.subject].append(quad)
        order = sorted(by_subject, key=lambda each: (isinstance(each, ox.BlankNode), _natural(self.term(each))))
        return [self.subject(subject, by_subject[subject], indent) for subject in order]

    def subject(self, subject: Resource, quads: list[ox.Quad], indent: str) -> str:
        lines = [f"{indent}{self.term(subject)}"]
        lead: list[str] = []
        rows = sorted(
            quads,
            key=lambda quad: (
                quad.predicate.value != _TYPE,
                _natural("" if quad.predicate.value == _TYPE else self.term(quad.predicate)),
                self.sorting(quad.object),
            ),
        )
        for quad in rows:
            opening, own = self.comments.take(quad)
            lead += [f"{indent}{line}" for line in opening]
            lines += [f"{indent}    {line}" for line in own]
            predicate = "a" if quad.predicate.value == _TYPE else self.term(quad.predicate)
            lines.append(f"{indent}    {predicate} {self.write_object(quad.object, quad.graph_name)} ;")
        return "\n".join([*lead, *lines, f"{indent}.", ""])

    def sorting(self, term: Term) -> tuple[object, ...]:
        """Order objects by language tag, then naturally by what is written."""
        return getattr(term, "language", None) or "", _natural(self.write_object(term, None))

    def write_object(self, term: Term, graph: Graph | None) -> str:
        if isinstance(term, ox.BlankNode) and graph is not None and (graph, term) in self.lists:
            return self.collection(term, graph)
        return self.term(term)

    def collection(self, node: Resource, graph: Graph) -> str:
        items: list[str] = []
        while node != ox.NamedNode(_NIL):
            quads = {quad.predicate.value: quad.object for quad in self.lists[graph, node]}
            items.append(self.write_object(quads[_FIRST], graph))
            node = quads[_REST]  # type: ignore[assignment]  # checked in find_lists
        return f"( {' '.join(items)} )"

    def find_lists(self, quads: list[ox.Quad]) -> None:
        """Find the blank nodes that are cells of well-formed lists, each used once."""
        cells: dict[Resource, list[ox.Quad]] = defaultdict(list)
        uses: dict[object, int] = defaultdict(int)
        for quad in quads:
            uses[quad.object] += 1
            if isinstance(quad.subject, ox.BlankNode):
                cells[quad.subject].append(quad)
        good = {
            node: found
            for node, found in cells.items()
            if uses[node] == 1 and sorted(quad.predicate.value for quad in found) == [_FIRST, _REST]
        }
        changed = True
        while changed:
            rests = {node: next(q.object for q in found if q.predicate.value == _REST) for node, found in good.items()}
            broken = [node for node, rest in rests.items() if rest != ox.NamedNode(_NIL) and rest not in good]
            for node in broken:
                del good[node]
            changed = bool(broken)
        for node, found in good.items():
            self.lists[found[0].graph_name, node] = found

    def term(self, term: Term | Graph) -> str:
        match term:
            case ox.NamedNode():
                return self.iri(term.value)
            case ox.Literal():
                return self.literal(term)
            case _:
                return str(term)

    def iri(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":")) + 1
        for end in (cut, len(iri)):
            prefix = self.prefixes.get(iri[:end])
            if prefix is not None and _LOCAL.match(iri[end:]):
                self.used[iri[:end]] = prefix
                return f"{prefix}:{iri[end:]}"
        return f"<{iri}>"

    def literal(self, literal: ox.Literal) -> str:
        bare = _BARE.get(literal.datatype.value)
        if bare is not None and bare.match(literal.value):
            return literal.value
        quoted = _quote(literal.value)
        if literal.language:
            return f"{quoted}@{literal.language}"
        if literal.datatype.value == XSD + "string":
            return quoted
        return f"{quoted}^^{self.iri(literal.datatype.value)}"


def _quote(value: str) -> str:
    if "\n" in value and "\r" not in value:
        inner = value.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        if inner.endswith('"'):
            inner = inner[:-1] + '\\"'
        return f'"""{inner}"""'
    return '"' + re.sub(r'[\\"\n\r\t\x08\x0c]', lambda match: _ESCAPES[match[0]], value) + '"'


def _natural(text: str) -> tuple[list[tuple[int, int, str]], str]:
    """Order s2 before s10, and 01 apart from 1."""
    parts = (part for part in re.split(r"(\d+)", text) if part)
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts], text
