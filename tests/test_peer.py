"""A second instance of this program as the remote store of a first: the protocol through two hops."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from processes import get, running
from worlds import BASE, ROOT, lay_out_valid

pytest.importorskip("httpx2", reason="the extra `remote` is not installed")

from kg_service.cli import main
from kg_service.config import Limits
from kg_service.loading import build_store, open_source
from kg_service.named_queries import read_queries
from kg_service.store.opening import open_remote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUERIES = read_queries(sorted((ROOT / "queries").glob("*.rq")))
OVER_HTTP = [
    "test_queries.py",
    "test_protocol_cases.py",
    *sorted(p.name for p in (ROOT / "tests").glob("test_http_*.py")),
]


@pytest.fixture(scope="module")
def peer() -> Iterator[str]:
    """Run another instance over the same folder, and give its address as a remote store."""
    with running(ROOT, "--allow-invalid") as service:
        yield f"sparql+{service.address}/sparql"


def kg(*arguments: str) -> Any:
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("name", QUERIES)
def test_every_question_has_the_same_answer_through_two(name: str, peer: str) -> None:
    is_ask = "ASK" in QUERIES[name].text
    asked = ("query", name, "--dataset", str(ROOT), "--format", "json" if is_ask else "tsv")
    here, there = kg(*asked), kg(*asked, "--store", peer)

    assert there.exit_code == 0, there.stderr
    assert sorted(there.stdout.splitlines()) == sorted(here.stdout.splitlines())


def test_the_tests_over_http_hold_through_two(peer: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"tests/{name}" for name in OVER_HTTP)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"KG_TEST_STORE": peer, "KG_TEST_ENGINE": "kg"},
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-8000:]


def test_what_is_known_of_the_data_set_is_what_the_other_knows(peer: str) -> None:
    _, facts = build_store(open_source([ROOT]))
    store = open_remote(peer, [ROOT], Limits())

    assert {name: store.facts[name] for name in ("hash", "triples", "graph_count", "graphs", "base")} == {
        name: facts[name] for name in ("hash", "triples", "graph_count", "graphs", "base")
    }


def test_it_holds_what_the_folder_has_and_takes_nothing(peer: str) -> None:
    compared = kg("diff", "--store", peer, "--dataset", str(ROOT))
    put = kg("load", "--store", peer, "--dataset", str(ROOT))

    assert (compared.exit_code, compared.stdout) == (0, "The store holds what the folder has.\n")
    assert (put.exit_code, "takes graphs is not known" in put.stderr) == (2, True)


def test_another_data_set_is_told(peer: str, tmp_path: Path) -> None:
    folder = lay_out_valid(tmp_path / "world")
    catalogue = folder / "data" / "catalog.ttl"
    catalogue.write_text(catalogue.read_text("utf-8").replace(f'"{BASE}"', '"http://other/"'), "utf-8")
    found = kg("query", "countries", "--store", peer, "--dataset", str(folder))

    assert (found.exit_code, "serves another data set than the one of http://other/" in found.stderr) == (1, True)


def test_pages_and_etags_of_both_are_alike(peer: str) -> None:
    far = peer.removeprefix("sparql+").removesuffix("/sparql")
    with running(ROOT, "--allow-invalid", "--store", peer) as near:
        pages = [get(f"{address}/data/id/country/kz.nt") for address in (far, near.address)]

    own = [sorted(body.replace(address.encode(), b"").splitlines()) for (_, body), address in
           zip(pages, (far, near.address), strict=True)]  # fmt: skip
    assert [status for status, _ in pages] == [200, 200]
    assert own[0] == own[1]
