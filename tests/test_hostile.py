"""Nobody's query harms another's: mutated queries, and eight kinds of hostile ones beside light ones."""

from __future__ import annotations

import json
import random
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from processes import running
from worlds import ROOT, lay_out

from kg_service.errors import PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from processes import Service

#: Eight kinds of query that crash, stall or starve an engine, and the problems that may come of each, where waiting
#: counts as time.
HOSTILE = {
    "endless count": (
        "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l{0} }}",
        {"deadline-exceeded", "busy"},
    ),
    "greedy sort": (
        "SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i{0} }} ORDER BY ?a",
        {"memory-exceeded", "deadline-exceeded", "busy"},
    ),
    "greedy group": (
        "SELECT ?a (GROUP_CONCAT(?i{0}) AS ?x) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i{0} }} GROUP BY ?a",
        {"memory-exceeded", "deadline-exceeded", "busy"},
    ),
    "repeated patterns": (
        "SELECT * {{ " + "?s ?p ?o{0} . " * 300 + "}}",
        {"deadline-exceeded", "busy"},
    ),
    "deep braces": (
        "SELECT * WHERE " + "{{" * 5_000 + " ?s ?p ?o{0} " + "}}" * 5_000,
        {"query-too-complex", "deadline-exceeded", "busy"},
    ),
    "long path": (
        "SELECT * {{ ?s " + "/".join(["<http://e/p>"] * 900) + " ?o{0} }}",
        {"deadline-exceeded", "busy"},
    ),
    "many optionals": (
        "SELECT * {{ ?s ?p ?o{0} " + "OPTIONAL {{ ?s ?q ?r }} " * 900 + "}}",
        {"deadline-exceeded", "busy"},
    ),
    "server side request": (
        "SELECT * {{ SERVICE <http://127.0.0.1:9/{0}> {{ ?s ?p ?o }} }}",
        {"refused", "deadline-exceeded", "busy"},
    ),
}
KNOWN = {kind.slug for kind in PROBLEMS}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = lay_out(tmp_path_factory.mktemp("hostile") / "world")
    with running(folder, "--timeout", "2", "--memory", "200", "--quick", "0.3", "--workers", "2") as found:
        yield found


def ask(service: Service, query: str) -> tuple[int, bytes]:
    return post(service, query.encode(), "application/sparql-query")


def post(service: Service, body: bytes, content_type: str) -> tuple[int, bytes]:
    """Send a body; return status and body, or 0 where the connection broke off."""
    headers = {"Content-Type": content_type, "Accept": "application/sparql-results+json"}
    request = urllib.request.Request(f"{service.address}/sparql", body, headers)  # noqa: S310 - the service under test
    try:
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
    except OSError:
        return 0, b""


def slug(body: bytes) -> str:
    """Return a problem's name; what else a body says, or nothing, is told as it is."""
    document = json.loads(body) if body else {}
    return str(document.get("type", document)).rpartition("/")[2]


def test_every_light_query_is_answered_beside_hostile_ones_and_memory_comes_back(service: Service) -> None:
    def light(number: int) -> bool:
        status, body = ask(service, f"ASK {{ VALUES ?x {{ {number} }} }}")
        assert status == 200, body
        return json.loads(body)["boolean"] is True

    def hostile(number: int) -> tuple[str, int, str]:
        name = list(HOSTILE)[number % len(HOSTILE)]
        status, body = ask(service, HOSTILE[name][0].format(number))
        return name, status, slug(body)

    assert all(map(light, range(1_000, 1_050)))
    before, files = service.memory(), service.descriptors()
    with ThreadPoolExecutor(16) as attackers, ThreadPoolExecutor(4) as clients:
        attacks = [attackers.submit(hostile, number) for number in range(48)]
        asked = 0
        while not all(attack.done() for attack in attacks):
            assert all(clients.map(light, range(asked, asked + 20)))
            asked += 20
    for name, status, problem in (attack.result() for attack in attacks):
        assert problem in HOSTILE[name][1], (name, status, problem)
    assert asked >= 20
    assert all(map(light, range(2_000, 2_050)))
    assert service.descriptors() <= files + 4
    assert "Z" not in service.states()
    assert service.memory() < before * 1.1 + 10 * 2**20


def test_mutated_queries_are_answered_or_have_their_problem(service: Service) -> None:
    chance = random.Random(11)  # noqa: S311 - repeatable, not secret
    originals = [path.read_text("utf-8") for path in sorted((ROOT / "queries").glob("*.rq"))]
    pieces = [
        "{", "}", "(", ")", "<", ">", '"', "'", "\\", "#", "\n", ".", ";", "?x", "UNION", "FILTER", "SERVICE", "FROM",
        "\u0000", "\U0001f3ac", "م", "<http://e/>", "_:b", "[]", "^^", "@en", "*", "/", "GRAPH", "NOW()", "%",
        "BIND(1 AS ?x)",
    ]  # fmt: skip
    for _ in range(300):
        text = chance.choice(originals)
        for _ in range(chance.randint(1, 6)):
            start = chance.randrange(len(text) + 1)
            end = min(len(text), start + chance.choice((0, 0, 1, 5, 40)))
            text = text[:start] + chance.choice([*pieces, text[end : end + 30]]) + text[end:]
        status, body = ask(service, text)

        assert status == 200 or (slug(body) in KNOWN - {"internal-error"} and status >= 400), text
    assert ask(service, "ASK {}")[0] == 200


def test_mutated_forms_are_answered_or_have_their_problem(service: Service) -> None:
    chance = random.Random(5)  # noqa: S311 - repeatable, not secret
    names = [b"query", b"default-graph-uri", b"format", b"timeout", b"limit-rows", b"bom", b"%71uery", b"", b"\xff"]
    values = [b"ASK%20%7B%7D", b"", b"%", b"%zz", b"%ff%fe", b"http://e/", b"1", b"-1", b"1e9", b"csv", b"a b", b"%00"]
    for _ in range(300):
        pairs = [chance.choice(names) + b"=" + chance.choice(values) for _ in range(chance.randint(0, 5))]
        body = chance.choice((b"&", b";", b"&&")).join(pairs)
        status, told = post(service, body, "application/x-www-form-urlencoded")

        assert status == 200 or (400 <= status < 500 and slug(told) in KNOWN), body
