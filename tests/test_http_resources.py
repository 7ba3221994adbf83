"""Linked data, graphs, downloads and pages over HTTP, with real workers over the project's own data set."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest
from http_helpers import BASE, BROWSER, MEMORANDUM, assert_problem, triples
from pages import read_page
from worlds import ROOT

from kg_service.config import Limits
from kg_service.formats import FORMATS, Format, Kind, offered
from kg_service.named_queries import read_queries

if TYPE_CHECKING:
    from httpx2 import Response
    from starlette.testclient import TestClient


def test_a_thing_sends_programs_to_data_and_people_to_a_page(client: TestClient) -> None:
    path = MEMORANDUM.removeprefix(BASE)
    data = client.get(f"/{path}", headers={"Accept": "text/turtle"})
    page = client.get(f"/{path}", headers={"Accept": BROWSER})

    assert (data.status_code, data.headers["location"]) == (303, f"http://testserver/data/{path}.ttl")
    assert (page.status_code, page.headers["location"]) == (303, f"http://testserver/page/{path}")
    assert "Accept" in data.headers["vary"]


@pytest.mark.parametrize("row", offered(Kind.TRIPLES), ids=lambda row: row.name)
def test_a_description_is_the_same_in_every_format(client: TestClient, row: Format) -> None:
    address = f"/data/{MEMORANDUM.removeprefix(BASE)}"
    response = client.get(f"{address}.{row.name}")
    turtle = triples(client.get(f"{address}.ttl").content, "ttl")

    def own(found: set[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
        return {each for each in found if "/data/" not in each[0]}

    assert response.headers["content-type"] == row.content_type()
    assert own(triples(response.content, row.name)) == own(turtle)
    assert (f"<{MEMORANDUM}>", f"<{BASE}ns#party>", f"<{BASE}id/agency/az-cinema-agency>") in turtle


def test_a_document_describes_all_its_passages(client: TestClient) -> None:
    found = triples(client.get("/data/source/qazaqculture-cab6c1e9-ar.ttl").content, "ttl")
    start = "<http://www.w3.org/ns/oa#start>"

    assert len({subject for subject, predicate, _ in found if predicate == start}) == 16


def test_the_ontology_dereferences(client: TestClient) -> None:
    found = triples(client.get("/data/ns.ttl").content, "ttl")
    types = {subject for subject, _, object_ in found if object_ == "<http://www.w3.org/2002/07/owl#Class>"}

    assert {f"<{BASE}ns#{name}>" for name in ("Agency", "Memorandum", "Country", "Film", "Theme")} <= types


@pytest.mark.parametrize("row", [row for row in FORMATS if Kind.TRIPLES in row.kinds], ids=lambda row: row.name)
def test_an_ending_behind_an_iri_chooses_the_format(client: TestClient, row: Format) -> None:
    path = "id/film/winners"
    answer = client.get(f"/{path}.{row.name}", headers={"Accept": BROWSER})

    assert (answer.status_code, answer.headers["location"]) == (303, f"http://testserver/data/{path}.{row.name}")


def test_an_ending_may_ask_for_the_page_and_a_language_goes_along(client: TestClient) -> None:
    page = client.get("/id/film/winners.html?lang=kk", headers={"Accept": "text/turtle"})

    assert page.headers["location"] == "http://testserver/page/id/film/winners?lang=kk"
    for path in ("/id/film/winners.exe", "/id/film/none.ttl", "/.ttl"):
        assert_problem(client.get(path), "not-found")


def test_foreign_iris_are_described_too(client: TestClient) -> None:
    found = triples(client.get("/describe", params={"iri": "http://www.wikidata.org/entity/Q232"}).content, "ttl")

    assert any(subject == f"<{BASE}id/country/kz>" for subject, _, _ in found)


def test_pages_show_statements_with_their_passage(client: TestClient) -> None:
    page = client.get(f"/page/{MEMORANDUM.removeprefix(BASE)}", headers={"Accept-Language": "ru"})

    assert page.status_code == 200
    assert 'lang="ru"' in page.text
    assert 'source/qazaqculture-cab6c1e9-ar#s3">' in page.text
    assert 'href="#note-1"' in page.text
    assert 'id="note-1"' in page.text


@pytest.mark.parametrize("path", ["/", "/sparql", "/queries", "/graphs", "/docs", "/about"])
def test_every_page_of_the_service_is_there(client: TestClient, path: str) -> None:
    page = client.get(path, headers={"Accept": BROWSER})

    assert page.status_code == 200
    assert page.text.startswith("<!doctype html>")


@pytest.mark.parametrize("path", ["/sparql", "/graphs", "/graphs?default", f"/graphs?graph={BASE}ns%23"])
@pytest.mark.parametrize("name", ["html", "text/html"])
def test_a_page_can_be_asked_for_by_parameter(client: TestClient, path: str, name: str) -> None:
    asked = client.get(f"{path}{'&' if '?' in path else '?'}format={name}", headers={"Accept": "text/turtle"})
    seen = client.get(path, headers={"Accept": BROWSER})

    def shown(answer: Response) -> tuple[object, ...]:
        return answer.status_code, answer.headers.get("location"), re.findall("<title>(.*)</title>", answer.text)

    assert shown(asked) == shown(seen)
    assert seen.status_code == 303 or read_page(asked.text).faults == []


@pytest.mark.parametrize("iri", ["", "a", "\x00", "http://e/a b", "http://[", "<http://e/>", "http://e/\x85"])
def test_what_is_no_iri_is_refused_and_harms_nobody(client: TestClient, iri: str) -> None:
    assert_problem(client.get("/describe", params={"iri": iri}), "malformed-request")
    for name in ("default-graph-uri", "named-graph-uri"):
        assert client.get("/sparql", params={"query": "ASK {}", name: iri}).status_code == (200 if iri == "a" else 400)


def test_markup_in_parameters_is_shown_not_run(client: TestClient) -> None:
    page = client.get("/describe", params={"iri": "http://e/'onload='x"}, headers={"Accept": "text/html"})

    assert page.status_code == 404
    assert read_page(page.text).dangers == []
    assert "'onload" not in page.text


def test_graphs_are_read_by_the_graph_store_protocol(client: TestClient) -> None:
    graph = f"{BASE}source/qazaqculture-cab6c1e9-ar#s3"
    named = triples(client.get("/graphs", params={"graph": graph}).content, "ttl")
    default = triples(client.get("/graphs?default", headers={"Accept": "application/n-triples"}).content, "nt")

    assert named < default
    assert_problem(client.get("/graphs", params={"graph": "http://e/none"}), "not-found")
    missing = assert_problem(client.get("/graphs", params={"graph": graph.split("#", maxsplit=1)[0]}), "not-found")
    assert graph in str(missing["detail"])


@pytest.mark.parametrize("row", [row for row in FORMATS if Kind.TRIPLES in row.kinds], ids=lambda row: row.name)
def test_the_whole_data_set_downloads(client: TestClient, row: Format) -> None:
    response = client.get(f"/download/film-memoranda.{row.name}")
    default = triples(client.get("/graphs?default", headers={"Accept": "application/n-triples"}).content, "nt")

    assert response.headers["content-type"] == row.content_type()
    assert default <= triples(response.content, row.name)


def test_service_description_and_void_tell_what_there_is(client: TestClient) -> None:
    count = int(
        client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) {?s ?p ?o}", "format": "csv"}).text.split()[1]
    )
    for path in ("/sparql", "/.well-known/void"):
        found = triples(client.get(path, headers={"Accept": "text/turtle"}).content, "ttl")
        formats = {object_ for _, predicate, object_ in found if predicate.endswith("#resultFormat>")}
        counts = {(subject, object_) for subject, predicate, object_ in found if predicate.endswith("void#triples>")}

        assert len(formats) == sum(bool(row.w3c) for row in FORMATS) == 10
        assert any(f'"{count}"' in object_ for _, object_ in counts)


def test_void_counts_classes_properties_and_links(client: TestClient) -> None:
    found = triples(client.get("/.well-known/void", headers={"Accept": "text/turtle"}).content, "ttl")

    def counted(query: str) -> set[tuple[str, str]]:
        rows = client.get("/sparql", params={"query": query, "format": "tsv"}).text.splitlines()[1:]
        return {
            (iri, f'"{number}"^^<http://www.w3.org/2001/XMLSchema#integer>') for iri, number in map(str.split, rows)
        }

    def stated(part: str, number: str) -> set[tuple[str, str]]:
        values = {(subject, predicate.rpartition("#")[2][:-1]): object_ for subject, predicate, object_ in found}
        subjects = {subject for subject, predicate, _ in found if predicate.endswith(f"void#{part}>")}
        return {(values[subject, part], values[subject, number]) for subject in subjects}

    classes = "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c"
    properties = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"
    assert stated("class", "entities") == counted(classes)
    assert stated("property", "triples") == counted(properties)
    assert {("<https://schema.org/sameAs>", "https://sws.geonames.org/"), *()} <= {
        (link, object_.strip('"'))
        for linkset, link in ((s, o) for s, p, o in found if p.endswith("void#linkPredicate>"))
        for target in (o for s, p, o in found if s == linkset and p.endswith("void#objectsTarget>"))
        for object_ in (o for s, p, o in found if s == target and p.endswith("void#uriSpace>"))
    }


def test_an_unchanged_answer_is_304_only_after_a_200(client: TestClient) -> None:
    fresh = {"query": "SELECT ?s { ?s a ?unchanged } ORDER BY ?s LIMIT 1"}
    first = client.get("/sparql", params=fresh)
    again = client.get("/sparql", params=fresh, headers={"If-None-Match": first.headers["etag"]})
    other = client.get("/sparql", params=fresh | {"format": "xml"}, headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["etag"].startswith('W/"')
    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200
    assert other.headers["etag"] != first.headers["etag"]


def test_volatile_answers_are_never_cached(client: TestClient) -> None:
    response = client.get("/sparql", params={"query": "SELECT (RAND() AS ?r) {}"})

    assert "etag" not in response.headers
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/sparql?query=ASK%20%7B%7D", "/graphs?default", "/data/ns.ttl", "/health"])
def test_head_is_get_without_the_body(client: TestClient, path: str) -> None:
    head, get = client.head(path), client.get(path)

    assert head.status_code == get.status_code == 200
    assert head.headers["content-type"] == get.headers["content-type"]


def test_any_origin_may_read(client: TestClient) -> None:
    headers = {"Origin": "https://elsewhere.example"}
    preflight = client.options("/sparql", headers=headers | {"Access-Control-Request-Method": "POST"})
    answer = client.get("/sparql", params={"query": "ASK {}"}, headers=headers)

    assert preflight.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("path", "allowed"), [("/sparql", "GET, HEAD, POST, QUERY, OPTIONS"), ("/graphs?default", "GET, HEAD, OPTIONS")]
)
def test_options_and_405_list_the_methods(client: TestClient, path: str, allowed: str) -> None:
    assert client.options(path).headers["allow"] == allowed
    refused = client.delete(path)
    assert_problem(refused, "method-not-allowed")
    assert refused.headers["allow"] == allowed


def test_a_long_result_is_streamed_whole(client: TestClient) -> None:
    response = client.get("/sparql", params={"query": "SELECT * { ?a a ?b . ?c a ?d } LIMIT 40000", "format": "tsv"})

    assert response.text.count("\n") >= 40_000


def test_openapi_describes_the_resources(client: TestClient) -> None:
    document = client.get("/openapi.json").json()

    assert {"/sparql", "/graphs", "/describe", "/data/{path}", "/download/{path}"} <= document["paths"].keys()
    assert json.dumps(document["paths"]["/sparql"]["get"]["responses"]["200"]["content"]).count("sparql-results") == 2


def test_health_and_readiness_are_told_apart(client: TestClient) -> None:
    assert client.get("/health").json()["status"] == "ok"
    assert client.get("/ready").status_code == 503


NAMED = read_queries(sorted((ROOT / "queries").glob("*.rq")))


@pytest.mark.parametrize("name", NAMED)
def test_every_named_query_gives_its_published_answer(client: TestClient, name: str) -> None:
    response = client.get(
        f"/queries/{name}", params=NAMED[name].example, headers={"Accept": "text/tab-separated-values"}
    )

    assert response.status_code == 200
    assert response.text.strip() == (ROOT / "tests" / "golden" / "data" / f"{name}.tsv").read_text("utf-8").strip()


def test_named_queries_are_listed_with_their_parameters(client: TestClient) -> None:
    listed = {each["name"]: each for each in client.get("/queries").json()["queries"]}

    assert listed.keys() == NAMED.keys()
    assert listed["country-name"]["parameters"][1]["type"] == "language"
    assert client.get(listed["countries"]["address"]).status_code == 200
    assert "/queries/country-name" in client.get("/openapi.json").json()["paths"]


def test_a_named_querys_parameters_take_prefixed_names_and_refuse_the_rest(client: TestClient) -> None:
    good = client.get("/queries/country-name", params={"country": "country:uz", "language": "ky", "format": "csv"})

    assert good.text.splitlines()[1].endswith("Өзбекстан")
    for bad in ({"contry": "x"}, {"country": "> } #"}, {"language": "ky' }"}):
        assert_problem(client.get("/queries/country-name", params=bad), "malformed-request")
    assert_problem(client.get("/queries/nothing"), "not-found")
    assert_problem(client.post("/queries/countries"), "method-not-allowed")


def test_metrics_count_requests_and_hits(client: TestClient) -> None:
    def value(name: str) -> float:
        lines = client.get("/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    asks = 'kg_requests_total{form="ASK",method="GET",resource="sparql",status="200"'
    hits, asked = value("kg_cache_hits_total"), value(asks)
    for _ in range(3):
        client.get("/sparql", params={"query": "ASK { ?metrics ?p ?o }"})

    assert value("kg_cache_hits_total") == hits + 2
    assert value(asks) == asked + 3
    assert value("kg_triples") > 2_000


def test_every_limit_is_told_with_its_value(client: TestClient) -> None:
    told = {row["name"]: row["value"] for row in client.get("/about").json()["limits"]}

    assert told.keys() == {each.name.replace("_", "-") for each in fields(Limits)}
    assert (told["timeout"], told["memory"]) == (5.0, 256)
