"""Terms as JSON-LD values, by the definitions of a context (JSON-LD 1.1 API §6.1, value compaction)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.namespaces import XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_service.jsonld.context import Context, Definition
    from kg_service.terms import Resource

__all__ = ["Values"]

#: Integers that every reader of JSON takes exactly (RFC 8259 §6).
_EXACT = 2**53


class Values:
    """Writes the terms of some triples; takes note of which parts of the context it needs."""

    def __init__(self, context: Context, triples: Iterable[ox.Triple]) -> None:
        # An IRI whose scheme is also a prefix would be read as a compact one (JSON-LD 1.1 API §5.1.2).
        schemes = {
            term.value.partition(":")[0]
            for triple in triples
            for term in (triple.subject, triple.predicate, triple.object)
            if isinstance(term, ox.NamedNode)
        }
        prefixes = {name: iri for name, iri in context.prefixes.items() if name not in schemes}
        self._full = context
        self._context = context._replace(prefixes=prefixes)
        self._used: dict[str, Definition] = {}
        self._prefixes: set[str] = set()

    def context(self) -> dict[str, Any]:
        """Return the part of the context that was needed so far."""
        return self._context.as_json(used=self._used.values(), prefixes=self._prefixes)

    def identifier(self, node: Resource) -> str:
        """Return the value of `@id`."""
        return f"_:{node.value}" if isinstance(node, ox.BlankNode) else self._compact(node.value)

    def kind(self, node: Resource) -> str:
        """Return a value of `@type`."""
        definition = self._full.classes.get(node.value) if isinstance(node, ox.NamedNode) else None
        return self._term(definition) if definition is not None else self.identifier(node)

    def add(self, body: dict[str, Any], triple: ox.Triple, embedded: dict[str, Any] | None) -> None:
        """Add a statement to a node's object; `embedded` is the object's own object, where it is written out here."""
        definition = self._full.properties.get(triple.predicate.value)
        literal = triple.object if isinstance(triple.object, ox.Literal) else None
        if definition is not None and definition.container == "@language":
            if literal is not None and literal.language and literal.direction is None:
                texts = body.setdefault(self._term(definition), {})
                _append(texts, literal.language, literal.value, always=False)
                return
            definition = None
            key = triple.predicate.value  # a term for texts by language takes nothing else
        else:
            key = self._key(triple.predicate.value, definition)
        is_set = definition is not None and definition.container == "@set"
        value = embedded if embedded is not None else self._value(triple.object, definition)
        _append(body, key, value, always=is_set)

    def add_reverse(self, body: dict[str, Any], triple: ox.Triple, embedded: dict[str, Any] | None) -> None:
        """Add a statement whose object the node is."""
        definition = self._full.properties.get(triple.predicate.value)
        by_language = definition is not None and definition.container == "@language"
        key = triple.predicate.value if by_language else self._key(triple.predicate.value, definition)
        subject = triple.subject
        if isinstance(subject, ox.Triple):
            raise TypeError(triple)
        value = embedded if embedded is not None else {"@id": self.identifier(subject)}
        _append(body, key, value, always=True)

    def _value(self, term: Any, definition: Definition | None) -> Any:
        coerced = definition.coerced if definition is not None else ""
        if isinstance(term, ox.NamedNode | ox.BlankNode):
            name = self.identifier(term)
            return name if coerced == "@id" else {"@id": name}
        if not isinstance(term, ox.Literal):
            raise TypeError(term)
        return self._literal(term, coerced)

    def _literal(self, literal: ox.Literal, coerced: str) -> Any:
        text, datatype = literal.value, literal.datatype.value
        if literal.language:
            direction = {"@direction": str(literal.direction)} if literal.direction is not None else {}
            return {"@value": text, "@language": literal.language, **direction}
        if datatype == coerced:
            return text
        if datatype == XSD + "string":
            return {"@value": text} if coerced else text
        native = _native(text, datatype) if not coerced else None
        if native is not None:
            return native
        return {"@value": text, "@type": self._compact(datatype)}

    def _key(self, iri: str, definition: Definition | None) -> str:
        return self._term(definition) if definition is not None else self._compact(iri)

    def _term(self, definition: Definition) -> str:
        self._used[definition.iri] = definition
        return definition.term

    def _compact(self, iri: str) -> str:
        name = self._context.compact(iri)
        if name != iri:
            self._prefixes.add(name.partition(":")[0])
        return name


def _native(text: str, datatype: str) -> bool | int | None:
    """Return a number or boolean that a reader makes the same literal of; None where there is none."""
    if datatype == XSD + "boolean" and text in ("true", "false"):
        return text == "true"
    if datatype == XSD + "integer" and text.removeprefix("-").isdecimal():
        number = int(text)
        return number if str(number) == text and abs(number) < _EXACT else None
    return None


def _append(body: dict[str, Any], key: str, value: Any, *, always: bool) -> None:
    """Put a value under a key: by itself as long as it is the only one, unless it is always to be an array."""
    if key not in body:
        body[key] = [value] if always else value
    elif isinstance(body[key], list):
        body[key].append(value)
    else:
        body[key] = [body[key], value]
