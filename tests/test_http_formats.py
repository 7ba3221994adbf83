"""Results in every format: what each carries, typed cells and columns, caps, pages for people."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from http_helpers import BROWSER, triples
from pages import read_page

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


def test_a_workbook_tells_no_time_so_that_equal_results_are_equal_bytes(client: TestClient) -> None:
    response = client.get("/sparql", params={"query": TYPED, "format": "xlsx"})
    with zipfile.ZipFile(io.BytesIO(response.content)) as book:
        core = book.read("docProps/core.xml").decode()

    assert set(re.findall(r"\d{4}-\d\d-\d\dT[^<]+", core)) == {"1980-01-01T00:00:00Z"}


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
    assert read_page(page.text).dangers == []
    assert 'lang="ar" dir="rtl"' in page.text
    assert "1 row." in page.text


def test_a_page_says_when_there_is_more(client: TestClient) -> None:
    page = client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }", "format": "html"})
    empty = client.get("/sparql", params={"query": "SELECT * { ?s ?p 'none' }", "format": "html"})

    assert "The first 1,000 rows; there are more" in page.text
    assert "No solution matches" in empty.text
