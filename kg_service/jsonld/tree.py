"""Quads about one thing as one JSON object: what is said of it, within it what is said of others (JSON-LD 1.1 §4, §5).

Each node is written out once, where it first occurs; what leads to a node that has been written out is in its
`@reverse`, so that one object holds all. What nothing leads to stands in `@included`.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.jsonld.values import Values
from kg_service.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_service.jsonld.context import Context
    from kg_service.terms import Resource

__all__ = ["frame"]

_TYPE = ox.NamedNode(RDF + "type")


def frame(triples: Iterable[ox.Triple], topic: ox.NamedNode, context: Context) -> dict[str, Any]:
    """Return the triples as a JSON-LD document about the topic, with the part of the context that it uses."""
    tree = _Tree(list(dict.fromkeys(triples)), topic, context)
    body = tree.document(topic)
    return {"@context": tree.values.context(), **body}


class _Tree:
    def __init__(self, triples: list[ox.Triple], topic: ox.NamedNode, context: Context) -> None:
        self.out: dict[Resource, list[ox.Triple]] = {}
        self.into: dict[Resource, list[ox.Triple]] = {}
        for triple in triples:
            subject = triple.subject
            if isinstance(subject, ox.Triple):
                raise TypeError(triple)
            self.out.setdefault(subject, []).append(triple)
            # A type is named where its instance stands; only what is about a class leads from it to its instances.
            leads_back = triple.predicate != _TYPE or triple.object == topic
            if isinstance(triple.object, ox.NamedNode | ox.BlankNode) and leads_back:
                self.into.setdefault(triple.object, []).append(triple)
        self.values = Values(context, triples)
        self.written: set[Resource] = set()
        self.said: set[ox.Triple] = set()

    def document(self, topic: ox.NamedNode) -> dict[str, Any]:
        """Return the topic with all that is connected to it, and the rest."""
        body = self.node(topic)
        # A node is written once those before it are, which may say all that there is of it.
        rest = [
            self.node(each)
            for each, triples in self.out.items()
            if each not in self.written and not self.said.issuperset(triples)
        ]
        return body | ({"@included": rest} if rest else {})

    def node(self, root: Resource) -> dict[str, Any]:
        """Return a node with what is connected to it; breadth first, so that each stands near the topic."""
        place: dict[Resource, dict[str, Any]] = {root: {"@id": self.values.identifier(root)}}
        queue = deque([root])
        self.written.add(root)
        while queue:
            subject = queue.popleft()
            self.say(subject, place, queue)
        return place[root]

    def say(self, subject: Resource, place: dict[Resource, dict[str, Any]], queue: deque[Resource]) -> None:
        """Fill in what is said of a node, and what leads to it."""
        body, said_of_it = place[subject], self.out.get(subject, [])
        types = [each.object for each in said_of_it if each.predicate == _TYPE and each not in self.said]
        kinds = [each for each in types if isinstance(each, ox.NamedNode | ox.BlankNode)]
        if kinds:
            written = [self.values.kind(each) for each in kinds]
            body["@type"] = written[0] if len(written) == 1 else written
        for triple in said_of_it:
            is_type = triple.predicate == _TYPE and triple.object in kinds
            if not is_type and triple not in self.said:
                self.said.add(triple)
                self.values.add(body, triple, self.embed(triple.object, place, queue))
        for triple in self.into.get(subject, []):
            # A node that stands somewhere already says there what leads from it.
            if triple.subject not in self.written and isinstance(triple.subject, ox.NamedNode | ox.BlankNode):
                self.said.add(triple)
                other = self.embed(triple.subject, place, queue)
                self.values.add_reverse(body.setdefault("@reverse", {}), triple, other)

    def embed(self, term: Any, place: dict[Resource, dict[str, Any]], queue: deque[Resource]) -> dict[str, Any] | None:
        """Return the object of a node that is written out here; None for a literal, or a node that stands elsewhere."""
        is_node = isinstance(term, ox.NamedNode | ox.BlankNode)
        is_known = is_node and (term in self.out or term in self.into)
        if not is_known or term in self.written:
            return None
        unsaid = [each for each in (*self.out.get(term, ()), *self.into.get(term, ())) if each not in self.said]
        if not unsaid:
            return None
        self.written.add(term)
        place[term] = {"@id": self.values.identifier(term)}
        queue.append(term)
        return place[term]
