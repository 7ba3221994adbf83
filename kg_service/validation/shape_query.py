"""SHACL-SPARQL queries as Boolean expressions over a focus node, where a query is plain enough for that.

Pre-binding asks whether the group has a solution with `$this` given. For a group of triple patterns, `GRAPH`
and `FILTER` that is a chain of `EXISTS`, one pattern in each; any other group is left to one query a focus node.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.errors import QuerySyntaxError
from kg_service.namespaces import OWL, RDF, RDFS, XSD
from kg_service.tokens import Token, tokens
from kg_service.validation.shape_graph import CannotTell, ShapeGraph
from kg_service.validation.shape_paths import TRUE, Step, all_of, exists
from kg_service.validation.shape_patterns import Group, read_group

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_service.terms import Term
    from kg_service.validation.shape_paths import Names, Path

__all__ = ["CORE_PREFIXES", "Select", "as_condition", "read_select"]

#: What rdflib binds by itself ("core"), which pySHACL lets queries use undeclared.
CORE_PREFIXES = {
    "owl": OWL,
    "rdf": RDF,
    "rdfs": RDFS,
    "xsd": XSD,
    "xml": "http://www.w3.org/XML/1998/namespace",
}
#: pySHACL refuses, or cannot bind, whatever looks like these, be it in a string.
_REFUSED = re.compile(
    r"minus|values|service|shapesgraph|currentshape|select.*select|\bfrom\b", re.IGNORECASE | re.DOTALL
)
#: These differ from one evaluation to the next, or look beyond one focus node.
_UNSTEADY = frozenset({"RAND", "UUID", "STRUUID", "BNODE"})
_PATH = re.compile(r"([\s{}()])[$?]PATH")
_PLAIN_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Select:
    """A SELECT query of a shapes graph: as pySHACL will run it, and as the tokens of its WHERE group."""

    text: str
    group: tuple[Token, ...]


def read_select(graph: ShapeGraph, node: Term, path: Step | Path | None = None) -> Select:
    """Return the query of a constraint or target; raise CannotTell for a form that pySHACL may refuse."""
    term = graph.one(node, "select")
    if not isinstance(term, ox.Literal) or term.datatype.value != XSD + "string" or _REFUSED.search(term.value):
        raise CannotTell
    prefixes = _prefixes(graph, node)
    text = _with_path(term.value, path, prefixes)
    try:
        found = list(tokens(text))
    except QuerySyntaxError as error:
        raise CannotTell from error
    words = {token.text.upper() for token in found if token.kind == "word"}
    if not words.isdisjoint(_UNSTEADY):
        raise CannotTell
    head = next((place for place, token in enumerate(found) if token.text == "{"), None)
    if head is None or not _projects_this(found[:head]) or found[-1].text != "}":
        raise CannotTell
    declared = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes.items())
    return Select(f"{declared}\n{text}", tuple(_expanded(found[head:], CORE_PREFIXES | prefixes)))


def as_condition(select: Select, this: str, names: Names) -> str | None:
    """Return the expression that the query has a solution for the node `this`; None for a group not so plain."""
    group = read_group(_renamed(select.group, this, names))
    return None if group is None else _condition(group, {this}, names)


def _condition(group: Group, bound: set[str], names: Names) -> str:
    """Chain the patterns, each time the one with the most that is bound, and each filter as soon as it can be told."""
    ready = [each for each in group.filters if each.variables <= bound]
    waiting = replace(group, filters=tuple(each for each in group.filters if each not in ready))
    told = [exists("", each.text) for each in ready]
    if waiting.patterns:
        chosen = max(waiting.patterns, key=lambda each: each.selectivity(bound))
        rest = tuple(each for each in waiting.patterns if each is not chosen)
        inner = _condition(replace(waiting, patterns=rest), bound | chosen.variables, names)
        return all_of([*told, exists(chosen.text, inner)])
    told += [exists("", each.text) for each in waiting.filters]
    for negated, nested in group.nested:
        inner = _condition(nested, bound, names)
        told.append(f"(!{inner})" if negated else inner)
    return all_of(told) if told else TRUE


def _projects_this(head: list[Token]) -> bool:
    words = [token.text.upper() for token in head if token.kind == "word"]
    variables = [token.text[1:] for token in head if token.kind == "variable"]
    modifiers = [word for word in words if word in ("DISTINCT", "REDUCED")]
    usual = ["SELECT", *modifiers] + (["WHERE"] if words[-1:] == ["WHERE"] else [])
    return words == usual and len(words) + len(variables) == len(head) and "this" in variables


def _prefixes(graph: ShapeGraph, node: Term) -> dict[str, str]:
    """Return the prefixes that pySHACL declares: those named, and those of ontologies unless one is named."""
    found = {"rdf": RDF, "rdfs": RDFS, "owl": OWL}
    ontologies = [
        each
        for each in graph.subjects(RDF + "type")
        if ox.NamedNode(OWL + "Ontology") in graph.values(each, RDF + "type")
    ]
    declared: dict[str, str] = {}
    for named in graph.objects(node, "prefixes"):
        own = graph.objects(named, "declare")
        others = (
            [] if own and named in ontologies else [each for o in ontologies for each in graph.objects(o, "declare")]
        )
        for declaration in (*own, *others):
            prefix, namespace = graph.one(declaration, "prefix"), graph.one(declaration, "namespace")
            if not isinstance(prefix, ox.Literal) or not isinstance(namespace, ox.Literal):
                raise CannotTell
            if declared.setdefault(prefix.value, namespace.value) != namespace.value:
                raise CannotTell
    return found | declared


def _with_path(text: str, path: Step | Path | None, prefixes: dict[str, str]) -> str:
    """Put the path in place of `$PATH`; pySHACL abbreviates it, which may garble any but a plain one."""
    if "PATH" not in text:
        return text
    if not isinstance(path, Step) or path.inverse:
        raise CannotTell
    iri = path.predicate.value
    for namespace in prefixes.values():
        if iri.startswith(namespace) and not _PLAIN_LOCAL.fullmatch(iri.removeprefix(namespace)):
            raise CannotTell
    put = _PATH.sub(lambda match: match.group(1) + str(path.predicate), text)
    if re.search(r"[$?]PATH", put):
        raise CannotTell
    return put


def _expanded(found: Iterable[Token], prefixes: dict[str, str]) -> Iterable[Token]:
    """Write prefixed names out, so that queries with different prefixes can stand in one."""
    for token in found:
        if token.kind != "name":
            yield token
            continue
        prefix, _, local = token.text.partition(":")
        if prefix not in prefixes or "\\" in local:
            raise CannotTell
        yield replace(token, kind="iri", text=str(ox.NamedNode(prefixes[prefix] + local)))


def _renamed(found: Iterable[Token], this: str, names: Names) -> list[Token]:
    variables = {"this": this}
    renamed = []
    for token in found:
        if token.kind == "variable":
            name = token.text[1:]
            if name not in variables:
                variables[name] = names()
            renamed.append(replace(token, text=variables[name]))
        else:
            renamed.append(token)
    return renamed
