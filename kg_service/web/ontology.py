"""The page of the data set's ontology: classes and properties, what shapes ask of them, how they go together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg_service.collation import sort_key
from kg_service.language_tags import best_text
from kg_service.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from kg_service.web.reader import Reader
    from kg_service.web.vocabulary import Vocabulary

__all__ = ["ontology_page"]


def ontology_page(
    request: Request, vocabulary: Vocabulary, reader: Reader, *, headers: dict[str, str], **values: Any
) -> Response:
    """Show an ontology; `values` are those of the page of any thing."""
    iri = values["thing"]["iri"]

    def own(term: str) -> bool:
        return term.startswith((f"{iri}#", f"{iri}/"))

    def fragment(term: str) -> str:
        return term.removeprefix(iri)[1:]

    classes = [each for each in vocabulary.classes.values() if own(each["iri"])]
    properties = [each for each in vocabulary.properties.values() if own(each["iri"])]
    return page(
        request, "ontology.html", headers=headers, vocabulary=vocabulary, own=own, fragment=fragment,
        classes=_by_label(classes, vocabulary, reader), properties=_by_label(properties, vocabulary, reader),
        examples=_examples(vocabulary, reader), diagram=_diagram(classes, properties, vocabulary, reader), **values,
    )  # fmt: skip


def _by_label(terms: list[dict[str, Any]], vocabulary: Vocabulary, reader: Reader) -> list[dict[str, Any]]:
    def key(each: dict[str, Any]) -> tuple[object, str]:
        best = vocabulary.label(each["iri"], reader) or {"value": each["name"], "language": ""}
        return sort_key(best["value"], best["language"]), each["iri"]

    return sorted(terms, key=key)


def _examples(vocabulary: Vocabulary, reader: Reader) -> dict[str, dict[str, Any]]:
    """Return for each class, by its name, one thing of it that has a label."""
    found: dict[str, dict[str, Any]] = {}
    for each in vocabulary.document.get("entities", []):
        label = best_text(each.get("labels", {}), reader.languages)
        if label is not None:
            for name in each.get("classes", []):
                found.setdefault(name, {"iri": each["iri"], "name": each["name"], "label": label})
    return found


def _diagram(
    classes: list[dict[str, Any]], properties: list[dict[str, Any]], vocabulary: Vocabulary, reader: Reader
) -> dict[str, Any]:
    """Return classes as nodes and properties between them as edges, for the drawing."""

    def worded(iri: str) -> str:
        best = vocabulary.label(iri, reader)
        return best["value"] if best else iri.rpartition("#")[2]

    names = {each["name"]: each["iri"] for each in classes}
    edges = [
        {"from": names[start], "to": names[end], "label": worded(each["iri"])}
        for each in properties
        for start in each.get("domain", [])
        for end in each.get("range", [])
        if start in names and end in names and start != end
    ]
    edges += [
        {"from": each["iri"], "to": names[name], "style": 1}
        for each in classes
        for name in each.get("superclasses", [])
        if name in names
    ]
    linked = {iri for edge in edges for iri in (edge["from"], edge["to"])}
    nodes = [
        {"id": each["iri"], "label": worded(each["iri"]), "href": "#" + each["iri"].rpartition("#")[2]}
        for each in classes
        if each["iri"] in linked
    ]
    return {"nodes": nodes, "edges": edges}
