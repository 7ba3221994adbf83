"""A remote store: real engines behind the service, loading, comparing, and what holds when one dies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from itertools import count, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from engines import ENGINES, Engine, engine, free_port
from processes import get, running
from worlds import BASE, ROOT, lay_out

pytest.importorskip("httpx2", reason="the extra `remote` is not installed")

from kg_service.cli import main
from kg_service.errors import RemoteUnavailable
from kg_service.named_queries import read_queries
from kg_service.store.address import read_address
from kg_service.store.client import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

QUERIES = read_queries(sorted((ROOT / "queries").glob("*.rq")))
OVER_HTTP = [
    "test_queries.py",
    "test_protocol_cases.py",
    "test_schema.py",
    "test_query_check.py",
    "test_why.py",
    "test_why_empty.py",
    *sorted(p.name for p in (ROOT / "tests").glob("test_http_*.py")),
]


@pytest.fixture(scope="module", params=ENGINES)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Run an engine that holds the project's data set."""
    with engine(request.param, tmp_path_factory.mktemp(request.param) / "engine") as running:
        assert kg("load", "--store", running.address, "--dataset", str(ROOT)).exit_code == 0
        yield running


def kg(*arguments: str) -> Any:
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("name", QUERIES)
def test_every_question_has_the_same_answer_from_the_engine(name: str, loaded: Engine) -> None:
    is_ask = "ASK" in QUERIES[name].text
    asked = ("query", name, "--dataset", str(ROOT), "--format", "json" if is_ask else "tsv")
    here, there = kg(*asked), kg(*asked, "--store", loaded.address)

    assert there.exit_code == 0, there.stderr
    assert sorted(there.stdout.splitlines()) == sorted(here.stdout.splitlines())


def test_the_tests_over_http_hold_with_the_engine_behind(loaded: Engine) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"tests/{name}" for name in OVER_HTTP)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"KG_TEST_STORE": loaded.address, "KG_TEST_ENGINE": loaded.name},
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-8000:]
    assert "xfailed" in done.stdout


def test_what_is_there_is_not_put_again_and_equals_the_folder(loaded: Engine) -> None:
    again = kg("load", "--store", loaded.address, "--dataset", str(ROOT))
    compared = kg("diff", "--store", loaded.address, "--dataset", str(ROOT))

    assert again.stdout == "0 graphs put, the others were there.\n"
    assert (compared.exit_code, compared.stdout) == (0, "The store holds what the folder has.\n")


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Run an engine that holds nothing of ours."""
    with engine(request.param, tmp_path / "engine") as running:
        yield running


def test_a_load_that_broke_off_goes_on_and_differences_are_told(
    empty: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(lay_out(tmp_path / "world"))
    nothing = kg("query", "countries", "--store", empty.address, "--dataset", folder)
    assert (nothing.exit_code, "put it there with `kg load" in nothing.stderr) == (1, True)

    put, puts = Client.put_graph, 0

    def breaking(self: Client, graph: str, content: bytes) -> None:
        nonlocal puts
        puts += 1
        if puts > 10:
            raise RemoteUnavailable("the cable was pulled")
        put(self, graph, content)

    monkeypatch.setattr(Client, "put_graph", breaking)
    assert kg("load", "--store", empty.address, "--dataset", folder).exit_code == 3
    monkeypatch.undo()
    assert {
        line.split()[0] for line in kg("diff", "--store", empty.address, "--dataset", folder).stdout.splitlines()
    } == {"missing"}
    went_on = kg("load", "--store", empty.address, "--dataset", folder).stdout.splitlines()
    assert len(went_on) > 5
    assert kg("diff", "--store", empty.address, "--dataset", folder).exit_code == 0

    extra = Path(folder) / "data" / "extra.ttl"
    extra.write_text(f"<{BASE}id/place/lumen> <{BASE}ns#note> 'new'@en .")
    found = kg("diff", "--store", empty.address, "--dataset", folder)
    assert found.exit_code == 1
    told = {tuple(line.split(": ")[0].split()) for line in found.stdout.splitlines()}
    assert told == {("missing", f"{BASE}graph/extra"), ("other", f"{BASE}graph/default")}
    kg("load", "--store", empty.address, "--dataset", folder)
    extra.unlink()
    delete = Client.delete_graph
    with monkeypatch.context() as patched:  # broken off after the removal, before it is recorded
        patched.setattr(Client, "delete_graph", lambda self, graph: (delete(self, graph), 1 / 0))
        assert kg("load", "--store", empty.address, "--dataset", folder).exit_code == 3
    extra.write_text(f"<{BASE}id/place/lumen> <{BASE}ns#note> 'new'@en .")
    kg("load", "--store", empty.address, "--dataset", folder)
    assert kg("diff", "--store", empty.address, "--dataset", folder).exit_code == 0
    extra.unlink()
    removed = kg("load", "--store", empty.address, "--dataset", folder)
    assert f"{BASE}graph/extra: removed" in removed.stdout
    assert kg("diff", "--store", empty.address, "--dataset", folder).exit_code == 0


def test_an_engine_that_dies_under_load_is_told_and_used_again_when_it_is_back(empty: Engine, tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "world")
    assert kg("load", "--store", empty.address, "--dataset", str(folder)).exit_code == 0
    with running(folder, "--allow-invalid", "--timeout", "5", KG_STORE=empty.address) as service:
        numbers = count()

        def ask() -> tuple[int, dict[str, Any]]:
            # A new text each time, so that no answer is from the cache.
            query = urllib.parse.quote(f"SELECT (COUNT(*) AS ?n{next(numbers)}) {{ ?s ?p ?o }}")
            status, body = get(f"{service.address}/sparql?query={query}&format=json")
            return status, json.loads(body)

        assert ask()[0] == 200
        with ThreadPoolExecutor(8) as clients:
            asked = [clients.submit(ask) for _ in range(40)]
            empty.kill()
            statuses = {each.result()[0] for each in asked}
        assert statuses <= {200, 500, 502}
        status, problem = ask()
        assert (status, problem["type"].rpartition("/")[2]) == (502, "remote-unavailable")
        assert service.process.poll() is None

        empty.start(tmp_path / "engine")
        answers = iter(lambda: ask()[0], None)
        deadline = time.monotonic() + 30
        assert any(status == 200 for status in takewhile(lambda _: time.monotonic() < deadline, answers))


def test_the_service_says_that_its_data_are_elsewhere(loaded: Engine) -> None:
    with running(ROOT, "--store", loaded.address) as service:
        ready = json.loads(get(f"{service.address}/ready")[1])
        page = get(f"{service.address}/page/id/memorandum/az-kz-aktau")

    assert ready["network"] == "store"
    assert (page[0], b"Aktau" in page[1]) == (200, True)


def test_a_store_that_does_not_answer_is_told_before_anything_listens() -> None:
    port = free_port()
    done = subprocess.run(
        [sys.executable, "-m", "kg_service", "serve", "--port", "0", "--dataset", str(ROOT)],
        env=os.environ | {"KG_STORE": f"sparql+http://127.0.0.1:{port}/"}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 3
    assert f"http://127.0.0.1:{port}/ cannot be reached" in done.stderr


def test_a_graph_that_is_not_the_data_sets_is_empty_whatever_the_engine_holds(empty: Engine, tmp_path: Path) -> None:
    folder = str(lay_out(tmp_path / "world"))
    kg("load", "--store", empty.address, "--dataset", folder)
    with Client(read_address(empty.address), timeout_s=20) as client:
        client.put_graph("http://other/secret", b"<http://other/s> <http://other/p> <http://other/o> .\n")
    (tmp_path / "q.rq").write_text("SELECT ?s ?p ?o FROM <http://other/secret> { ?s ?p ?o }")
    found = kg("query", str(tmp_path / "q.rq"), "--format", "csv", "--store", empty.address, "--dataset", folder)

    assert found.stdout.split() == ["s,p,o"]
