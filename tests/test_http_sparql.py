"""/sparql over HTTP, with real workers over the project's own data set: forms, formats, problems, datasets."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from http_helpers import BASE, BROWSER, assert_problem, triples

from kg_service.errors import PROBLEMS
from kg_service.formats import Format, Kind, offered

if TYPE_CHECKING:
    from starlette.testclient import TestClient

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
    elif row.name == "xlsx":
        assert len(sheet(response.content)) == 4
    elif row.name == "parquet":
        assert table(response.content).num_rows == 3
    elif kind is Kind.SOLUTIONS:
        assert response.content.count(b"http") >= 6
    elif row.name in ("json", "xml"):
        assert ox.parse_query_results(response.content, format=RESULTS[row.name])
    elif row.name == "html":
        assert "Yes." in response.text
    else:
        assert response.content == b"true"


def sheet(content: bytes) -> list[tuple[object, ...]]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    return [tuple(cell.value for cell in row) for row in book["results"].iter_rows()]


def table(content: bytes) -> Any:
    import pyarrow as pa
    from pyarrow import parquet

    return parquet.read_table(pa.BufferReader(content))


def test_a_parquet_files_columns_are_typed_where_all_their_terms_are(client: TestClient) -> None:
    query = """SELECT ?n ?d ?f ?mixed ?big ?yes ?day ?time ?text ?iri ?none {
      VALUES (?n ?d ?f ?mixed ?big ?yes ?day ?time ?text ?iri ?none) {
        (1 1.50 1e3 1 12345678901234567890 true "2026-01-02"^^xsd:date "2026-01-02T03:04:05Z"^^xsd:dateTime
         "Қазақ عربي"@kk <http://e/a> UNDEF)
        (UNDEF 2.25 2 "x" 1 false "2026-01-03"^^xsd:date "2026-01-02T03:04:05.5Z"^^xsd:dateTime "plain" <http://e/b>
         UNDEF)
      }
    } ORDER BY DESC(?n)"""
    prefix = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
    found = table(client.get("/sparql", params={"query": prefix + query, "format": "parquet"}).content)
    types = dict(zip(found.schema.names, map(str, found.schema.types), strict=True))

    assert types == {
        "n": "int64", "d": "decimal128(3, 2)", "f": "double", "mixed": "string", "big": "decimal128(20, 0)",
        "yes": "bool", "day": "date32[day]", "time": "timestamp[us, tz=UTC]", "text": "string", "iri": "string",
        "none": "string",
    }  # fmt: skip
    assert found.column("text").to_pylist() == ["Қазақ عربي", "plain"]
    assert found.column("n").to_pylist() == [1, None]
    assert found.schema.field("text").metadata[b"languages"] == b"kk"


TYPED = r"""SELECT ?text ?number ?big ?yes ?iri ?none {
  VALUES (?text ?number ?big ?yes ?iri ?none) {
    ('=1+1, "Қазақ" ğ عربي'@kk 1.5 12345678901234567890 true <http://e/a> UNDEF)
    ("two\nlines\tand tab" 2 3 false <http://e/b> UNDEF)
  }
} ORDER BY ?number"""


def test_a_workbook_has_typed_cells_and_no_formulas(client: TestClient) -> None:
    response = client.get("/sparql", params={"query": TYPED, "format": "xlsx"})
    rows = sheet(response.content)

    assert response.headers["content-disposition"] == 'attachment; filename="results.xlsx"'
    assert rows[0] == ("text", "number", "big", "yes", "iri", "none")
    assert rows[1] == ('=1+1, "Қазақ" ğ عربي', 1.5, "12345678901234567890", True, "http://e/a", None)


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_a_capped_result_is_the_beginning_of_the_whole_one(client: TestClient, name: str) -> None:
    def solutions(**options: str) -> list[list[object]]:
        content = client.get("/sparql", params={"query": TYPED, "format": name, **options}).content
        if name == "csv":
            return [list(row) for row in csv.reader(content.decode().splitlines(keepends=True))]
        found = ox.parse_query_results(content, format=RESULTS[name])
        assert isinstance(found, ox.QuerySolutions)
        return [[solution[variable] for variable in found.variables] for solution in found]

    assert solutions(**{"limit-rows": "2"}) == solutions()
    assert solutions(**{"limit-rows": "1"}) == solutions()[: 2 if name == "csv" else 1]


@pytest.mark.parametrize(
    ("limit", "rows", "more"), [("0", "0", "true"), ("1", "1", "true"), ("2", "2", "false"), ("9", "2", "false")]
)
def test_a_cap_is_announced_truthfully(client: TestClient, limit: str, rows: str, more: str) -> None:
    response = client.get("/sparql", params={"query": TYPED, "limit-rows": limit})
    whole = client.get("/sparql", params={"query": TYPED})

    assert (response.headers["x-rows"], response.headers["x-more-rows"]) == (rows, more)
    assert "x-more-rows" not in whole.headers


def test_csv_begins_with_a_byte_order_mark_where_asked(client: TestClient) -> None:
    plain = client.get("/sparql", params={"query": TYPED, "format": "csv"}).content
    marked = client.get("/sparql", params={"query": TYPED, "format": "csv", "bom": "1"}).content

    assert marked == b"\xef\xbb\xbf" + plain
    assert client.get("/sparql", params={"query": TYPED, "bom": "yes"}).status_code == 400


def test_a_browser_sees_a_table_with_everything_escaped(client: TestClient) -> None:
    hostile = 'SELECT ("<script>alert(1)</script>"@ar AS ?x) (<javascript:alert(1)> AS ?y) {}'
    page = client.get("/sparql", params={"query": hostile}, headers={"Accept": BROWSER})

    assert page.headers["content-type"].startswith("text/html")
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script" not in page.text
    assert 'href="javascript:' not in page.text
    assert 'lang="ar" dir="rtl"' in page.text
    assert "1 row." in page.text


def test_a_page_says_when_there_is_more(client: TestClient) -> None:
    page = client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }", "format": "html"})
    empty = client.get("/sparql", params={"query": "SELECT * { ?s ?p 'none' }", "format": "html"})

    assert "The first 1000 rows; there are more" in page.text
    assert "No solution matches" in empty.text


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
