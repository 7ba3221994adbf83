"""Hold recorded passages against the source texts where those are at hand: hashes of documents and spans, names.

A passage is known by standard terms only: oa:start, oa:end, schema:sha256, dcterms:isPartOf a document.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.namespaces import DCTERMS, OA, SCHEMA
from kg_service.terms import value
from kg_service.validation.results import Report, Result, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["check_source_texts"]

_SPAN_MESSAGES = {
    "en": "The text at {start}–{end} of {file} is not the one recorded; correct the offsets or the recorded hash.",
    "ru": "Текст на отрезке {start}–{end} файла {file} не тот, что записан; исправьте смещения или хеш.",
    "ar": "النص بين {start} و{end} في {file} ليس هو النص المسجَّل؛ صحّح المواضع أو البصمة.",
}
_DOCUMENT_MESSAGES = {
    "en": "{file} is not the document recorded: its SHA-256 differs; restore the file or record the new hash.",
    "ru": "{file} не тот документ, что записан: отличается SHA-256; верните файл или запишите новый хеш.",
    "ar": "{file} ليس المستند المسجَّل: بصمته مختلفة؛ أعد الملف أو سجّل البصمة الجديدة.",
}
_NAME_MESSAGES = {
    "en": "{value} does not occur in the text at {start}–{end} of {file}; write it as printed there.",
    "ru": "{value} не встречается в тексте на отрезке {start}–{end} файла {file}; запишите как напечатано.",
    "ar": "{value} لا يرد في النص بين {start} و{end} في {file}؛ اكتبه كما هو مطبوع.",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A recorded span: code points, end exclusive, and the hash of its UTF-8 bytes; and its start as it is stated."""

    iri: str
    document: str
    start: int
    end: int
    sha256: str
    stated: str


def check_source_texts(quads: Iterable[ox.Quad], folder: Path | None, report: Report) -> None:
    """Add the results of the two text rules to the report, or a notice for each document not at hand.

    folder   where `<document>.txt` lies; None where no source text is at hand
    """
    statements = list(quads)
    passages = _passages(statements)
    languages = _values(statements, DCTERMS + "language")
    hashes = _values(statements, SCHEMA + "sha256")
    for document in sorted({each.document for each in passages}):
        name = document.rstrip("/").rpartition("/")[2]
        path = folder / f"{name}.txt" if folder is not None else None
        mine = [each for each in passages if each.document == document]
        if path is None or not path.is_file():
            report.notices.append(
                f"{name}.txt is not at hand, so its {len(mine)} passages are taken as recorded; "
                "name its folder with --sources DIR."
            )
            continue
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != hashes.get(document):
            stated = str(ox.Literal(hashes[document])) if document in hashes else ""
            report.results.append(
                _result(_DOCUMENT_MESSAGES, document, "S20", (SCHEMA + "sha256", stated), file=path.name)
            )
        text = content.decode("utf-8", "replace")
        for passage in mine:
            report.passages_verified += _check_passage(passage, text, path.name, report)
        _check_names(statements, mine, text, path.name, languages.get(document, ""), report)


def _check_passage(passage: Passage, text: str, file: str, report: Report) -> bool:
    span = text[passage.start : passage.end]
    if 0 <= passage.start < passage.end <= len(text) and hashlib.sha256(span.encode()).hexdigest() == passage.sha256:
        return True
    place: dict[str, Any] = {"start": passage.start, "end": passage.end, "file": file}
    report.results.append(_result(_SPAN_MESSAGES, passage.iri, "S20", (OA + "start", passage.stated), **place))
    return False


def _check_names(
    statements: list[ox.Quad], passages: list[Passage], text: str, file: str, language: str, report: Report
) -> None:
    """Every literal in the document's language that a passage's graph states must stand in its span."""
    spans = {each.iri: each for each in passages}
    for quad in statements:
        passage = spans.get(value(quad.graph_name))
        if (
            passage is None
            or not isinstance(quad.object, ox.Literal)
            or quad.object.language != language
            or not language
        ):
            continue
        if quad.object.value not in text[passage.start : passage.end]:
            quoted = f"«{quad.object.value}»"
            place: dict[str, Any] = {"start": passage.start, "end": passage.end, "file": file, "value": quoted}
            stated = (quad.predicate.value, str(quad.object))
            result = _result(_NAME_MESSAGES, value(quad.subject), "S21", stated, graph=passage.iri, **place)
            report.results.append(result)


def _passages(statements: list[ox.Quad]) -> list[Passage]:
    starts, ends = _values(statements, OA + "start"), _values(statements, OA + "end")
    hashes, documents = _values(statements, SCHEMA + "sha256"), _values(statements, DCTERMS + "isPartOf")
    stated = {value(quad.subject): str(quad.object) for quad in statements if quad.predicate.value == OA + "start"}
    return [
        Passage(iri, documents[iri], int(starts[iri]), int(ends[iri]), hashes[iri], stated[iri])
        for iri in sorted(starts.keys() & ends.keys() & hashes.keys() & documents.keys())
        if starts[iri].isdigit() and ends[iri].isdigit()
    ]


def _values(statements: list[ox.Quad], predicate: str) -> dict[str, str]:
    return {value(quad.subject): value(quad.object) for quad in statements if quad.predicate.value == predicate}


def _result(
    templates: dict[str, str], focus: str, rule: str, stated: tuple[str, str], *, graph: str = "", **place: str | int
) -> Result:
    """Return the result about a statement of the focus node: its predicate and its object in N-Triples form."""
    messages = {language: template.format(**place) for language, template in templates.items()}
    path, object_ = stated
    return Result(
        Severity.VIOLATION, rule, messages, focus=focus, path=path, value=object_, graph=graph, component="SourceText"
    )
