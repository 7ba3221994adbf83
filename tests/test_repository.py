"""The laws of the repository's own data set, one test a law, each failing with the place and the remedy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from worlds import BASE, ROOT, project

from kg_service.namespaces import RDF, RDFS, SKOS
from kg_service.terms import value
from kg_service.turtle import format_turtle

if TYPE_CHECKING:
    from pathlib import Path

RDF_FILES = sorted(
    path
    for folder in ("ontology", "data", "tests/world")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".ttl", ".trig")
)
STANDARD = (
    "http://www.w3.org/", "http://purl.org/", "https://schema.org/", "http://xmlns.com/foaf/0.1/", "http://rdfs.org/ns/void#",
)  # fmt: skip
EVIDENCED = ("Memorandum", "Signing", "Film", "Agency")
TYPE = RDF + "type"
LANGUAGES = ("en", "ar", "ru", "kk")


@pytest.mark.parametrize("path", RDF_FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_is_formatted_and_uses_declared_prefixes(path: Path) -> None:
    text = path.read_text("utf-8")
    formatted = format_turtle(text, trig=path.suffix == ".trig", prefixes=project().prefixes, name=path.name)
    declared = dict(re.findall(r"^@prefix ([a-z-]+): <(.*)> \.$", text, re.MULTILINE))

    assert text == formatted, "run `kg format`"
    assert {name: iri for name, iri in declared.items() if name != "passage"}.items() <= project().prefixes.items()


def test_no_blank_nodes_but_lists() -> None:
    for each in project().parsed:
        for quad in each.quads:
            if isinstance(quad.subject, ox.BlankNode):
                assert quad.predicate.value.endswith(("#first", "#rest")), (
                    f"{each.file.name}: give {quad.subject} an IRI"
                )


def test_every_internal_iri_used_is_described() -> None:
    quads = list(project().quads())
    described = {value(quad.subject) for quad in quads}
    graphs = {value(quad.graph_name) for quad in quads} | {f"{BASE}prefixes", f"{BASE}graph/inferred"}
    for quad in quads:
        iri = value(quad.object)
        if isinstance(quad.object, ox.NamedNode) and iri.startswith(BASE):
            assert iri in described | graphs, f"nothing describes <{iri}>"


def test_every_term_used_is_declared_or_well_known() -> None:
    quads = list(project().quads())
    declared = {value(quad.subject) for quad in quads if quad.predicate.value == RDFS + "isDefinedBy"}
    for quad in quads:
        predicate = quad.predicate.value
        assert predicate in declared or predicate.startswith(STANDARD), f"<{predicate}> is declared nowhere"


@pytest.mark.parametrize("name", EVIDENCED)
def test_every_thing_that_matters_has_a_passage(name: str) -> None:
    quads = list(project().quads())
    things = {
        quad.subject for quad in quads if quad.predicate.value == TYPE and value(quad.object) == f"{BASE}ns#{name}"
    }
    stated = {quad.subject for quad in quads if value(quad.graph_name).startswith(f"{BASE}source/")}

    assert things
    assert things <= stated


def test_everything_has_a_label_in_four_languages() -> None:
    quads = list(project().quads())
    labels: dict[str, set[str]] = {}
    for quad in quads:
        if quad.predicate.value in (RDFS + "label", SKOS + "prefLabel") and isinstance(quad.object, ox.Literal):
            labels.setdefault(value(quad.subject), set()).add(quad.object.language or "")
    for subject in {value(quad.subject) for quad in quads if value(quad.subject).startswith(f"{BASE}id/")}:
        assert set(LANGUAGES) <= labels.get(subject, set()), f"<{subject}> lacks a label; see data/labels.ttl"


def test_display_labels_never_stand_in_a_sources_graph() -> None:
    for quad in project().quads():
        if quad.predicate.value == RDFS + "label":
            assert not value(quad.graph_name).startswith(f"{BASE}source/"), f"move the label of {quad.subject}"


def test_names_as_printed_stand_only_in_passages() -> None:
    for quad in project().quads():
        if quad.predicate.value in (f"{BASE}ns#printedName", f"{BASE}ns#title", f"{BASE}ns#sourceTerm"):
            assert "#s" in value(quad.graph_name), f"{quad.subject} is named outside a passage"


def test_countries_are_linked_by_the_ids_of_their_sources() -> None:
    quads = [quad for quad in project().quads() if quad.predicate.value == "https://schema.org/sameAs"]
    wikidata = {value(quad.subject): value(quad.object) for quad in quads if "wikidata" in value(quad.object)}
    countries = {subject: iri for subject, iri in wikidata.items() if "/country/" in subject}

    assert len(countries) == len(set(countries.values())) == 12
    assert countries[f"{BASE}id/country/nl"].endswith("/Q55")
    assert wikidata[f"{BASE}id/place/aktau"].endswith("/Q198989")
    assert not [subject for subject in wikidata if "/person/" in subject]


def test_no_sentence_of_a_source_stands_in_the_project(sources: Path) -> None:
    sentences = [
        sentence.strip()
        for text in sources.glob("*.txt")
        for sentence in re.split(r"(?<=\.)\s+", text.read_text("utf-8"))
        if len(sentence.strip()) > 60
    ]
    assert len(sentences) == 16
    for path in [*RDF_FILES, *ROOT.glob("*.md"), *(ROOT / "tests").glob("*.*")]:
        text = path.read_text("utf-8")
        for sentence in sentences:
            assert sentence[:60] not in text, f"{path.name} holds a sentence of a source"


@pytest.mark.parametrize("path", sorted((ROOT / "tests").glob("test_*.py")), ids=lambda path: path.name)
def test_every_test_file_says_what_it_is_about(path: Path) -> None:
    assert path.read_text("utf-8").startswith('"""')
