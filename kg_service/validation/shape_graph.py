"""What a shapes graph says, as pySHACL reads it; knows the syntax of SHACL and evaluates nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.namespaces import OWL, RDF, RDFS, SH, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_service.terms import Term

__all__ = ["LISTS", "TARGETS", "CannotTell", "ShapeGraph"]

TARGETS = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf", "target")
#: Parameters whose values are lists of shapes, and those whose values are shapes.
LISTS = ("and", "or", "xone")
_SINGLE = ("property", "node", "not", "qualifiedValueShape")
#: Only by these does pySHACL know a subject that has no type to be a shape.
_TELLING = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf", "property", "node")
#: Features that add triples, functions or components of their own: pySHACL alone knows what then holds.
_EXOTIC_PREDICATES = frozenset(SH + name for name in ("rule", "parameter", "jsLibrary", "js", "ask", "construct"))
_EXOTIC_CLASSES = frozenset(
    SH + name
    for name in (
        *("ConstraintComponent", "SHACLFunction", "SPARQLFunction", "JSFunction", "Target", "TargetType"),
        *("SPARQLTargetType", "JSTargetType", "JSTarget", "TripleRule", "SPARQLRule", "JSRule"),
    )
)
_MOST_MEMBERS = 10_000


class CannotTell(Exception):
    """The screen does not know what pySHACL would make of this."""


class ShapeGraph:
    """An index of a shapes graph; every reading of a malformed construct raises CannotTell."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self._objects: dict[Term, dict[str, list[Term]]] = {}
        for quad in quads:
            values = self._objects.setdefault(quad.subject, {}).setdefault(quad.predicate.value, [])
            if quad.object not in values:
                values.append(quad.object)

    def objects(self, subject: Term, name: str) -> list[Term]:
        """Return the values of a SHACL property, named by its local name."""
        return self.values(subject, SH + name)

    def values(self, subject: Term, predicate: str) -> list[Term]:
        """Return the values of a property."""
        return self._objects.get(subject, {}).get(predicate, [])

    def predicates(self, subject: Term) -> Iterable[str]:
        """Return the predicates a subject has."""
        return self._objects.get(subject, {})

    def subjects(self, predicate: str) -> Iterable[Term]:
        """Return the subjects that have a predicate."""
        return [subject for subject, said in self._objects.items() if predicate in said]

    def one(self, subject: Term, name: str) -> Term:
        """Return the only value of a SHACL property."""
        found = self.objects(subject, name)
        if len(found) != 1:
            raise CannotTell
        return found[0]

    def flag(self, subject: Term, name: str) -> bool:
        """Return a boolean; pySHACL takes any other literal by its truth in Python, which is not followed here."""
        found = self.objects(subject, name)
        if not found:
            return False
        term = self.one(subject, name)
        if not isinstance(term, ox.Literal) or term.datatype.value != XSD + "boolean":
            raise CannotTell
        if term.value not in ("true", "false"):
            raise CannotTell
        return term.value == "true"

    def number(self, subject: Term, name: str) -> int:
        """Return a whole number from 0."""
        term = self.one(subject, name)
        if not isinstance(term, ox.Literal) or term.datatype.value != XSD + "integer":
            raise CannotTell
        if not (term.value.isascii() and term.value.isdigit()):
            raise CannotTell
        return int(term.value)

    def members(self, head: Term) -> list[Term]:
        """Return the members of a well-formed list."""
        found: list[Term] = []
        while head != ox.NamedNode(RDF + "nil"):
            first, rest = self.values(head, RDF + "first"), self.values(head, RDF + "rest")
            if len(first) != 1 or len(rest) != 1 or len(found) > _MOST_MEMBERS:
                raise CannotTell
            found.append(first[0])
            head = rest[0]
        return found

    def targeted(self) -> list[Term]:
        """Return the subjects that declare targets, or that may be classes of their own instances."""
        return [
            subject
            for subject, said in self._objects.items()
            if any(SH + name in said for name in TARGETS) or self.is_class(subject)
        ]

    def is_class(self, node: Term) -> bool:
        """Tell whether a shape is a class too; pySHACL looks one step up from its types, and knows owl:Class."""
        up = ox.NamedNode(RDFS + "Class")
        return any(
            kind == up or kind.value == OWL + "Class" or up in self.values(kind, RDFS + "subClassOf")
            for kind in self.values(node, RDF + "type")
            if isinstance(kind, ox.NamedNode | ox.BlankNode)
        )

    def check(self) -> None:
        """Raise CannotTell where pySHACL might refuse the graph, or where it holds more than shapes."""
        for said in self._objects.values():
            if not _EXOTIC_PREDICATES.isdisjoint(said):
                raise CannotTell
            kinds = [*said.get(RDF + "type", []), *said.get(RDFS + "subClassOf", [])]
            if any(isinstance(kind, ox.NamedNode) and kind.value in _EXOTIC_CLASSES for kind in kinds):
                raise CannotTell
        nodes, properties = self._instances("NodeShape"), self._instances("PropertyShape")
        if nodes & properties or any(self.objects(node, "path") for node in nodes):
            raise CannotTell
        if any(len(self.objects(node, "path")) != 1 for node in properties):
            raise CannotTell
        for node in nodes | properties | self._implied():
            if isinstance(node, ox.Literal | ox.Triple) or len(self.objects(node, "path")) > 1:
                raise CannotTell
            self.flag(node, "deactivated")

    def _instances(self, name: str) -> set[Term]:
        kind = ox.NamedNode(SH + name)
        return {subject for subject, said in self._objects.items() if kind in said.get(RDF + "type", [])}

    def _implied(self) -> set[Term]:
        found = {subject for name in _TELLING for subject in self.subjects(SH + name)}
        for said in self._objects.values():
            found.update(value for name in _SINGLE for value in said.get(SH + name, []))
            for head in (head for name in LISTS for head in said.get(SH + name, [])):
                members = self.members(head)
                if not members:
                    raise CannotTell
                found.update(members)
        return found
