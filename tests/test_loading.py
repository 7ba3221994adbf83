"""Folder to data set: which file goes where, the default graph as a set, the fingerprints, what is refused."""

from __future__ import annotations

import bz2
import gzip
import os
import random
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox
import pytest
import zstandard
from worlds import BASE, ROOT, lay_out, project

from kg_service.compressed import COMPRESSED, open_compressed
from kg_service.errors import DataInvalid, DataSyntaxError, WrongUsage
from kg_service.layout import RESERVED, discover
from kg_service.loading import build_store, open_source, place_of
from kg_service.versions import dataset_hash, read_cached, source_fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import IO

GRAPHS = {
    "ontology/film-memoranda.ttl": ("graph/ontology", True),
    "ontology/alignments.ttl": ("graph/alignments", False),
    "ontology/vocabularies/themes.ttl": ("graph/vocabulary", True),
    "ontology/shapes/memorandum.ttl": ("graph/shapes", False),
    "data/labels.ttl": ("graph/labels", True),
    "data/catalog.ttl": ("graph/catalog", True),
    "data/reference/countries.ttl": ("graph/reference/countries", True),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_each_file_goes_into_its_graph(name: str) -> None:
    graph, public = GRAPHS[name]
    parsed = next(each for each in project().parsed if each.file.name == name)

    assert {quad.graph_name for quad in parsed.quads} == {ox.NamedNode(BASE + graph)}
    assert parsed.file.role.public is public


def test_a_file_of_quads_brings_its_own_graphs() -> None:
    parsed = next(each for each in project().parsed if each.file.name.endswith("-ar.trig"))
    names = {str(quad.graph_name) for quad in parsed.quads}

    assert len(names) == 17
    assert f"<{BASE}graph/provenance>" in names


def test_prefixes_are_configuration_not_data() -> None:
    assert not [each for each in project().parsed if each.file.is_prefixes]
    assert project().prefixes["fm"] == f"{BASE}ns#"


def test_the_default_graph_is_a_set_and_each_triple_has_a_named_graph() -> None:
    store, facts = build_store(project())
    default = {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    public = [graph["iri"] for graph in facts["graphs"] if graph["public"]]
    named = {quad.triple for iri in public for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(iri))}

    assert default == named
    assert len(default) == facts["triples"]
    assert f"{BASE}graph/shapes" not in public


def test_inferred_triples_are_apart_and_none_is_also_asserted() -> None:
    store, _ = build_store(project())
    inferred = {
        quad.triple for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(f"{BASE}graph/inferred"))
    }

    assert inferred
    assert inferred & set(project().public_triples()) == set()


def test_what_is_cached_gives_the_same_store() -> None:
    first, facts = build_store(project())
    assert read_cached(project().fingerprint, "dataset.json") is not None
    second, again = build_store(project())

    assert set(first) == set(second)
    assert facts == again


def test_the_hash_names_the_quads_whatever_their_order_or_labels() -> None:
    lines = [
        "<http://e/a> <http://e/p> _:x <http://e/g> .",
        '_:x <http://e/p> "01"^^<http://www.w3.org/2001/XMLSchema#integer> <http://e/g> .',
        "<http://e/a> <http://e/p> <http://e/b> .",
    ]

    def of(text: list[str]) -> str:
        return dataset_hash(ox.parse("\n".join(text), format=ox.RdfFormat.N_QUADS))

    shuffled = [line.replace("_:x", "_:other") for line in lines]
    random.Random(1).shuffle(shuffled)  # noqa: S311 - repeatable, not secret

    assert of(lines) == of(shuffled)
    assert of(lines) != of([line.replace('"01"', '"1"') for line in lines])
    assert of(lines) != of(lines[:2])


def test_the_source_fingerprint_follows_names_and_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").write_bytes(b"1")
    one = source_fingerprint([("a", tmp_path / "a"), ("b", tmp_path / "b")])

    assert one == source_fingerprint([("b", tmp_path / "b"), ("a", tmp_path / "a")])
    (tmp_path / "b").write_bytes(b"2")
    assert one != source_fingerprint([("a", tmp_path / "a"), ("b", tmp_path / "b")])


BROKEN = {
    "x.ttl": ("<http://e/a> <http://e/b>\n  oops .", 2),
    "x.trig": ("<http://e/g> {\n <http://e/a> <http://e/b> .\n}", 2),
    "x.nt": ("<http://e/a> <http://e/b> <http://e/c> .\n<http://e/a> .", 2),
    "x.nq": ("<http://e/a> <http://e/b> <http://e/c> <http://e/d> .\n\nx", 3),
    "x.jsonld": ('{\n "a" 3}', 2),
    "x.rdf": ("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n<a", None),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_told_with_its_place(tmp_path: Path, name: str) -> None:
    text, line = BROKEN[name]
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(DataSyntaxError) as caught:
        open_source([tmp_path / name])

    assert caught.value.line == line
    assert place_of(caught.value).startswith(f"{tmp_path / name}:{line or ' '}")


def test_one_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    (folder / "data" / "a.ttl").write_text("x", "utf-8")
    (folder / "data" / "b.ttl").write_text("y", "utf-8")
    with pytest.raises(DataSyntaxError) as caught:
        open_source([folder])

    assert place_of(caught.value).startswith("data/a.ttl:1:1: ")
    others = caught.value.members["others"]
    assert isinstance(others, list)
    assert others[0].startswith("data/b.ttl:1:1: ")


@pytest.mark.parametrize("segment", sorted(RESERVED))
def test_data_under_a_reserved_segment_is_refused(tmp_path: Path, segment: str) -> None:
    (tmp_path / "data").mkdir()
    catalog = (ROOT / "tests" / "world" / "data" / "catalog.ttl").read_text("utf-8")
    (tmp_path / "data" / "catalog.ttl").write_text(catalog, "utf-8")
    (tmp_path / "data" / "x.ttl").write_text(f"<{BASE}{segment}/x> <http://e/p> 1 .", "utf-8")

    with pytest.raises(DataInvalid, match=f"{segment}/ belong"):
        open_source([tmp_path])


def test_plain_files_keep_their_default_graph(tmp_path: Path) -> None:
    (tmp_path / "x.trig").write_text(
        "<http://e/a> <http://e/b> 1 . <http://e/g> { <http://e/a> <http://e/b> 2 }", "utf-8"
    )
    store, facts = build_store(open_source([tmp_path / "x.trig"]))

    assert facts["triples"] == 1
    assert [graph["iri"] for graph in facts["graphs"]] == ["http://e/g"]
    assert len(store) == 2


@pytest.mark.parametrize("place", ["nowhere", "empty", "file.xyz"])
def test_a_place_that_is_no_data_set_is_wrong_usage(tmp_path: Path, place: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.xyz").touch()

    with pytest.raises(WrongUsage):
        discover([tmp_path / place])


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    store, facts = build_store(project())

    assert facts["triples"] > 2_000
    assert len(store) > facts["triples"]
    assert os.environ["XDG_CACHE_HOME"].endswith("file")


COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".zst": lambda content: bytes(zstandard.ZstdCompressor().compress(content)),
}


@pytest.mark.parametrize("ending", COMPRESSED)
def test_a_compressed_file_is_the_file_it_was_made_of(ending: str, tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    before = open_source([folder])
    for path in [*(folder / "data").rglob("*.t*")]:
        path.with_name(path.name + ending).write_bytes(COMPRESSORS[ending](path.read_bytes()))
        path.unlink()
    after = open_source([folder])

    assert dataset_hash(after.quads()) == dataset_hash(before.quads())
    assert after.prefixes == before.prefixes


@pytest.mark.parametrize("ending", COMPRESSED)
def test_a_broken_compressed_file_is_named(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.ttl{ending}"
    path.write_bytes(COMPRESSORS[ending](b"<e:a> <e:b> 1 ." * 100)[:-9])

    with pytest.raises(DataInvalid, match=r"x\.ttl.* cannot be decompressed"):
        open_source([path])


@pytest.mark.parametrize("ending", COMPRESSED)
def test_a_compressed_file_is_read_piece_by_piece(ending: str, tmp_path: Path) -> None:
    content = "".join(f"<e:{number}> <e:p> <e:o> .\n" for number in range(40_000)).encode()
    path = tmp_path / f"x.nt{ending}"
    path.write_bytes(COMPRESSORS[ending](content[:700_000]) + COMPRESSORS[ending](content[700_000:]))  # two members
    pieces = open_compressed(path)
    assert pieces is not None
    read = list(iter(lambda: pieces.read(7_000), b""))

    assert b"".join(read) == content
    assert max(map(len, read)) <= 7_000
    assert open_compressed(tmp_path / "x.nt") is None

    path.write_bytes(COMPRESSORS[ending](content)[:-9])
    with pytest.raises(DataInvalid, match="cannot be decompressed"):
        ox.Store().bulk_load(cast("IO[bytes]", open_compressed(path)), format=ox.RdfFormat.N_TRIPLES)


def test_the_hash_does_not_depend_on_labels_inside_triple_terms() -> None:
    text = "<e:s> <e:p> <<( _:a <e:q> <e:o> )>> ."
    parses = [list(ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)) for _ in range(2)]

    assert dataset_hash(parses[0]) == dataset_hash(parses[1])


def test_what_follows_about_nameless_nodes_is_there_on_the_second_load_too(tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "data").mkdir()
    head = "@prefix e: <http://e/ns#> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "
    head += "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
    (tmp_path / "ontology" / "o.ttl").write_text(
        head + "e:Sub a owl:Class ; rdfs:subClassOf e:Sup . e:Sup a owl:Class ."
    )
    (tmp_path / "data" / "d.ttl").write_text(
        head + "[] a e:Sub ; e:k 1 . <http://e/d> a <http://www.w3.org/ns/dcat#Dataset> ; "
        '<http://rdfs.org/ns/void#uriSpace> "http://e/" .'
    )
    for _ in range(2):
        store, _facts = build_store(open_source([tmp_path]))
        assert bool(store.query("ASK { ?s a <http://e/ns#Sup> ; <http://e/ns#k> 1 }"))
