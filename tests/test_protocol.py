"""From bytes to an operation: every form of the protocol, every way to get it wrong."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_service.config import Limits
from kg_service.errors import BodyTooLarge, MalformedRequest, Problem, Refused, UnsupportedMediaType
from kg_service.parameters import parameters
from kg_service.protocol import FORM, QUERY, Operation, decode

BASE = "http://service/sparql"
ASK = "ASK {}"
LIMITS = Limits(query_bytes=1_000)


def read(method: str = "GET", query: str = "", content_type: str = "", body: bytes = b"") -> Operation | None:
    return decode(method, query.encode(), content_type, body, base=BASE, limits=LIMITS)


FORMS = [
    ("GET", urlencode({"query": ASK}), "", b""),
    ("HEAD", urlencode({"query": ASK}), "", b""),
    ("POST", "", FORM, urlencode({"query": ASK}).encode()),
    ("POST", "", f"{FORM}; charset=UTF-8", urlencode({"query": ASK}).encode()),
    ("POST", "", QUERY, ASK.encode()),
    ("POST", "", f'{QUERY};charset="utf-8"', ASK.encode()),
    ("QUERY", "", QUERY, ASK.encode()),
    ("POST", "debug=1&output=json", QUERY, ASK.encode()),
]


@pytest.mark.parametrize(("method", "query", "content_type", "body"), FORMS)
def test_each_form_of_the_protocol_gives_the_same_operation(
    method: str, query: str, content_type: str, body: bytes
) -> None:
    operation = read(method, query, content_type, body)

    assert operation is not None
    assert (operation.query, operation.default_graphs, operation.named_graphs) == (ASK, None, None)


def test_a_get_without_query_is_no_operation() -> None:
    assert read("GET", "format=ttl") is None


FAULTS = [
    ("GET", "query=ASK+%7B%7D&query=ASK+%7B%7D", "", b"", MalformedRequest),
    ("GET", "query=%FF", "", b"", MalformedRequest),
    ("GET", "query=ASK+%7B%7D&timeout=soon", "", b"", MalformedRequest),
    ("GET", "query=ASK+%7B%7D&timeout=0", "", b"", MalformedRequest),
    ("GET", "query=ASK+%7B%7D&timeout=1&timeout=2", "", b"", MalformedRequest),
    ("GET", "query=ASK+%7B%7D&format=json&format=xml", "", b"", MalformedRequest),
    ("GET", "query=ASK+%7B%7D&default-graph-uri=", "", b"", MalformedRequest),
    ("GET", "query=ASK+%7B%7D&named-graph-uri=a%20b", "", b"", MalformedRequest),
    ("GET", "update=DROP+ALL", "", b"", Refused),
    ("POST", "", FORM, b"update=DROP+ALL", Refused),
    ("POST", "", "application/sparql-update", b"DROP ALL", Refused),
    ("POST", "", FORM, b"x=1", MalformedRequest),
    ("POST", "query=ASK+%7B%7D", QUERY, b"ASK {}", MalformedRequest),
    ("POST", "query=ASK+%7B%7D", FORM, b"query=ASK+%7B%7D", MalformedRequest),
    ("POST", "", QUERY, b"ASK { ?s ?p '\xff' }", MalformedRequest),
    ("POST", "", f"{QUERY}; charset=latin1", b"ASK {}", UnsupportedMediaType),
    ("POST", "", "text/plain", b"ASK {}", UnsupportedMediaType),
    ("POST", "", "", b"ASK {}", UnsupportedMediaType),
    ("POST", "", QUERY, b"ASK { } #" + b"x" * 2_000, BodyTooLarge),
    ("POST", "", QUERY, b"SELECT * { SERVICE <http://e/> {} }", Refused),
    ("POST", "", QUERY, b"ASK { ?s ?p '\x00' }", MalformedRequest),
]


@pytest.mark.parametrize(("method", "query", "content_type", "body", "kind"), FAULTS)
def test_each_fault_has_its_problem(
    method: str, query: str, content_type: str, body: bytes, kind: type[Problem]
) -> None:
    with pytest.raises(kind):
        read(method, query, content_type, body)


def test_the_requests_dataset_replaces_the_querys() -> None:
    text = "ASK FROM <http://e/a> FROM NAMED <http://e/b> {}"
    operation = read("GET", urlencode([("query", text), ("named-graph-uri", "http://e/c")]))

    assert operation is not None
    assert (operation.default_graphs, operation.named_graphs) == ((), ("http://e/c",))


def test_relative_graph_names_resolve_against_the_service() -> None:
    operation = read("GET", urlencode([("query", "ASK FROM <g1> {}"), ("default-graph-uri", "g2")]))

    assert operation is not None
    assert operation.default_graphs == ("http://service/g2",)


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=20)), max_size=5))
def test_what_a_client_encodes_is_decoded_once(pairs: list[tuple[str, str]]) -> None:
    try:
        encoded = urlencode(pairs).encode()
    except UnicodeEncodeError:
        return

    assert parameters(encoded) == pairs


@given(st.binary(max_size=80), st.sampled_from(["GET", "POST", "QUERY"]), st.sampled_from([FORM, QUERY, "", "x"]))
def test_any_bytes_are_an_operation_or_a_problem(data: bytes, method: str, content_type: str) -> None:
    try:
        operation = decode(method, data, content_type, data, base=BASE, limits=LIMITS)
    except Problem as problem:
        assert 400 <= problem.status < 500  # noqa: PT017
        return

    assert operation is None or operation.query
