"""The short way through the HTTP server gives what the long way gives, whatever the bytes of a request look like."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from processes import running
from worlds import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A header that the short way never takes, so that the application answers.
LONG = "Cookie: a=b\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with running(lay_out(tmp_path_factory.mktemp("wire") / "world"), "--timeout", "5") as service:
        yield service.port


@contextlib.contextmanager
def connection(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as found:
        yield found


def request(query: str, headers: str = "", *, parameters: str = "", path: str = "/sparql") -> bytes:
    return f"GET {path}?query={quote(query)}{parameters} HTTP/1.1\r\nHost: x.example\r\n{headers}\r\n".encode()


def response(reader: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """Read one response, in one piece or in chunks."""
    file = reader.makefile("rb")
    status = int(file.readline().split()[1])
    headers: dict[str, str] = {}
    while line := file.readline().strip().decode():
        name, _, value = line.partition(": ")
        headers[name] = value
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(file.readline(), 16):
            body += file.read(size)
            file.readline()
        file.readline()
    else:
        body = file.read(int(headers.get("content-length", 0)))
    return status, headers, body


def told(answer: tuple[int, dict[str, str], bytes]) -> tuple[int, dict[str, str], bytes]:
    """Return an answer without what may differ: when it was sent, and whether its length was known by then."""
    status, headers, body = answer
    differing = ("date", "content-length", "transfer-encoding")
    return status, {name: value for name, value in headers.items() if name not in differing}, body


QUERIES = {
    "select": ("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 3", "", ""),
    "csv": ("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 4", "Accept: text/csv\r\n", ""),
    "compressed": ("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 100", "Accept-Encoding: gzip\r\n", ""),
    "capped": ("SELECT ?s { ?s ?p ?o } ORDER BY ?s", "", "&limit-rows=2"),
    "long": ("SELECT * { ?s ?p ?o . ?a ?b 'x' } ORDER BY ?s ?p ?o", "", ""),
    "long rows": ("SELECT * { ?s ?p ?o . ?s ?q ?r } ORDER BY ?s ?p ?o ?q ?r", "", ""),
    "ask": ("ASK { ?s ?p 'short' }", "", ""),
    "construct": ("CONSTRUCT { ?s a ?t } { ?s a ?t } LIMIT 2", "Accept: application/n-triples\r\n", ""),
    "syntax": ("SELECT * {", "", ""),
    "not acceptable": ("ASK {}", "Accept: image/png\r\n", ""),
    "refused": ("ASK { SERVICE <http://e/> {} }", "", ""),
    "volatile": ("ASK { FILTER(RAND() < 2) }", "", ""),
    "page": ("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 2", "Accept: text/html\r\n", ""),
}


@pytest.mark.parametrize("name", QUERIES)
def test_both_ways_answer_the_same(port: int, name: str) -> None:
    query, headers, parameters = QUERIES[name]
    with connection(port) as first:
        first.sendall(request("ASK { 'learns' ?the ?headers }", headers))
        response(first)
        answers = []
        for extra in ("", LONG, "", LONG):
            first.sendall(request(query, headers + extra, parameters=parameters))
            answers.append(told(response(first)))

    assert answers[0] == answers[1] == answers[2] == answers[3]


def test_a_header_block_is_known_only_for_what_it_says(port: int) -> None:
    query = "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 5"
    with connection(port) as one:
        types = []
        for accept in ("text/csv", "application/json", "text/csv", "application/sparql-results+xml"):
            for _ in range(2):
                one.sendall(request(query, f"Accept: {accept}\r\n"))
                types.append(response(one)[1]["content-type"].partition(";")[0])

    assert types == [
        each for accept in ("text/csv", "application/json", "text/csv", "application/sparql-results+xml")
        for each in (accept, accept)
    ]  # fmt: skip


def numbers(count: int) -> list[str]:
    return [f"SELECT (STR({number}) AS ?n) {{}}" for number in range(count)]


def test_pipelined_requests_are_answered_in_order(port: int) -> None:
    with connection(port) as one:
        one.sendall(request("ASK { 'pipelined' ?p ?o }"))
        response(one)
        one.sendall(b"".join(request(query, "Accept: text/csv\r\n") for query in numbers(20)))
        file = one.makefile("rb")
        bodies = [_next_body(file) for _ in range(20)]

    assert [body.split()[1] for body in bodies] == [str(number).encode() for number in range(20)]


def _next_body(file: object) -> bytes:
    length = 0
    while line := file.readline().strip():  # type: ignore[attr-defined]
        if line.startswith(b"content-length: "):
            length = int(line.rpartition(b" ")[2])
    return file.read(length)  # type: ignore[attr-defined, no-any-return]


def test_a_second_request_waits_for_the_answer_to_the_first(port: int) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?c = ?f) }"
    with connection(port) as one:
        one.sendall(request("ASK { 'second' ?p ?o }", "Accept: text/csv\r\n"))
        response(one)
        one.sendall(request(slow, "Accept: text/csv\r\n"))
        for query in numbers(3):
            one.sendall(request(query, "Accept: text/csv\r\n"))
        file = one.makefile("rb")
        bodies = [_next_body(file) for _ in range(4)]

    assert bodies[0].startswith(b"n\r\n")
    assert [body.split()[1] for body in bodies[1:]] == [b"0", b"1", b"2"]


@pytest.mark.parametrize("size", [1, 7, 40, 200])
def test_requests_in_pieces_are_answered(port: int, size: int) -> None:
    whole = request("ASK { 'pieces' ?p ?o }", parameters=f"&x={size}") * 2
    with connection(port) as one:
        for start in range(0, len(whole), size):
            one.sendall(whole[start : start + size])
        file = one.makefile("rb")
        bodies = [_next_body(file) for _ in range(2)]

    assert bodies == [b'{"head":{},"boolean":false}'] * 2


def test_a_long_query_for_a_page_is_answered_with_the_page(port: int) -> None:
    values = " ".join(f"<http://e/{number}>" for number in range(20_000))
    query = f"SELECT ?x {{ VALUES ?x {{ {values[:3_000].rpartition(' ')[0]} }} }}"
    longer = f"SELECT ?x {{ VALUES ?x {{ {values} }} }}".encode()
    headers = "Accept: text/html\r\nAccept-Encoding: gzip\r\n"
    with connection(port) as one:
        for _ in range(2):
            one.sendall(request(query, headers))
            assert response(one)[1]["content-type"] == "text/html; charset=utf-8"
        told = f"Content-Type: application/sparql-query\r\nContent-Length: {len(longer)}\r\n{headers}"
        one.sendall(f"POST /sparql HTTP/1.1\r\nHost: x\r\n{told}\r\n".encode() + longer)
        assert response(one)[1]["content-type"] == "text/html; charset=utf-8"


def test_who_does_not_read_keeps_nobody_else_waiting(port: int) -> None:
    query = "SELECT * { ?s ?p ?o . ?s ?q ?r } ORDER BY ?s ?p ?o ?q ?r"
    rows = request(query, "Accept: text/csv\r\n", parameters="&x=1")
    with connection(port) as idle, connection(port) as other:
        idle.sendall(request("ASK { 'idle' ?p ?o }", "Accept: text/csv\r\n"))
        response(idle)
        idle.sendall(rows)  # and never reads the answer
        for extra in (b"", LONG.encode()):
            other.sendall(rows.removesuffix(b"\r\n") + extra + b"\r\n")
            assert response(other)[0] == 200


@pytest.mark.parametrize("extra", ["", LONG])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_leaves_a_long_result_frees_its_worker(world_of_one: int, method: str, extra: str) -> None:
    endless = request("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", extra).replace(b"GET", method.encode(), 1)
    for _ in range(3):
        with connection(world_of_one) as one:
            one.sendall(request("ASK { 'leaves' ?p ?o }", extra))
            response(one)
            one.sendall(endless)
            one.recv(100)
    with connection(world_of_one) as one:
        told = b""
        while b"kg_under_way 0.0" not in told:
            one.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            told = response(one)[2]

        assert b'kg_workers_ended{reason="client-gone"}' in told


@pytest.fixture(scope="module")
def world_of_one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Serve with one worker and no deadline that a test would wait for."""
    with running(lay_out(tmp_path_factory.mktemp("one") / "world"), "--timeout", "600", "--workers", "1") as service:
        yield service.port


@pytest.mark.parametrize("host", ["a b", "x/../", "<script>", "[::1"])
def test_what_is_no_host_is_refused(port: int, host: str) -> None:
    asked = request("ASK {}").replace(b"x.example", host.encode())
    with connection(port) as one:
        for _ in range(2):
            one.sendall(asked)
            status, headers, _ = response(one)
            assert (status, headers["content-type"]) == (400, "application/problem+json")


def test_scripts_of_every_origin_may_read_answers_and_problems(port: int) -> None:
    with connection(port) as one:
        for query in ("ASK {}", "ASK {", "SELECT * { ?s ?p ?o }"):
            for headers in ("", "Origin: https://other.example\r\n", LONG):
                one.sendall(request(query, headers))
                assert response(one)[1]["access-control-allow-origin"] == "*"


def test_only_safe_methods_are_answered_with_304(port: int) -> None:
    with connection(port) as one:
        one.sendall(request("ASK { 'safe' ?p ?o }"))
        tag = response(one)[1]["etag"]
        one.sendall(request("ASK { 'safe' ?p ?o }", f"If-None-Match: {tag}\r\n"))
        status, headers, _ = response(one)
        body = "ASK { 'safe' ?p ?o }"
        told = f"Content-Type: application/sparql-query\r\nIf-None-Match: *\r\nContent-Length: {len(body)}\r\n"
        one.sendall(f"POST /sparql HTTP/1.1\r\nHost: x.example\r\n{told}\r\n{body}".encode())

        assert (status, headers["access-control-allow-origin"]) == (304, "*")
        assert response(one)[0] == 200


CLOSING = {
    "HTTP/1.0": b"GET /sparql?query=ASK%20%7B%7D HTTP/1.0\r\nHost: x\r\n\r\n",
    "close": b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "malformed": b"GET /sparql?query=ASK {} HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("name", CLOSING)
def test_a_connection_that_is_to_end_ends(port: int, name: str) -> None:
    with connection(port) as one:
        one.sendall(request("ASK {}"))
        response(one)
        one.sendall(CLOSING[name])
        received = b""
        while data := one.recv(65536):
            received += data

    assert received.startswith(b"HTTP/1.1 400" if name == "malformed" else b"HTTP/1.1 200")


def test_a_client_that_leaves_frees_its_worker(port: int) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    for number in range(6):
        with connection(port) as one:
            one.sendall(request("ASK { 'leaves' ?p ?o }"))
            response(one)
            one.sendall(request(endless, parameters=f"&x={number}"))
    with connection(port) as one:
        one.sendall(request("ASK { 'left' ?p ?o }"))

        assert response(one)[0] == 200


def test_a_result_that_breaks_off_ends_the_connection(port: int) -> None:
    endless = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with connection(port) as one:
        one.sendall(request("ASK { 'breaks' ?p ?o }"))
        response(one)
        one.sendall(request(endless, parameters="&timeout=0.5"))
        received = bytearray()
        while data := one.recv(1 << 20):
            received += data

    assert received.startswith(b"HTTP/1.1 200")
    assert not received.endswith(b"0\r\n\r\n")
