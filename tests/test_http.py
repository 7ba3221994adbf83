"""The service over HTTP, with real workers over the project's own data set."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg_service.errors import PROBLEMS
from kg_service.formats import FORMATS, Format, Kind, offered
from kg_service.loading import RDF_FORMATS
from kg_service.terms import quads_of

if TYPE_CHECKING:
    from httpx2 import Response
    from starlette.testclient import TestClient

BASE = "https://w3id.org/film-memoranda/"
MEMORANDUM = f"{BASE}id/memorandum/az-kz-aktau"
QUERIES = {
    Kind.SOLUTIONS: "SELECT ?s ?o { ?s a ?o } ORDER BY ?s ?o LIMIT 3",
    Kind.BOOLEAN: "ASK { ?s ?p ?o }",
    Kind.TRIPLES: "CONSTRUCT { ?s a ?o } { ?s a ?o } LIMIT 3",
}
RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def assert_problem(response: Response, slug: str, *, status: int | None = None) -> dict[str, object]:
    """Check that the answer is the problem of this name, in the one shape all problems have."""
    kind = next(each for each in PROBLEMS if each.slug == slug)
    document: dict[str, object] = response.json()

    assert response.status_code == (status or kind.status)
    assert response.headers["content-type"] == "application/problem+json"
    assert document["type"] == f"http://testserver/errors/{slug}"
    assert document["title"] == kind.title
    assert document["status"] == response.status_code
    assert document["detail"]
    return document


def triples(content: bytes, name: str) -> set[tuple[str, str, str]]:
    quads = quads_of(ox.parse(content, format=RDF_FORMATS[name]))
    return {(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in quads}


ROWS = [pytest.param(kind, row, id=f"{kind}-{row.name}") for kind in QUERIES for row in offered(kind)]


@pytest.mark.parametrize(("kind", "row"), ROWS)
def test_every_format_carries_every_kind_it_offers(client: TestClient, kind: Kind, row: Format) -> None:
    response = client.get("/sparql", params={"query": QUERIES[kind]}, headers={"Accept": row.media_type})
    same = client.get("/sparql", params={"query": QUERIES[kind], "format": row.name}, headers={"Accept": "image/png"})

    assert response.status_code == 200
    assert response.headers["content-type"] == row.content_type()
    assert response.content == same.content
    if kind is Kind.TRIPLES:
        assert len(triples(response.content, row.name)) == 3
    elif kind is Kind.SOLUTIONS:
        assert response.content.count(b"http") >= 6
    elif row.name in ("json", "xml"):
        assert ox.parse_query_results(response.content, format=RESULTS[row.name])
    else:
        assert response.content == b"true"


FORMS = {
    "get": ("GET", "/sparql", {"params": {"query": "ASK {}"}}),
    "get with slash": ("GET", "/sparql/", {"params": {"query": "ASK {}"}}),
    "form": ("POST", "/sparql", {"data": {"query": "ASK {}"}}),
    "form with slash": ("POST", "/sparql/", {"data": {"query": "ASK {}"}}),
    "direct": ("POST", "/sparql", {"content": "ASK {}", "headers": {"Content-Type": "application/sparql-query"}}),
    "query method": (
        "QUERY",
        "/sparql",
        {"content": "ASK {}", "headers": {"Content-Type": "application/sparql-query"}},
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_the_protocol_is_answered(client: TestClient, form: str) -> None:
    method, path, arguments = FORMS[form]
    response = client.request(method, path, **arguments)  # type: ignore[arg-type]

    assert response.json() == {"head": {}, "boolean": True}


PROBLEM_CASES = {
    "malformed-request": ("GET", "/sparql?query=ASK%20%7B%7D&query=ASK%20%7B%7D", {}, None),
    "query-syntax": ("GET", "/sparql?query=SELECT%20%2A%20%7B", {}, None),
    "query-too-complex": ("POST", "/sparql", {"Content-Type": "application/sparql-query"}, "ASK " + "{" * 20_000),
    "refused": (
        "POST",
        "/sparql",
        {"Content-Type": "application/sparql-query"},
        "ASK { SERVICE <http://127.0.0.1:9/> { } }",
    ),
    "not-found": ("GET", "/id/agency/nobody", {}, None),
    "method-not-allowed": ("PUT", "/graphs?default", {}, "x"),
    "not-acceptable": ("GET", "/sparql?query=ASK%20%7B%7D", {"Accept": "image/png"}, None),
    "body-too-large": ("POST", "/sparql", {"Content-Type": "application/sparql-query"}, "ASK { } #" + "x" * 1_000_001),
    "unsupported-media-type": ("POST", "/sparql", {"Content-Type": "text/plain"}, "ASK {}"),
    "deadline-exceeded": (
        "POST",
        "/sparql?timeout=0.2",
        {"Content-Type": "application/sparql-query"},
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    ),
    "memory-exceeded": (
        "POST",
        "/sparql",
        {"Content-Type": "application/sparql-query"},
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a",
    ),
    "evaluation-failed": (
        "POST",
        "/sparql",
        {"Content-Type": "application/sparql-query"},
        "SELECT (<http://example.org/unknown>(1) AS ?x) {}",
    ),
}


@pytest.mark.parametrize("slug", PROBLEM_CASES)
def test_every_problem_of_the_service_is_reachable(client: TestClient, slug: str) -> None:
    method, path, headers, content = PROBLEM_CASES[slug]

    assert_problem(client.request(method, path, headers=headers, content=content), slug)
    assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True


@pytest.mark.parametrize("kind", PROBLEMS, ids=lambda kind: kind.slug)
def test_every_problem_has_its_page(client: TestClient, kind: type) -> None:
    problem = next(each for each in PROBLEMS if each is kind)
    page = client.get(f"/errors/{problem.slug}")

    assert page.status_code == 200
    assert problem.title in page.text
    assert problem.remedy.replace("'", "&#39;").replace('"', "&#34;") in page.text.replace("&amp;", "&")


def test_browsers_get_problems_as_pages(client: TestClient) -> None:
    page = client.get("/sparql?query=SELECT", headers={"Accept": BROWSER})

    assert page.status_code == 400
    assert page.headers["content-type"].startswith("text/html")
    assert "The query cannot be parsed" in page.text


def test_a_syntax_error_tells_line_and_column(client: TestClient) -> None:
    document = assert_problem(client.get("/sparql", params={"query": "SELECT * {\n  ?s ?p }"}), "query-syntax")

    assert (document["line"], document["column"]) == (2, 10)


def test_an_undeclared_prefix_is_named_with_its_declaration(client: TestClient) -> None:
    document = assert_problem(client.get("/sparql", params={"query": "SELECT * {\n  ?s skos:x ?o }"}), "query-syntax")

    assert (document["line"], document["column"]) == (2, 6)
    assert "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>" in str(document["detail"])


def test_several_default_graphs_count_a_triple_once(client: TestClient) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    graphs = [f"{BASE}source/qazaqculture-cab6c1e9-ar#s5", f"{BASE}source/qazaqculture-cab6c1e9-ar#s9"]

    def number(parameters: list[tuple[str, str]], query: str = count) -> int:
        response = client.get("/sparql", params=[("query", query), ("format", "csv"), *parameters])
        return int(response.text.split()[1])

    each = [number([("default-graph-uri", graph)]) for graph in graphs]
    union = client.get(
        "/sparql",
        params=[
            ("query", "SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }"),
            ("format", "csv"),
            *(("named-graph-uri", graph) for graph in graphs),
        ],
    )
    merged = number([("default-graph-uri", graph) for graph in graphs])
    by_from = number([], f"SELECT (COUNT(*) AS ?n) FROM <{graphs[0]}> FROM <{graphs[1]}> {{ ?s ?p ?o }}")

    assert merged == by_from == len(union.text.splitlines()) - 1
    assert merged <= sum(each)


def test_a_named_dataset_hides_all_other_graphs(client: TestClient) -> None:
    graph = f"{BASE}graph/labels"
    seen = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    only_default = client.get("/sparql", params={"query": seen, "default-graph-uri": graph, "format": "csv"})
    only_named = client.get("/sparql", params={"query": seen, "named-graph-uri": graph, "format": "csv"})
    unknown = client.get("/sparql", params={"query": "ASK { ?s ?p ?o }", "default-graph-uri": "http://e/none"})

    assert only_default.text.split() == ["g"]
    assert only_named.text.split() == ["g", graph]
    assert unknown.json()["boolean"] is False


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


def test_foreign_iris_are_described_too(client: TestClient) -> None:
    found = triples(client.get("/describe", params={"iri": "http://www.wikidata.org/entity/Q232"}).content, "ttl")

    assert any(subject == f"<{BASE}id/country/kz>" for subject, _, _ in found)


def test_pages_show_statements_with_their_passage(client: TestClient) -> None:
    page = client.get(f"/page/{MEMORANDUM.removeprefix(BASE)}", headers={"Accept-Language": "ru"})

    assert page.status_code == 200
    assert 'lang="ru"' in page.text
    assert 'source/qazaqculture-cab6c1e9-ar#s3">s3</a>' in page.text


@pytest.mark.parametrize("path", ["/", "/sparql", "/graphs", "/docs"])
def test_every_page_of_the_service_is_there(client: TestClient, path: str) -> None:
    page = client.get(path, headers={"Accept": BROWSER})

    assert page.status_code == 200
    assert page.text.startswith("<!doctype html>")


@pytest.mark.parametrize("iri", ["", "a", "\x00", "http://e/a b", "http://[", "<http://e/>", "http://e/\x85"])
def test_what_is_no_iri_is_refused_and_harms_nobody(client: TestClient, iri: str) -> None:
    assert_problem(client.get("/describe", params={"iri": iri}), "malformed-request")
    for name in ("default-graph-uri", "named-graph-uri"):
        assert client.get("/sparql", params={"query": "ASK {}", name: iri}).status_code == (200 if iri == "a" else 400)


def test_markup_in_parameters_is_shown_not_run(client: TestClient) -> None:
    page = client.get("/describe", params={"iri": "http://e/'onload='x"}, headers={"Accept": "text/html"})

    assert page.status_code == 404
    assert "<script" not in page.text
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

        assert len(formats) == len(FORMATS)
        assert any(f'"{count}"' in object_ for _, object_ in counts)


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
