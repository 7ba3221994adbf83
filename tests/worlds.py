"""The frozen world of the tests: its quads, and edits of it."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.loading import Source, open_source
from kg_service.terms import in_graph
from kg_service.validation.cache import store as cache_report
from kg_service.validation.results import Report

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parent.parent
WORLD = ROOT / "tests" / "world"
TEXTS = WORLD / "sources"
BASE = "https://w3id.org/film-memoranda/"


def lay_out(folder: Path) -> Path:
    """Make a data set's folder of the project's ontology and queries and the world's data."""
    for name in ("ontology", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(WORLD / "data", folder / "data")
    return folder


def lay_out_valid(folder: Path) -> Path:
    """Make the same folder, and a report that finds no fault in it, so that it is served at once."""
    place = lay_out(folder)
    cache_report(Report(files=3, triples=9), [place])
    return place


@cache
def project() -> Source:
    """Return the project's own data set as its files state it."""
    return open_source([ROOT])


def prefixes() -> dict[str, str]:
    """Return the project's prefixes and those of the passages of each document."""
    return project().prefixes | {
        "passage": f"{BASE}source/qazaqculture-cab6c1e9-ar#",
        "ar": f"{BASE}source/lumen-ar#",
        "en": f"{BASE}source/lumen-en#",
    }


def expand(name: str) -> str:
    """Return the IRI of a prefixed name."""
    prefix, _, local = name.partition(":")
    return prefixes()[prefix] + local


def edited(quads: Iterable[ox.Quad], update: str) -> list[ox.Quad]:
    """Return the quads after a SPARQL update on them."""
    store = ox.Store()
    store.extend(quads)
    store.update(update, prefixes=prefixes())
    return list(store)


def with_default_graph(quads: Iterable[ox.Quad]) -> ox.Store:
    """Return a store of the quads whose triples are also in its default graph."""
    store = ox.Store()
    for quad in quads:
        store.add(quad)
        store.add(in_graph(quad.triple))
    return store


def second_label(world: Path) -> str:
    """Return a file that breaks a rule: a label that is there already, in other words."""
    return (world / "data" / "labels.ttl").read_text("utf-8").replace('"Lumen"@en', '"Lumen again"@en')
