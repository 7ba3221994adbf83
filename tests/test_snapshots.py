"""Snapshots on disk: the same data set as in memory, built whole or not at all, found again while nothing changes."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from worlds import BASE, ROOT

from kg_service import snapshots, tidying, versions
from kg_service.children import child_command, child_environment
from kg_service.config import Limits
from kg_service.errors import DataInvalid, DataSyntaxError, SystemRefused
from kg_service.graph_list import GraphFile
from kg_service.loading import build_store, load_store, open_source
from kg_service.snapshots import open_snapshot
from kg_service.store.opening import open_local
from kg_service.versions import dataset_hash

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.usefixtures("root")


def canonical(store: ox.Store) -> str:
    return dataset_hash(store)


@pytest.mark.parametrize("own", [True, False], ids=["project", "world"])
def test_it_holds_what_memory_holds(own: bool, folder: Path) -> None:  # noqa: FBT001
    place = ROOT if own else folder
    store, facts = build_store(open_source([place]))
    snapshot = open_snapshot([place])

    assert snapshot.facts == json.loads(json.dumps(facts))
    assert canonical(snapshot.open()) == canonical(store)


def test_large_and_compressed_files_go_past_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    from kg_service import bulk

    labels = folder / "data" / "labels.ttl"
    (folder / "data" / "labels.ttl.gz").write_bytes(gzip.compress(labels.read_bytes()))
    labels.unlink()
    store, facts = build_store(open_source([folder]))
    # Only the catalogue and the table of prefixes are small now.
    monkeypatch.setattr(bulk, "_SMALL", 12_000)
    (index := folder / "built").mkdir()
    told: list[str] = []

    assert bulk.build([folder], index, told.append) == facts
    assert canonical(ox.Store.read_only(str(index / snapshots.INDEX))) == canonical(store)
    assert any("% " in line or " %" in line for line in told)
    assert not list(index.glob("lines-*"))


#: What a reader of lines could take for something else.
TRICKY = f"""
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<{BASE}graph/shapes> {{ <e:s> <e:p> "also public" . }}
<e:g> {{
  <e:s> <e:p> "01"^^xsd:integer, 1, "a", "a"@en, "a"@en-GB, " <{BASE}graph/alignments> .\\n", "_:b", "<e:x> \\"q\\" ." .
  <e:s> rdfs:label "Named", "Named"@en, [ <e:p> "no literal" ] ; a <e:C>, [ a <e:D> ] .
  [] rdfs:label "nobody" .
  <e:nick> rdfs:subPropertyOf rdfs:label . <e:s> <e:nick> "Nick" .
}}
<e:h> {{ <e:s> <e:p> "a" . _:x <e:p> _:x . }}
_:graph {{ <e:s> <e:p> "in a graph without a name", _:y . }}
<e:in> <e:no> <e:graph> ; rdfs:label "In" ; a <e:C> . <e:nick> rdfs:subPropertyOf rdfs:label . <e:in> <e:nick> "Nick" .
"""


@pytest.mark.parametrize("small", [0, 10**9], ids=["each file by itself", "small files together"])
@pytest.mark.parametrize("loose", [False, True], ids=["folder", "file"])
def test_whatever_files_write_is_there_as_in_memory(
    *, small: int, loose: bool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kg_service import bulk
    from kg_service.config import Limits
    from kg_service.schema.document import make_schema
    from kg_service.search.index import build_index
    from kg_service.search.rows import label_rows
    from kg_service.statistics import Statistics, count
    from kg_service.store.embedded import EmbeddedStore

    (folder / "data" / "tricky.trig").write_text(TRICKY)
    (folder / "ontology" / "alignments.ttl").write_text("<e:a> <e:b> <e:c> .")
    place = folder / "data" / "tricky.trig" if loose else folder
    store, facts, graphs = load_store(open_source([place]))
    monkeypatch.setattr(bulk, "_SMALL", small)
    (built := folder / "built").mkdir()

    assert bulk.build([place], built, lambda _: None) == facts
    assert canonical(ox.Store.read_only(str(built / snapshots.INDEX))) == canonical(store)
    assert list(GraphFile(built / snapshots.GRAPHS)) == list(graphs)
    assert Statistics.of(json.loads((built / snapshots.STATISTICS).read_text())) == count(store, facts["base"])
    held = EmbeddedStore(store, facts, Limits())
    assert json.loads((built / snapshots.SCHEMA).read_text()) == json.loads(json.dumps(make_schema(held)))
    build_index(folder / "labels", label_rows(store))
    assert named(built / snapshots.LABELS) == named(folder / "labels")
    assert ("e:in", "Nick", "") in named(folder / "labels")[0]
    assert sorted(path.name for path in built.iterdir()) == sorted(
        [
            snapshots.INDEX,
            snapshots.FACTS,
            snapshots.GRAPHS,
            snapshots.STATISTICS,
            snapshots.LABELS,
            snapshots.SCHEMA,
        ]
    )


def named(path: Path) -> tuple[set[tuple[str, str, str]], set[tuple[str, str]]]:
    """Return the labels and the classes in an index of labels."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        labels = connection.execute("SELECT iri, text, language FROM label JOIN thing ON thing.id = thing")
        classes = connection.execute(
            "SELECT thing.iri, class.iri FROM thing_class JOIN thing ON thing.id = thing JOIN class ON class.id = class"
        )
        return set(labels), set(classes)


def test_of_many_graphs_the_first_are_listed_and_all_are_found(
    folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kg_service import facts as facts_module
    from kg_service.store.operations import OPERATIONS

    names = [f"e:g{number}" for number in range(7)]
    (folder / "data" / "more.nq").write_text("".join(f"<e:s> <e:p> <e:o> <{name}> .\n" for name in names))
    monkeypatch.setattr(facts_module, "LISTED", 3)
    stores = [open_local([folder], Limits(snapshot=size)) for size in (0, 0.0001)]
    assert len(list(root.iterdir())) == 1

    for store in stores:
        sink = Sink()
        OPERATIONS["graphs"](store, sink, offset=2, limit=10_000)
        page = json.loads(sink.getvalue())
        every = [each["iri"] for each in store.graphs]
        assert page["total"] == store.facts["graph_count"] == len(every)
        assert [each["iri"] for each in page["graphs"]] == every[2:]
        assert [each["iri"] for each in store.graphs.under("e:g", 4)] == names[:4]
        assert set(names) <= set(every)
    assert len(stores[0].facts["graphs"]) == 3
    assert list(stores[0].graphs) == list(stores[1].graphs)


class Sink(io.BytesIO):
    """A writer that keeps what it is given."""

    def begin(self, head: bytes = b"", *, form: int = 0) -> None:
        del head, form


def test_a_description_of_many_graphs_stays_short_and_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg_service import facts as facts_module
    from kg_service import statistics
    from kg_service.store.operations import OPERATIONS

    monkeypatch.setattr(facts_module, "LISTED", 2)
    monkeypatch.setattr(statistics, "_DESCRIBED", 2)
    store, sink = open_local([folder], Limits(snapshot=0)), Sink()
    OPERATIONS["service_description"](store, sink, endpoint="http://e/sparql", format_name="nt")
    text = sink.getvalue().decode()

    assert text.count("service-description#namedGraph>") == 2
    assert f"{len(store.graphs)} named graphs, of which the first 2 are described here" in text
    assert text.count("void#propertyPartition>") == 2
    assert f'void#properties> "{len(store.statistics.properties)}"' in text


def test_a_service_searches_the_snapshots_own_index(folder: Path) -> None:
    import asyncio

    from test_search import searched

    indices, found = asyncio.run(searched(folder, snapshot=0.0001, text="lumen"))

    assert len(set(map(id, indices))) == 1
    assert f"{BASE}id/place/lumen" in found


def test_it_is_found_again_and_built_anew_only_when_a_file_says_something_else(
    folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = folder / "data" / "labels.ttl"
    open_snapshot([folder])
    os.utime(labels)
    with monkeypatch.context() as patched:
        patched.setattr(snapshots, "_build", lambda *_: pytest.fail("built again"))
        open_snapshot([folder])

    labels.write_text(labels.read_text("utf-8") + f"<{BASE}id/place/lumen> <{BASE}ns#note> 'new'@en .", "utf-8")
    open_snapshot([folder])
    assert len(list(root.iterdir())) == 2


def test_unchanged_files_are_not_even_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    first = open_snapshot([folder])
    monkeypatch.setattr(versions, "source_fingerprint", lambda _: pytest.fail("read again"))

    assert open_snapshot([folder]).folder == first.folder


BROKEN = [
    ("data/x.ttl", "<e:a> <e:b>\n  z .", DataSyntaxError, 2), ("data/catalog.ttl", "", DataInvalid, None),
    ("data/x.nt", "<e:a> <e:b> <e:c> .\nnone\n", DataSyntaxError, 2),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "kind", "line"), BROKEN, ids=[each[0] for each in BROKEN])
def test_a_broken_file_is_named_and_leaves_nothing_behind(
    name: str, text: str, kind: type[DataInvalid], line: int | None, folder: Path, root: Path
) -> None:
    (folder / name).write_text(text)
    with pytest.raises(kind) as raised:
        open_snapshot([folder])

    assert raised.value.line == line
    assert list(root.iterdir()) == []


def test_a_build_that_is_killed_at_any_moment_leaves_nothing_that_is_used(folder: Path, root: Path) -> None:
    code = "import sys; from pathlib import Path; from kg_service.snapshots import open_snapshot; "
    code += "open_snapshot([Path(sys.argv[1])], lambda line: print(line, flush=True))"
    for moment in range(20):
        (folder / "data" / "moment.ttl").write_text(f"<{BASE}id/place/lumen> <{BASE}ns#note> '{moment}'@en .")
        with subprocess.Popen(
            [sys.executable, "-c", code, str(folder)],
            stdout=subprocess.PIPE, env=child_environment(), start_new_session=True,
        ) as builder:  # fmt: skip
            assert builder.stdout is not None
            for _ in range(moment % 4):
                builder.stdout.readline()
            os.killpg(builder.pid, signal.SIGKILL)
    found = open_snapshot([folder])
    store, facts = build_store(open_source([folder]))

    assert found.facts["hash"] == facts["hash"]
    assert canonical(found.open()) == canonical(store)
    assert not list(root.glob("*.building-*"))


def test_two_builders_do_not_hurt_each_other(folder: Path, root: Path) -> None:
    code = "import sys; from pathlib import Path; from kg_service.snapshots import open_snapshot; "
    code += "print(open_snapshot([Path(sys.argv[1])]).facts['hash'])"

    def build(_: int) -> str:
        command = [sys.executable, "-c", code, str(folder)]
        return subprocess.run(command, env=child_environment(), capture_output=True, text=True, check=True).stdout

    with ThreadPoolExecutor(2) as builders:
        first, second = builders.map(build, range(2))
    assert first == second
    assert len(list(root.iterdir())) == 1


LOOSE = {
    "a.trig": "<e:g> { <e:a> <e:b> _:x } <e:c> <e:d> _:x .", "b.trig": "<e:g> { <e:a> <e:b> _:x }",
    "c.ttl": "<e:a> <e:b> [ <e:c> 1 ] .", "d.nq": "<e:a> <e:b> _:x <e:h> .\n",
}  # fmt: skip


def test_loose_files_are_the_same_from_disk(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in LOOSE]
    for path in paths:
        path.write_text(LOOSE[path.name])
    store, facts = build_store(open_source(paths))
    snapshot = open_snapshot(paths)

    assert snapshot.facts == json.loads(json.dumps(facts))
    assert canonical(snapshot.open()) == canonical(store)


def test_a_damaged_snapshot_and_a_torn_note_are_made_anew(folder: Path, root: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    first = open_snapshot([folder])
    (first.folder / snapshots.INDEX / "CURRENT").unlink()
    for note in (root.parent / "fingerprints").iterdir():
        note.write_text("")

    assert len(open_snapshot([folder]).open()) > 0
    assert [path.name for path in root.iterdir()] == [first.folder.name]


def test_an_address_of_the_service_is_refused_in_large_files_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg_service import bulk

    (folder / "data" / "x.nt").write_text(f'<{BASE}sparql/a> <{BASE}ns#note> "x"@en .\n' * 2)
    monkeypatch.setattr(bulk, "_SMALL", 10)
    (index := folder / "built").mkdir()
    with pytest.raises(DataInvalid, match="belong to the service"):
        bulk.build([folder], index, lambda _: None)


def test_files_that_change_while_they_are_read_make_no_snapshot(folder: Path, root: Path) -> None:
    labels = folder / "data" / "labels.ttl"
    text, number = labels.read_text("utf-8"), iter(range(9))

    def edit(line: str) -> None:
        if line.startswith("inferring"):
            labels.write_text(f"{text}# {next(number)}\n", "utf-8")

    with pytest.raises(SystemRefused, match="change while"):
        open_snapshot([folder], edit)
    assert list(root.iterdir()) == []


def test_what_nobody_uses_is_removed_in_time(folder: Path, root: Path) -> None:
    old = root / ("0" * 64)
    old.mkdir(parents=True)
    os.utime(old, (1, 1))
    (root / f"{'1' * 64}.building-{socket.gethostname()}-999999999-x").mkdir()
    open_snapshot([folder])

    assert [path.name for path in root.iterdir()] == [open_snapshot([folder]).folder.name]


def test_of_too_many_bytes_the_oldest_go_but_none_that_is_held(
    folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidying, "_KEPT_BYTES", 2_500)
    for number in range(5):
        path = root / (str(number) * 64)
        path.mkdir(parents=True)
        (path / snapshots.FACTS).write_text("{}" + " " * 998)
        os.utime(path, (time.time() - number * 60,) * 2)
    code = "import sys; from pathlib import Path; from kg_service.snapshots import Snapshot; "
    code += "held = Snapshot(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(root / ("4" * 64))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environment(),
    ) as holder:  # fmt: skip
        assert holder.stdout is not None
        holder.stdout.readline()
        built = open_snapshot([folder])
        holder.communicate()

    assert sorted(path.name for path in root.iterdir()) == sorted(
        [built.folder.name, *(str(number) * 64 for number in (0, 1, 4))]
    )


def test_the_builder_is_a_process_of_its_own() -> None:
    assert child_command("kg_service.bulk")[-2:] == ["-m", "kg_service.bulk"]
