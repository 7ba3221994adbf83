"""The cases of the W3C's SPARQL 1.1 Protocol test suite, as a table of requests and what must come back.

Its graphs are replaced by graphs of the data set; updates are answered 403, because this endpoint has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest
from http_helpers import BASE

if TYPE_CHECKING:
    from starlette.testclient import TestClient

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
FIRST, SECOND = (f"{BASE}source/qazaqculture-cab6c1e9-ar#s{number}" for number in (1, 2))
RESULTS = ("application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values")
GRAPHS = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")
KAZAKH = f"<{BASE}id/agency/kz-film-support-center>"
TURKSOY = f"<{BASE}id/organization/turksoy>"
BOTH = f"ASK {{ {KAZAKH} a ?agency . {TURKSOY} a ?organization }}"
NAMED = f"ASK {{ GRAPH <{FIRST}> {{ {KAZAKH} a ?a }} GRAPH <{SECOND}> {{ {TURKSOY} a ?b }} }}"


@dataclass(frozen=True)
class Case:
    """A request and what it must give; `true` where the answer must be the boolean true, `false` likewise."""

    method: str = "GET"
    pairs: tuple[tuple[str, str], ...] = ()
    content_type: str | None = None
    body: bytes = b""
    status: int = 200
    types: tuple[str, ...] = ()
    boolean: bool | None = None
    accept: str = "*/*"


def form(*pairs: tuple[str, str]) -> bytes:
    return urlencode(pairs).encode()


def graphs(*iris: str, name: str = "default-graph-uri") -> tuple[tuple[str, str], ...]:
    return tuple((name, iri) for iri in iris)


def named(*iris: str) -> tuple[tuple[str, str], ...]:
    return graphs(*iris, name="named-graph-uri")


CASES = {
    "query_get": Case(pairs=(("query", "ASK {}"),), types=RESULTS, boolean=True),
    "query_post_form": Case("POST", content_type=FORM, body=form(("query", "ASK {}")), types=RESULTS, boolean=True),
    "query_post_direct": Case("POST", content_type=QUERY, body=b"ASK {}", types=RESULTS, boolean=True),
    "query_dataset_default_graphs_get": Case(pairs=(("query", BOTH), *graphs(FIRST, SECOND)), boolean=True),
    "query_dataset_default_graph_get_one": Case(pairs=(("query", BOTH), *graphs(FIRST)), boolean=False),
    "query_dataset_default_graphs_post": Case(
        "POST", pairs=graphs(FIRST, SECOND), content_type=QUERY, body=BOTH.encode(), boolean=True
    ),
    "query_dataset_default_graphs_form": Case(
        "POST", content_type=FORM, body=form(("query", BOTH), *graphs(FIRST, SECOND)), boolean=True
    ),
    "query_dataset_named_graphs_get": Case(pairs=(("query", NAMED), *named(FIRST, SECOND)), boolean=True),
    "query_dataset_named_graphs_get_one": Case(pairs=(("query", NAMED), *named(FIRST)), boolean=False),
    "query_dataset_named_graphs_post": Case(
        "POST", pairs=named(FIRST, SECOND), content_type=QUERY, body=NAMED.encode(), boolean=True
    ),
    "query_dataset_full": Case(
        pairs=(
            ("query", f"ASK {{ {KAZAKH} a ?a GRAPH ?g {{ {TURKSOY} a ?b }} FILTER NOT EXISTS {{ {TURKSOY} a ?b }} }}"),
            *graphs(FIRST),
            *named(SECOND),
        ),
        boolean=True,
    ),
    "query_multiple_dataset": Case(
        pairs=(("query", f"ASK FROM <{BASE}graph/none> {{ {KAZAKH} a ?a }}"), *graphs(FIRST)), boolean=True
    ),
    "query_dataset_unknown_graph": Case(pairs=(("query", "ASK { ?s ?p ?o }"), *graphs("http://e/none")), boolean=False),
    "query_content_type_select": Case(pairs=(("query", "SELECT (1 AS ?v) {}"),), types=RESULTS),
    "query_content_type_ask": Case(pairs=(("query", "ASK {}"),), types=RESULTS),
    "query_content_type_describe": Case(pairs=(("query", f"DESCRIBE {KAZAKH}"),), types=GRAPHS),
    "query_content_type_construct": Case(pairs=(("query", "CONSTRUCT { <s> <p> 1 } WHERE {}"),), types=GRAPHS),
    "query_relative_iris": Case(pairs=(("query", "ASK { FILTER(STR(<x>) = 'http://testserver/x') }"),), boolean=True),
    "bad_query_method": Case("PUT", pairs=(("query", "ASK {}"),), status=405),
    "bad_multiple_queries": Case(pairs=(("query", "ASK {}"), ("query", "SELECT * {}")), status=400),
    "bad_query_wrong_media_type": Case("POST", content_type="text/plain", body=b"ASK {}", status=415),
    "bad_query_missing_form_type": Case("POST", body=form(("query", "ASK {}")), status=415),
    "bad_query_missing_direct_type": Case("POST", body=b"ASK {}", status=415),
    "bad_query_non_utf8": Case(
        "POST", content_type=f"{QUERY}; charset=UTF-16", body="ASK {}".encode("utf-16"), status=415
    ),
    "bad_query_bytes": Case("POST", content_type=QUERY, body=b"ASK { ?s ?p '\xff' }", status=400),
    "bad_query_syntax": Case(pairs=(("query", "ASK"),), status=400),
    "bad_query_missing": Case("POST", content_type=FORM, body=form(("other", "x")), status=400),
    "bad_query_not_acceptable": Case(pairs=(("query", "ASK {}"),), accept="image/png", status=406),
    "update_post_form": Case("POST", content_type=FORM, body=form(("update", "CLEAR ALL")), status=403),
    "update_post_direct": Case("POST", content_type=UPDATE, body=b"CLEAR ALL", status=403),
    "update_get": Case(pairs=(("update", "CLEAR ALL"),), status=403),
    "update_as_query": Case(pairs=(("query", "CLEAR ALL"),), status=403),
}


@pytest.mark.parametrize("name", CASES)
def test_the_case_holds(client: TestClient, name: str) -> None:
    case = CASES[name]
    address = "/sparql" + (f"?{urlencode(case.pairs, quote_via=quote)}" if case.pairs else "")
    headers = {"Accept": case.accept} | ({"Content-Type": case.content_type} if case.content_type else {})
    response = client.request(case.method, address, headers=headers, content=case.body)

    assert response.status_code == case.status, response.text
    if case.status >= 400:
        assert response.headers["content-type"] == "application/problem+json"
    if case.types:
        assert response.headers["content-type"].split(";")[0] in case.types
    if case.boolean is not None:
        assert response.json()["boolean"] is case.boolean
