"""The client of a remote store: addresses, every way in which an engine can fail, and what is mended on the way."""

from __future__ import annotations

import http.server
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from engines import free_port
from worlds import ROOT

pytest.importorskip("httpx2", reason="the extra `remote` is not installed")

from kg_service.cli import main
from kg_service.errors import (
    DeadlineExceeded,
    EvaluationFailed,
    Problem,
    QuerySyntaxError,
    RemoteUnavailable,
    ResultTooLarge,
    WrongUsage,
)
from kg_service.store.address import read_address
from kg_service.store.client import Breaker, Client
from kg_service.store.engines import ENGINES as ROWS
from kg_service.store.engines import engine_of
from kg_service.store.remote_graphs import Body

if TYPE_CHECKING:
    from collections.abc import Iterator


class Answers(http.server.BaseHTTPRequestHandler):
    """An engine that answers as its path says."""

    wait = threading.Event()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        status, kind, body = ANSWERS[self.path]
        if self.path == "/silent":
            self.wait.wait(20)
            return
        self.send_response(status)
        self.send_header("content-type", kind)
        for name, value in {"/capped": {"x-sparql-maxrows": "9"}, "/part": {"x-sql-state": "S1TAT"}}.get(
            self.path, {}
        ).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body) + (100 if self.path == "/cut" else 0)))
        self.end_headers()
        while self.path == "/trickle" and not self.wait.wait(0.02):  # never silent, and never done
            try:
                self.wfile.write(b" ")
            except OSError:
                return
        self.wfile.write(body)

    def version_string(self) -> str:
        return "Virtuoso/1" if self.path == "/capped" else "Test/1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""


JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
ANSWERS: dict[str, tuple[int, str, bytes]] = {
    "/html": (200, "text/html", b"<h1>Welcome</h1>"), "/garbage": (200, XML, b"<sparql><nonsense"),
    "/cut": (200, XML, b"<sparql"), "/400": (400, "text/plain", b"no such thing"), "/401": (401, "text/plain", b""),
    "/500": (500, "text/plain", b"oops"), "/503": (503, "text/plain", b"busy"), "/504": (504, "text/plain", b"late"),
    "/404": (404, "text/html", b"not here"), "/silent": (200, XML, b""), "/capped": (200, XML, b""),
    "/302": (302, "text/plain", b""), "/part": (200, XML, b""), "/trickle": (200, XML, b" " * 100_000_000),
}  # fmt: skip
FAILURES: list[tuple[str, type[Problem]]] = [
    ("/html", EvaluationFailed), ("/garbage", EvaluationFailed), ("/cut", EvaluationFailed), ("/400", QuerySyntaxError),
    ("/401", RemoteUnavailable), ("/500", EvaluationFailed), ("/503", RemoteUnavailable), ("/504", DeadlineExceeded),
    ("/404", EvaluationFailed), ("/silent", DeadlineExceeded), ("/capped", ResultTooLarge), ("/302", EvaluationFailed),
    ("/part", DeadlineExceeded), ("/trickle", DeadlineExceeded),
]  # fmt: skip


@pytest.fixture(scope="module")
def odd() -> Iterator[str]:
    """Run an engine that answers oddly, and give its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"sparql+http://127.0.0.1:{server.server_address[1]}"
    Answers.wait.set()
    server.shutdown()
    server.server_close()
    thread.join()


class Sink:
    """A writer that keeps what it is given."""

    def __init__(self) -> None:
        self.content = b""

    def begin(self, head: bytes = b"", *, form: int = 0) -> None:
        del head, form

    def write(self, chunk: bytes) -> int:
        self.content += chunk
        return len(chunk)


@pytest.mark.parametrize(("path", "kind"), FAILURES, ids=[path for path, _ in FAILURES])
def test_each_failure_of_an_engine_is_its_own_problem(path: str, kind: type[Problem], odd: str) -> None:
    from kg_service.config import Limits
    from kg_service.protocol import Question
    from kg_service.store.contract import Wanted
    from kg_service.store.remote import RemoteStore

    client = Client(read_address(odd + path), timeout_s=1.0)
    facts: dict[str, Any] = {"graphs": [], "prefixes": {}, "base": ""}
    store = RemoteStore(client, facts, Limits())
    sink = Sink()
    with pytest.raises(kind) as raised:
        store.evaluate(sink, Question("SELECT * { ?s ?p ?o }"), Wanted({"solutions": "json"}))

    assert raised.type is kind
    assert raised.value.detail
    client.close()


def test_a_write_that_trickles_is_ended_and_one_that_gets_on_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx2

    from kg_service.store import pace

    now = 0.0
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: now))
    content = bytes(640 * 1024)
    quick = pace.Sent(content, pace.Pace(1.0))
    for _ in range(2):  # and again, when a password was asked for
        assert b"".join(quick) == content
    pieces = iter(pace.Sent(content, pace.Pace(1.0)))
    next(pieces)
    now = 4.9  # four of these are the first piece's
    next(pieces)
    now = 9.1
    with pytest.raises(httpx2.ReadTimeout):
        next(pieces)


def test_a_dead_engine_is_asked_no_more_for_a_while_and_then_again() -> None:
    client = Client(read_address(f"sparql+http://127.0.0.1:{free_port()}/"), breaker := Breaker(), timeout_s=5.0)
    for _ in range(5):
        with pytest.raises(RemoteUnavailable, match="cannot be reached"), client.query("ASK {}", XML):
            pass
    with pytest.raises(RemoteUnavailable, match="has not answered 5 times") as raised, client.query("ASK {}", XML):
        pass
    assert int(raised.value.headers["Retry-After"]) >= 1

    breaker.succeeded()
    with pytest.raises(RemoteUnavailable, match="cannot be reached"), client.query("ASK {}", XML):
        pass


ADDRESSES = [
    ("sparql+http://h/q", ("http://h/q", "", "", "", "")),
    ("sparql+https://u:p@h:1/q?update=http://h/u", ("https://h:1/q", "http://h/u", "", "u", "p")),
    ("sparql+http://h/q?graph-store=http://h/g", ("http://h/q", "", "http://h/g", "", "")),
    ("sparql+http://h", ("http://h/", "", "", "", "")),
    ("sparql+http://u:p%40s%2Fs@h/q", ("http://h/q", "", "", "u", "p@s/s")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ADDRESSES)
def test_addresses_are_read(text: str, expected: tuple[str, ...]) -> None:
    found = read_address(text)

    assert (found.query, found.update, found.graph_store, found.user, found.password) == expected
    assert "p@" not in found.shown


WRONG = [
    *(
        "",
        "x",
        "http://h/q",
        "sparql+ftp://h/q",
        "sparql+http:///q",
        "sparql+http://h/q?upd=1",
        "sparql+http://h:abc/q",
    ),
    *("sparql+http://[::1/", "sparql+ftp://u:secret@h/", "sparql+http://h/?update=http://u:secret@h/"),
]


@pytest.mark.parametrize("text", WRONG)
def test_other_addresses_are_wrong_usage_and_no_password_is_told(text: str) -> None:
    with pytest.raises(WrongUsage) as raised:
        read_address(text)

    assert "secret" not in raised.value.detail


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_what_no_reader_takes_is_replaced_wherever_chunks_are_cut(size: int) -> None:
    text = b"a<bnode>nodeID://b1</bnode>b<bnode>nodeID://b2</bnode>" * 3
    chunks = [text[start : start + size] for start in range(0, len(text), size)]
    body = Body(chunks, ((b"<bnode>nodeID://", b"<bnode>"),))
    found = b""
    while part := body.read(5):
        found += part

    assert found == text.replace(b"nodeID://", b"")


def test_every_engine_is_told_by_its_server_header() -> None:
    assert [engine_of(f"{row.server.title()}/1.0").name for row in ROWS] == [row.name for row in ROWS]
    assert engine_of("").name == "an engine"


@pytest.mark.parametrize("command", [("diff",), ("load",), ("query", "countries")])
def test_an_engine_that_talks_nonsense_is_no_failure_of_ours(command: tuple[str, ...], odd: str) -> None:
    found = CliRunner().invoke(main, [*command, "--store", f"{odd}/html", "--dataset", str(ROOT)])

    assert found.exit_code == 3
    assert "kg itself failed" not in found.stderr


FROM = [
    ("SELECT * FROM <e:g> { ?s ?p ?o }", "SELECT *  { ?s ?p ?o }"),
    ("ASK FROM NAMED e:g FROM <e:h> WHERE { ?s e:from 'FROM <e:x>' }", "ASK   WHERE { ?s e:from 'FROM <e:x>' }"),
    ("SELECT ?from { ?from ?p ?o } # FROM <e:g>", "SELECT ?from { ?from ?p ?o } # FROM <e:g>"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), FROM)
def test_the_dataset_is_named_by_the_request_alone(query: str, expected: str) -> None:
    from kg_service.store.remote import _without_dataset

    assert _without_dataset(query) == expected
