"""The context of a data set: prefixes, and a term for each of its properties and classes (JSON-LD 1.1 §3.1, §4).

A property of the data set's own namespaces goes by its local name, any other one by its prefixed name. Its values are
written as what they are in the data: IRIs (`@type: @id`), literals of one datatype, texts by language (`@container:
@language`); where there may be several they are always an array (`@container: @set`). Nothing in it has to be fetched.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from kg_service.iris import prefixed_name
from kg_service.namespaces import RDF, XSD
from kg_service.schema.document import schema_of
from kg_service.schema.names import full_iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg_service.store.contract import Store

__all__ = ["Context", "Definition", "make_context"]

_TERM = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
#: A prefix whose namespace ends otherwise has to be declared as one (JSON-LD 1.1 §4.1.4).
_GEN_DELIMS = tuple(":/?#[]@")


class Definition(NamedTuple):
    """A term: its IRI, what its values are coerced to ("@id", a datatype or ""), and its container or ""."""

    term: str
    iri: str
    coerced: str = ""
    container: str = ""

    def as_json(self, name: str) -> str | dict[str, str]:
        """Return the term's definition; `name` is its IRI as the context writes it."""
        more = {"@type": self.coerced, "@container": self.container}
        filled = {key: value for key, value in more.items() if value}
        return {"@id": name, **filled} if filled else name


class Context(NamedTuple):
    """Prefixes, and definitions of properties and classes by IRI."""

    prefixes: dict[str, str]
    properties: dict[str, Definition]
    classes: dict[str, Definition]

    def as_json(
        self, *, used: Iterable[Definition] | None = None, prefixes: Iterable[str] | None = None
    ) -> dict[str, Any]:
        """Return the value of `@context`; by default all of it, else what is used and the prefixes of its terms."""
        chosen = [*self.properties.values(), *self.classes.values()] if used is None else list(used)
        written = {each.term: each.as_json(self.compact(each.iri)) for each in chosen}
        names = {prefixed.partition(":")[0] for each in chosen if (prefixed := self.compact(each.iri)) != each.iri}
        coerced = {self.compact(each.coerced).partition(":")[0] for each in chosen if each.coerced not in ("", "@id")}
        wanted = self.prefixes if prefixes is None else {*prefixes, *names, *coerced} & self.prefixes.keys()
        for each in chosen:
            entry = written[each.term]
            if isinstance(entry, dict) and each.coerced not in ("", "@id"):
                entry["@type"] = self.compact(each.coerced)
        return {**{name: _prefix(self.prefixes[name]) for name in sorted(wanted)}, **dict(sorted(written.items()))}

    def compact(self, iri: str) -> str:
        """Return an IRI by a prefix; the IRI itself where none fits."""
        name = prefixed_name(iri, self.prefixes)
        return iri if name.partition(":")[2].startswith("//") else name


def make_context(store: Store) -> Context:
    """Return the context of a data set."""
    document = schema_of(store)
    prefixes = {name: iri for name, iri in document["prefixes"].items() if _TERM.fullmatch(name)}
    taken = set(prefixes)
    base = document["base"]
    single = _single_valued(document["classes"])
    properties: dict[str, Definition] = {}
    for each in document["properties"]:
        if each["iri"] == RDF + "type":
            continue
        term = _term(each["iri"], base, prefixes, taken)
        if term:
            coerced, container = _values(each, document["prefixes"], is_single=each["name"] in single)
            properties[each["iri"]] = Definition(term, each["iri"], coerced, container)
    classes = {
        each["iri"]: Definition(term, each["iri"])
        for each in document["classes"]
        if each["iri"].startswith(base or "\0") and (term := _term(each["iri"], base, prefixes, taken))
    }
    return Context(prefixes, properties, classes)


def _term(iri: str, base: str, prefixes: Mapping[str, str], taken: set[str]) -> str:
    """Return a term that nothing else has, and take it; "" where there is none."""
    name = prefixed_name(iri, prefixes)
    prefix, _, local = name.partition(":")
    if name == iri or prefix not in prefixes or not _TERM.fullmatch(local):
        return ""
    term = local if base and iri.startswith(base) and local not in taken else name
    taken.add(term)
    return term


def _values(entry: Mapping[str, Any], prefixes: Mapping[str, str], *, is_single: bool) -> tuple[str, str]:
    """Return what the values of a property are coerced to, and their container."""
    datatypes = {full_iri(name, prefixes) for name in entry.get("datatypes", {})}
    container = "" if is_single else "@set"
    if datatypes == {RDF + "langString"}:
        return "", "@language"
    if not datatypes and (entry.get("uses") or entry.get("range")):
        return "@id", container
    if len(datatypes) == 1 and datatypes.isdisjoint({XSD + "string", RDF + "langString"}):
        return datatypes.pop(), container
    return "", container


def _single_valued(classes: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the properties, by name, that have one value at most wherever something is said of them."""
    stated = [each for class_ in classes for each in class_.get("properties", ()) if each["presence"] != "used"]
    return {each["name"] for each in stated} - {each["name"] for each in stated if each["many"]}


def _prefix(namespace: str) -> str | dict[str, Any]:
    return namespace if namespace.endswith(_GEN_DELIMS) else {"@id": namespace, "@prefix": True}
