"""The schema document as pages read it: what classes and properties are called, and how they go together."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kg_service.collation import sort_key
from kg_service.language_tags import best_text
from kg_service.standard_labels import standard_labels
from kg_service.web.once import Once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg_service.web.context import Context
    from kg_service.web.reader import Reader

__all__ = ["Vocabulary", "vocabulary_of"]

#: Of so many things somebody picks one from a list.
_OFFERED = 500
_META = ("rdf:", "rdfs:", "owl:", "sh:", "void:", "dcat:", "skos:Concept", "foaf:Group")


class Vocabulary:
    """A schema document (kg_service.schema.document), by IRI and by name."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.base = document["base"]

    @cached_property
    def classes(self) -> dict[str, dict[str, Any]]:
        """Classes by IRI."""
        return {each["iri"]: each for each in self.document.get("classes", [])}

    @cached_property
    def properties(self) -> dict[str, dict[str, Any]]:
        """Properties by IRI."""
        return {each["iri"]: each for each in self.document.get("properties", [])}

    @cached_property
    def names(self) -> dict[str, str]:
        """Name, as a query writes it → IRI, of classes and properties."""
        return {each["name"]: iri for found in (self.classes, self.properties) for iri, each in found.items()}

    @cached_property
    def own_classes(self) -> list[dict[str, Any]]:
        """Classes with instances, the fullest first: those the data set brings; where it brings none, those it uses."""
        filled = [each for each in self.classes.values() if each.get("instances")]
        own = [each for each in filled if self.base and each["iri"].startswith(self.base)]
        known = own or [each for each in filled if not each["name"].startswith(_META)] or filled
        return sorted(known, key=lambda each: (-each["instances"], each["iri"]))

    def label(self, iri: str, reader: Reader) -> dict[str, str] | None:
        """Return the best label of a class or property for a reader."""
        labels = (self.classes.get(iri) or self.properties.get(iri) or {}).get("labels") or standard_labels(iri)
        return best_text(labels, reader.languages)

    def text(self, iri: str, reader: Reader) -> dict[str, str] | None:
        """Return the best explanation of a class or property for a reader."""
        texts = (self.classes.get(iri) or self.properties.get(iri) or {}).get("comments", {})
        return best_text(texts, reader.languages)

    def term(self, iri: str, reader: Reader) -> dict[str, Any]:
        """Return a class or property as templates show terms."""
        known = self.classes.get(iri) or self.properties.get(iri) or {}
        name = known.get("name", iri).strip("<>")
        return {"iri": iri, "name": name, "value": name, "label": self.label(iri, reader)}

    def named(self, name: str, reader: Reader) -> dict[str, Any] | None:
        """Return the class of this name as templates show terms."""
        iri = self.names.get(name)
        return self.term(iri, reader) if iri else None

    def things(self, name: str, reader: Reader) -> list[dict[str, str]]:
        """Return the things of the class of this name: value (an IRI) and label, by label; none where they are many."""
        found = [each for each in self.document.get("entities", []) if name in each.get("classes", [])]
        if len(found) > _OFFERED or "entities" in self.document.get("truncated", []):
            return []
        labels = []
        for each in found:
            best = best_text(each.get("labels", {}), reader.languages) or {"value": each["name"], "language": ""}
            labels.append((sort_key(best["value"], best["language"]), each["iri"], best["value"]))
        return [{"value": iri, "label": label} for _, iri, label in sorted(labels)]

    def narrowest(self, classes: Sequence[str]) -> list[str]:
        """Return those of some classes that are no superclass of another one, and that pages name."""
        names = [self.classes[each] for each in classes if each in self.classes]
        above = {self.names.get(name) for each in names for name in each.get("superclasses", [])}
        return [each["iri"] for each in names if each["iri"] not in above]

    def facets(self, class_iri: str) -> list[str]:
        """Return the IRIs of the properties of a class whose values are things: those of its shapes first."""
        found = []
        for each in self.classes.get(class_iri, {}).get("properties", []):
            iri = self.names.get(each["name"], "")
            known = self.properties.get(iri, {})
            if known and each["name"] != "rdf:type" and not known.get("datatypes") and each.get("uses"):
                found.append(iri)
        return found


async def _ask(context: Context) -> Vocabulary:
    answer = await context.pool.evaluate({"operation": "schema", "languages": []})
    return Vocabulary(json.loads(await answer.read()))


_ONCE = Once(_ask)


async def vocabulary_of(context: Context) -> Vocabulary:
    """Return the vocabulary of the data set that is served. Raises what `Pool.evaluate` raises."""
    return await _ONCE.of(context)
