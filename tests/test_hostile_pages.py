"""Data, questions and addresses full of markup, in a real browser: everything is shown, nothing is run."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from browser import tab
from processes import Service, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

BASE = "https://example.org/hostile/"
#: What would run, or break out of where it stands, in text, in an attribute, in a script and in a data block.
MARKUP = """<script>hacked=1</script><img src=x onerror=hacked=1>"'></title></script><svg onload=hacked=1>"""
PREFIXES = """@prefix : <https://example.org/hostile/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
ASK = "SELECT ?s ?label ?lat ?long { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label }"
LITERAL = "SELECT (" + repr(MARKUP.replace("'", "")) + " AS ?x) (<javascript:hacked=1> AS ?y) {}"
PAGES = {
    "start": "/",
    "classes": "/browse",
    "browse": "/browse?class=" + quote(f"{BASE}ns#Class", safe=""),
    "thing": "/page/id/thing",
    "other": "/page/id/other",
    "ontology": "/page/ns",
    "questions": "/queries",
    "map": "/queries/hostile",
    "network": "/queries/hostile-network",
    "bars": "/queries/hostile-bars",
    "search": "/search?q=" + quote(MARKUP),
    "found": "/search?q=script",
    "query": "/sparql?query=" + quote(f"{ASK} # </textarea>{MARKUP}"),
    "literal": "/sparql?query=" + quote(LITERAL),
    "fault": "/sparql?query=" + quote(MARKUP),
    "missing": "/page/" + quote(MARKUP),
    "described": "/describe?iri=" + quote("http://e/" + MARKUP, safe=""),
    "run as": "/describe?iri=" + quote("javascript:hacked=1", safe=""),
    "language": "/?lang=" + quote(MARKUP),
    "version": "/sparql?query=" + quote(ASK) + "&version=" + quote(MARKUP),
    "facet": "/browse?class=" + quote(MARKUP),
    "parameter": "/queries/hostile?x=" + quote(MARKUP),
    "shared": "/sparql/shared/" + quote("<script>", safe=""),
    "graphs": "/graphs",
    "validation": "/validation",
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("hostile")
    write(folder)
    with running(folder, "--allow-invalid") as service:
        yield service


def write(folder: Path) -> None:
    """Make a data set in which every text is markup."""
    text = '"' + MARKUP.replace("\\", "\\\\").replace('"', '\\"') + '"'
    for name in ("ontology/shapes", "data", "queries"):
        (folder / name).mkdir(parents=True)
    (folder / "ontology" / "ns.ttl").write_text(
        PREFIXES + f"<{BASE}ns> a owl:Ontology ; rdfs:label {text}@en ; dcterms:description {text}@en .\n"
        f":Class a owl:Class ; rdfs:label {text}@en ; skos:definition {text}@en .\n"
        f":links a owl:ObjectProperty ; rdfs:label {text}@en ; rdfs:domain :Class ; rdfs:range :Class .\n"
        f":number a owl:DatatypeProperty ; rdfs:label {text}@en .\n", "utf-8",
    )  # fmt: skip
    (folder / "ontology" / "shapes" / "class.ttl").write_text(
        PREFIXES + f"<{BASE}shapes#Class> a sh:NodeShape ; sh:targetClass :Class ;\n"
        f" sh:property <{BASE}shapes#number> .\n"
        f"<{BASE}shapes#number> sh:path :number ; sh:maxCount 0 ; sh:name {text}@en ;\n"
        f" sh:message {text}@en .\n", "utf-8",
    )  # fmt: skip
    (folder / "data" / "catalog.ttl").write_text(
        PREFIXES + f'<{BASE}dataset> a <http://www.w3.org/ns/dcat#Dataset> , void:Dataset ; void:uriSpace "{BASE}" ;\n'
        f" dcterms:title {text}@en ; dcterms:description {text}@en ;\n"
        " dcterms:license <javascript:hacked=1> .\n", "utf-8",
    )  # fmt: skip
    (folder / "data" / "things.ttl").write_text(
        PREFIXES + f"<{BASE}id/thing> a :Class ; rdfs:label {text}@en , {text}@ar ; :links <{BASE}id/other> ;\n"
        f" :number 3 ; geo:lat 40.5 ; geo:long 60.5 ; rdfs:comment {text}@en , {text} ;\n"
        f" rdfs:seeAlso <javascript:hacked=1> , <data:text/html,hacked> .\n"
        f"<{BASE}id/other> a :Class ; rdfs:label {text}@en ; :links <{BASE}id/thing> .\n", "utf-8",
    )  # fmt: skip
    head = f"#+ summary: {MARKUP}\n#+ question: {MARKUP}\n#+ start: {{start}}\n#+ view: {{view}}\n"
    rdfs, geo = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/2003/01/geo/wgs84_pos#"
    queries = {
        "hostile": ("map",
            f"SELECT ?place ?label ?lat ?long {{ ?place <{rdfs}label> ?label ; <{geo}lat> ?lat ; <{geo}long> ?long }}",
        ),
        "hostile-network": ("graph", f"SELECT ?from ?to ?kind {{ ?from <{BASE}ns#links> ?to ; <{rdfs}label> ?kind }}"),
        "hostile-bars": ("bar", f"SELECT ?label ?n {{ ?s <{rdfs}label> ?label ; <{BASE}ns#number> ?n }}"),
    }  # fmt: skip
    for name, (view, query) in queries.items():
        start = "map" if view == "map" else "question"
        (folder / "queries" / f"{name}.rq").write_text(head.format(start=start, view=view) + query + "\n", "utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_markup_is_shown_and_never_run(site: Service, browser: Browser, name: str) -> None:
    faults: list[str] = []
    with tab(browser, site.address, faults) as page:
        page.goto(PAGES[name], wait_until="networkidle")
        if name == "thing":
            for folded in page.locator("details > summary").all():
                folded.click()
        if name in ("map", "network", "bars"):
            for view in page.locator("#results > .views button").all():
                view.click()
        page.wait_for_load_state("networkidle")
        hacked = page.evaluate("typeof hacked")
        shown = page.locator("body").inner_text()
        dangerous = page.locator(
            "a[href^='javascript:' i], a[href^='data:' i], main script:not([type]), main img"
        ).count()

    assert faults == []
    assert hacked == "undefined"
    assert dangerous == 0
    assert len(shown) > 50
    if name in ("start", "thing", "map", "ontology", "questions"):
        assert "<script>hacked=1</script>" in shown
