"""The pass over a query's tokens: what it tells, what it refuses, and that it never contradicts the engine."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg_service.analysis import QueryForm, analyse
from kg_service.errors import Problem, QuerySyntaxError, QueryTooComplex, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

VALID = [
    "SELECT * { ?s ?p ?o }",
    "select(count(*)as?c){?s?p?o}",
    "PREFIX : <http://e/> ASK { :a :b.c 'x'@en-GB , \"y\"^^:d , 1 , 1.5 , 1e3 , true }",
    "PREFIX e: <http://e/> CONSTRUCT { ?s e:p [] } WHERE { ?s e:p/e:q*|^e:r ?o }",
    "BASE <http://e/> DESCRIBE <a> FROM <g>",
    'SELECT ?x { VALUES ?x { "SERVICE <http://x/>" \'LOAD\' """SERVICE\n"x" """ } }',
    "SELECT ?service { ?service ?load ?o } # SERVICE <http://x/> { }",
    "PREFIX service: <http://e/> SELECT * { ?s service:load service:service }",
    "PREFIX service: <http://e/> SELECT * { GRAPH service:g { ?s ?p ?o } }",
    "SELECT * { ?s <http://e/(service)#x> _:service FILTER(?s < 3 && ?o > 4) }",
    "SELECT * { ?s ?p ?o FILTER(?s<?o) }",
    "SELECT * { ?s ?p ?o FILTER(?o<?s&&?s>?o) }",
    "SELECT (1 AS ?x) (?x + 2 AS ?y) (- - 1 AS ?z) { }",
    "PREFIX ex: <http://e/> SELECT * { ?s ex:a\\~b ex:%41 ; ex:1 ( 1 ( 2 ) ) }",
    "SELECT ?s WHERE { { ?s ?p ?o } UNION { ?s ?p ?o } MINUS { ?s ?p 1 } } GROUP BY ?s HAVING(COUNT(*)>1) LIMIT 1",
    "SELECT * FROM <http://e/a> FROM NAMED <http://e/b> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { ?s ?q ?r } BIND(IF(?o = 1, 2, 3) AS ?x) }",
    'SELECT ("\\u0041" AS ?a) { ?s <http://e/\\u0041> ?o }',
    'SELECT * { ?s ?p "a\\"b\\\\" }',
    "SELECT * { ?s ?p <<( ?a ?b ?c )>> }",
    "SELECT * { ?s ?p 'ب'@ar ; ?ключ ?مفتاح }",
    "SELECT * { ?a ?b ?c. ?d ?e ?f }",
    "SELECT DISTINCT ?s WHERE { ?s a ?type ; !(a|^a) ?o . OPTIONAL { ?s ?p 5 } }",
]
INVALID = [
    "",
    "SELECT",
    "SELECT * {",
    'SELECT * { ?s ?p "x }',
    "SELECT * { ?s ?p 'a\nb' }",
    "FOO",
    "SELECT ?x { ?x ; }",
]
SERVICES = [
    "SELECT * { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <http://127.0.0.1:PORT/> { ?s ?p ?o } }",
    "SELECT*{SERVICESILENT<http://127.0.0.1:PORT/>{?s?p?o}}",
    "select*{service<http://127.0.0.1:PORT/>{?s?p?o}}",
    "PREFIX : <http://127.0.0.1:PORT/> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "PREFIX : <http://127.0.0.1:PORT/> PREFIX SERVICE: <http://e/> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "PREFIX : <http://127.0.0.1:PORT/> SELECT * { OPTIONAL { ?a ?b -1SERVICE:x { ?s ?p ?o } } }",
    "SELECT * { OPTIONAL { ?s ?p trueSERVICE<http://127.0.0.1:PORT/>{?s?p?o} } }",
    "SELECT * { { ?a ?b ?c FILTER(?a<?b)SERVICE<http://127.0.0.1:PORT/>{ ?x ?y ?z } } }",
    "SELECT * { VALUES ?t { <http://127.0.0.1:PORT/> } OPTIONAL { ?a ?b ?c FILTER(?a<?b)SERVICE?t#>\n{ ?x ?y ?z } } }",
    "SELECT * { OPTIONAL { FILTER(1<'x>')SERVICE<http://127.0.0.1:PORT/>{?s?p?o} FILTER('a'='a') } }",
    "SELECT * { OPTIONAL { FILTER(1<2#>'\n) SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } FILTER('a'!='b') } }",
    "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } } }",
]


@pytest.mark.parametrize("query", VALID)
def test_a_query_that_the_engine_accepts_is_not_refused(query: str) -> None:
    ox.Store().query(query)  # the case itself is valid

    assert analyse(query).form in QueryForm


@pytest.mark.parametrize("query", INVALID)
def test_the_engine_refuses_what_the_pass_refuses_as_syntax(query: str) -> None:
    with pytest.raises(SyntaxError):
        ox.Store().query(query)
    with contextlib.suppress(QuerySyntaxError):
        analyse(query)


@pytest.mark.parametrize("query", SERVICES)
def test_service_is_refused_however_it_is_spelt(query: str) -> None:
    with pytest.raises((Refused, QuerySyntaxError)):
        analyse(query.replace("PORT", "9"))


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """Run a server on the loopback interface that counts who connects."""
    server = socket.create_server(("127.0.0.1", 0))
    seen: list[bytes] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            seen.append(b"connected")
            connection.close()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield server.getsockname()[1], seen
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def test_no_mutation_of_a_service_query_passes_and_connects(listener: tuple[int, list[bytes]]) -> None:
    port, seen = listener
    chance = random.Random(20)  # noqa: S311 - repeatable, not secret
    pieces = [
        "<",
        ">",
        "'",
        '"',
        "#",
        "\n",
        "(",
        ")",
        "{",
        "}",
        ":",
        ".",
        " ",
        "SERVICE",
        "1",
        "?a",
        "true",
        "\\",
        "/**/",
        "e:",
    ]
    passed = 0
    for _ in range(4_000):
        query = chance.choice(SERVICES).replace("PORT", str(port))
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(query))
            query = query[:at] + chance.choice(pieces) + query[at + chance.choice([0, 0, 1, 2]) :]
        try:
            analyse(query)
        except Problem:
            continue
        passed += 1
        with contextlib.suppress(SyntaxError, RuntimeError, OSError, ValueError):
            result = ox.Store().query(query)
            if not isinstance(result, ox.QueryBoolean):
                list(result)

    assert seen == []
    assert passed > 50, "the mutations are too wild to tell anything"


def test_no_mutation_that_the_engine_accepts_is_refused_as_syntax() -> None:
    chance = random.Random(7)  # noqa: S311 - repeatable, not secret
    pieces = [
        " ",
        "\n",
        "# c\n",
        "?x",
        "<http://e/x>",
        "'s'",
        '"""l"""',
        "1",
        ".",
        ";",
        ",",
        "(",
        ")",
        "{",
        "}",
        "a",
        "_:b",
        "@en",
    ]
    accepted = 0
    for _ in range(6_000):
        query = chance.choice(VALID)
        at = chance.randrange(len(query))
        query = query[:at] + chance.choice(pieces) + query[at + chance.choice([0, 0, 1, 3]) :]
        try:
            ox.Store().query(query)
        except SyntaxError:
            continue
        except (RuntimeError, ValueError):
            pass
        accepted += 1
        try:
            analyse(query)
        except Refused:
            assert "service" in query.lower()
        except QuerySyntaxError as problem:
            assert "less-than" in problem.detail, query  # noqa: PT017 - the documented ambiguity

    assert accepted > 500


def test_graphs_of_from_clauses_are_resolved() -> None:
    query = "BASE <http://e/d/> PREFIX p: <http://p/> SELECT * FROM <a> FROM NAMED p:b FROM NAMED <../c> { }"
    found = analyse(query)

    assert found.default_graphs == ("http://e/d/a",)
    assert found.named_graphs == ("http://p/b", "http://e/c")


@pytest.mark.parametrize(
    ("query", "volatile"),
    [
        ("SELECT (NOW() AS ?n) {}", True),
        ("SELECT (rand() AS ?n) {}", True),
        ("SELECT (UUID() AS ?n) {}", True),
        ("SELECT (STRUUID() AS ?n) {}", True),
        ("SELECT (BNODE() AS ?n) {}", True),
        ("SELECT * {} ORDER BYRAND()", True),
        ("SELECT (MAX(DISTINCTRAND()) AS ?n) {}", True),
        ("SELECT ?now { ?now ?p 'rand()' }", False),
    ],
)
def test_functions_whose_answer_changes_are_seen(query: str, volatile: bool) -> None:  # noqa: FBT001
    assert analyse(query).volatile is volatile


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { }",
        "DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://e/>",
        "# x\nDROP ALL",
        "WITH <http://g/> DELETE {} WHERE {}",
    ],
)
def test_updates_are_refused_with_a_pointer(text: str) -> None:
    with pytest.raises(Refused, match="git folder"):
        analyse(text)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE " + "{" * 20_000 + "}" * 20_000,
        "SELECT * { FILTER(" + "(" * 500 + "1" + ")" * 500 + ") }",
        "SELECT * { FILTER(" + "!" * 500 + "true) }",
        "SELECT * { " + " UNION ".join(["{ ?s ?p ?o }"] * 2_000) + " }",
        "SELECT (1" + "+1" * 5_000 + " AS ?x) {}",
        "SELECT * { ?s " + "/".join(["<p>"] * 3_000) + " ?o }",
    ],
    ids=["braces", "parentheses", "not", "union", "plus", "path"],
)
def test_what_would_overflow_the_engines_stack_is_refused(query: str) -> None:
    with pytest.raises(QueryTooComplex):
        analyse(query)


def test_undeclared_prefixes_are_told_with_their_place() -> None:
    found = analyse("SELECT * {\n ?s ex:p ?o }")

    assert found.undeclared == (("ex", 2, 5),)
