"""/sparql over HTTP, with real workers over the project's own data set: forms, problems, datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from http_helpers import BASE, BROWSER, assert_problem

from kg_service.errors import PROBLEMS

if TYPE_CHECKING:
    from starlette.testclient import TestClient

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


def test_the_same_question_is_answered_the_same_from_the_cache(client: TestClient) -> None:
    asked = {"query": "SELECT ?cached { ?cached a ?type } ORDER BY ?cached", "limit-rows": "3"}
    first, second = (client.get("/sparql", params=asked) for _ in range(2))

    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"]
    assert second.headers["x-more-rows"] == "true"
    assert second.headers["content-type"] == "application/sparql-results+json"


def test_long_answers_are_compressed_where_the_client_takes_it(client: TestClient) -> None:
    asked = {"query": "SELECT * { ?s ?p ?o }", "format": "csv"}
    small = client.get("/sparql", params=asked, headers={"Accept-Encoding": "gzip"})
    plain = client.get("/sparql", params=asked, headers={"Accept-Encoding": "identity"})

    assert small.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert small.content == plain.content
