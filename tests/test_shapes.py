"""Each constraint has a world with one thing wrong that trips exactly it, and a near miss that trips nothing."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest
from worlds import ROOT, TEXTS, edited, expand, lay_out, project

from kg_service.loading import open_source
from kg_service.namespaces import DCTERMS, SH
from kg_service.terms import value
from kg_service.validation.engine import check_shapes
from kg_service.validation.report_graph import read_results
from kg_service.validation.results import Report, Result
from kg_service.validation.run import shapes_of
from kg_service.validation.source_text import check_source_texts

if TYPE_CHECKING:
    from pathlib import Path

    import pyoxigraph as ox

FIXTURES = sorted((ROOT / "tests" / "shapes").glob("*.ru"))
VIOLATING = [path for path in FIXTURES if path.stem.endswith("-violating")]
CONFORMING = [path for path in FIXTURES if path.stem.endswith("-conforming")]
RULES = [f"S{number:02}" for number in range(1, 31)]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> list[ox.Quad]:
    source = open_source([lay_out(tmp_path_factory.mktemp("world"))])
    return [quad for quad in source.quads() if quad.graph_name in source.public]


@cache
def shape_quads() -> tuple[ox.Quad, ...]:
    return tuple(shapes_of(project(), [ROOT], []))


def judged(quads: list[ox.Quad], *, reference: bool = False) -> list[Result]:
    outcome = check_shapes(quads, shape_quads(), reference=reference)
    return [] if outcome is None else read_results(outcome)


def check(
    quads: list[ox.Quad], *, texts: Path | None = None, reference: bool = False
) -> set[tuple[str, str, str, str]]:
    report = Report(results=judged(quads, reference=reference))
    check_source_texts(quads, texts, report)
    return {(each.rule, each.shape, each.focus, each.severity.word) for each in report.results}


@pytest.fixture(scope="session")
def before(world: list[ox.Quad]) -> set[tuple[str, str, str, str]]:
    return check(world)


def texts_for(path: Path) -> Path | None:
    """Give the source texts to the two rules that read them; edits of offsets are judged without them."""
    return TEXTS if path.stem[:3] in ("S20", "S21") else None


def header(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^#\+ ([a-z]+): (.*)$", path.read_text("utf-8"), re.MULTILINE))


def expected(path: Path) -> set[tuple[str, str, str, str]]:
    told = header(path)
    shape = expand(told["shape"]) if told["shape"] else ""
    return {(told["rule"], shape, expand(focus), told["severity"].lower()) for focus in told["focus"].split()}


def is_nameless(path: Path) -> bool:
    return header(path)["focus"] == "_:"


def test_the_world_has_no_violation(before: set[tuple[str, str, str, str]]) -> None:
    assert {each for each in before if each[3] == "violation"} == set()


@pytest.mark.parametrize("path", VIOLATING, ids=lambda path: path.stem)
def test_one_thing_wrong_trips_exactly_its_shape(
    path: Path, world: list[ox.Quad], before: set[tuple[str, str, str, str]]
) -> None:
    found = check(edited(world, path.read_text("utf-8")), texts=texts_for(path)) - before

    if is_nameless(path):
        assert {(rule, shape, severity) for rule, shape, _, severity in found} == {
            ("S28", expand("shape:Nameless"), "violation")
        }
    else:
        assert found == expected(path)


@pytest.mark.parametrize("path", CONFORMING, ids=lambda path: path.stem)
def test_a_near_miss_trips_nothing(path: Path, world: list[ox.Quad], before: set[tuple[str, str, str, str]]) -> None:
    assert check(edited(world, path.read_text("utf-8")), texts=texts_for(path)) - before == set()


def test_every_rule_has_a_fixture_and_every_fixture_a_twin() -> None:
    assert sorted({path.stem[:3] for path in VIOLATING}) == RULES
    assert {path.stem.removesuffix("-violating") for path in VIOLATING} == {
        path.stem.removesuffix("-conforming") for path in CONFORMING
    }


def test_every_shape_that_can_fail_is_tripped_by_a_fixture() -> None:
    quads = shape_quads()
    identified = {value(quad.subject) for quad in quads if quad.predicate.value == DCTERMS + "identifier"}
    tripped = {expand(told["shape"]) for told in map(header, VIOLATING) if told["shape"]}

    assert identified == tripped


def test_every_shape_has_a_name_a_severity_and_a_remedy_in_english() -> None:
    said: dict[str, set[str]] = {}
    for quad in shape_quads():
        language = getattr(quad.object, "language", None)
        said.setdefault(value(quad.subject), set()).add(
            f"{quad.predicate.value}@{language}" if language else quad.predicate.value
        )
    for shape, predicates in said.items():
        if DCTERMS + "identifier" in predicates:
            spoken = predicates | said.get(f"{shape}-query", set())
            assert {f"{SH}name@en", f"{SH}severity", f"{SH}message@en"} <= spoken, shape


REFERENCE = [
    path
    for path in VIOLATING
    if path.stem in ("S01-violating", "S03-violating", "S11-violating", "S15-violating", "S26-circle-violating")
]


@pytest.mark.parametrize("path", REFERENCE, ids=lambda path: path.stem)
def test_the_reference_store_finds_the_same(path: Path, world: list[ox.Quad]) -> None:
    quads = edited(world, path.read_text("utf-8"))

    assert check(quads, reference=True) == check(quads)


def test_a_literal_that_the_store_would_rewrite_is_judged_as_written(world: list[ox.Quad]) -> None:
    from kg_service.validation.engine import as_store

    quads = [*world, *edited([], "INSERT DATA { GRAPH <http://e/g> { <http://e/s> <http://e/p> 1 } }")]
    assert as_store(quads) is not None
    import pyoxigraph as ox

    integer = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    odd = ox.Quad(quads[-1].subject, quads[-1].predicate, ox.Literal("01", datatype=integer), quads[-1].graph_name)

    assert as_store([*quads, odd]) is None


def test_messages_fall_back_to_english() -> None:
    results = judged(edited([], "INSERT DATA { GRAPH <http://e/g> { <http://e/m> a fm:Memorandum } }"))
    first = next(each for each in results if each.rule == "S01")
    other = next(each for each in results if each.rule == "S05")

    assert first.message("ar").startswith("تحتاج")
    assert first.message("ru").startswith("Меморандуму")
    assert other.message("ar") == other.message("en")
    assert other.message("ru").startswith("Подписание")
    assert isinstance(first, Result)
