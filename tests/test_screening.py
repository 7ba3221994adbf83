"""Screening changes no report: what pySHACL says of the suspects is what it says of everything."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from collections import Counter
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from screening_cases import (
    DATA,
    EXTRA,
    GROUPS,
    ODD,
    PARAMETERS,
    PATHS,
    PREFIXES,
    SHAPES,
    TARGETED,
    TARGETS,
    TRIPLES,
    split,
)
from worlds import ROOT, edited, lay_out, project

from kg_service.errors import DataInvalid
from kg_service.loading import open_source
from kg_service.terms import DEFAULT
from kg_service.validation.engine import as_dataset, as_graph, as_store, check_shapes
from kg_service.validation.run import shapes_of
from kg_service.validation.screening import screen
from kg_service.validation.shape_judgement import judge

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg_service.validation.engine import Outcome


def quads(text: str, form: ox.RdfFormat = ox.RdfFormat.TURTLE) -> list[ox.Quad]:
    return [
        ox.Quad(each.subject, each.predicate, each.object, getattr(each, "graph_name", DEFAULT))
        for each in ox.parse(PREFIXES + text, format=form)
    ]


@cache
def data(odd: int) -> list[ox.Quad]:
    return quads(DATA + ODD[odd], ox.RdfFormat.TRIG)


def said_by_pyshacl(checked: list[ox.Quad], shapes: list[ox.Quad]) -> rdflib.Graph | None:
    import pyshacl
    from pyshacl.rdfutil.stringify import stringify_blank_node

    stringify_blank_node.dict_cache.clear()
    try:
        dataset, graph = as_dataset(checked), as_graph(shapes)
        report = pyshacl.validate(dataset, shacl_graph=graph, advanced=True, inference="none")[1]
    except Exception:  # noqa: BLE001 - however it refuses
        return None
    return report if isinstance(report, rdflib.Graph) else None


def canonical(report: rdflib.Graph) -> Counter[object]:
    """Return the results as trees, without the names of blank nodes; isomorphism takes minutes for these tests."""

    def tree(node: rdflib.term.Node, above: tuple[rdflib.term.Node, ...] = ()) -> object:
        if not isinstance(node, rdflib.BNode) or node in above:
            return node.n3() if isinstance(node, rdflib.term.Identifier) and node not in above else "above"
        return tuple(sorted(((str(p), repr(tree(o, (*above, node)))) for p, o in report.predicate_objects(node))))

    return Counter(
        tree(each) for predicate in (rdflib.SH.result, rdflib.SH.conforms) for each in report.objects(None, predicate)
    )


def assert_same(checked: list[ox.Quad], text: str) -> None:
    shapes = quads(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pySHACL warns of recursion
        expected = said_by_pyshacl(checked, shapes)
        try:
            outcome = check_shapes(checked, shapes)
        except DataInvalid:
            assert expected is None
            return
    assert expected is not None
    if outcome is None:
        assert [str(each) for each in expected.objects(None, rdflib.SH.conforms)] == ["true"]
    else:
        assert canonical(outcome.report) == canonical(expected)


@pytest.mark.parametrize("odd", range(len(ODD)))
@pytest.mark.parametrize("parameter", split(PARAMETERS))
def test_a_component_reports_what_pyshacl_reports(parameter: str, odd: int) -> None:
    assert_same(data(odd), f"{EXTRA} ex:S a sh:PropertyShape ; sh:targetSubjectsOf ex:p ; sh:path ex:p ; {parameter} .")
    assert_same(data(odd), f"{EXTRA} ex:S a sh:NodeShape ; sh:targetObjectsOf ex:p , ex:q ; {parameter} .")


@pytest.mark.parametrize("path", split(PATHS))
def test_a_path_leads_where_pyshacl_goes(path: str) -> None:
    for count, odd in product(range(4), range(2)):
        counts = f"sh:minCount {count} ; sh:maxCount {count}"
        constraint = f"sh:path {path} ; {counts} ; sh:equals ex:q ; sh:hasValue ex:b , ex:absent"
        assert_same(
            data(odd), f"ex:S sh:targetSubjectsOf ex:p ; sh:targetObjectsOf ex:q ; sh:targetNode ex:no ; {constraint} ."
        )


@pytest.mark.parametrize("target", split(TARGETS))
def test_targets_are_those_of_pyshacl(target: str) -> None:
    for odd, constraint in product(
        range(2), ("sh:nodeKind sh:BlankNode", "sh:property [ sh:path ex:q ; sh:maxCount 1 ]")
    ):
        assert_same(data(odd), f"{target} . {target.split(maxsplit=1)[0]} {constraint} .")


@pytest.mark.parametrize("group", split(GROUPS))
def test_a_query_reports_what_it_reports_unscreened(group: str) -> None:
    """Both on the engine, whose SPARQL is not rdflib's in every corner."""
    where = re.sub(r"(?<![\w:/\"])([PQSE]|G1)(?!\w)", lambda match: f"<http://e/{match.group().lower()}>", group)
    store = as_store(data(0))
    assert store is not None
    for head, targets in product(("SELECT $this ?value", "SELECT DISTINCT $this WHERE", "SELECT ?value"), TARGETED):
        select = ox.Literal(f"{head} {where}")
        shapes = quads(f'{targets} sh:sparql [ sh:select {select} ; sh:message "{{?value}} is wrong" ] .')
        assert outcome_of(check_shapes, data(0), shapes) == outcome_of(judge, store, shapes, None)


def outcome_of(validate: Callable[..., Outcome | None], *arguments: object) -> object:
    try:
        outcome = validate(*arguments)
    except DataInvalid:
        return "refused"
    return Counter([rdflib.Literal(True).n3()]) if outcome is None else canonical(outcome.report)


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(TRIPLES, SHAPES)
def test_any_shape_on_any_data_reports_what_pyshacl_reports(triples: list[str], shapes: list[tuple[str, str]]) -> None:
    text = "".join(f"ex:S{n} a sh:NodeShape ; sh:{target} ; {body} .\n" for n, (target, body) in enumerate(shapes))
    assert_same(quads("\n".join(triples), ox.RdfFormat.TRIG), text)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> list[ox.Quad]:
    source = open_source([lay_out(tmp_path_factory.mktemp("world"))])
    return [quad for quad in source.quads() if quad.graph_name in source.public]


@cache
def own_shapes() -> list[ox.Quad]:
    return shapes_of(project(), [ROOT], [])


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "shapes").glob("*.ru")), ids=lambda path: path.stem)
def test_the_shapes_of_the_project_report_what_they_report_unscreened(path: Path, world: list[ox.Quad]) -> None:
    checked = edited(world, path.read_text("utf-8"))
    store = as_store(checked)

    unscreened = judge(checked if store is None else store, own_shapes(), None)

    assert canonical(unscreened.report) == outcome_of(check_shapes, checked, own_shapes())


def test_no_shape_of_the_project_is_left_to_pyshacl_as_a_whole(world: list[ox.Quad]) -> None:
    store = as_store(world)
    assert store is not None

    suspects = screen(store, own_shapes())

    assert suspects is not None
    assert [shape for shape, found in suspects.items() if found is None] == []


@pytest.mark.parametrize(
    "parameter", ["sh:minCount 1", "sh:or ( [ sh:class ex:C ] [ sh:pattern 'x' ] )", "sh:class ex:C"]
)
def test_a_form_that_the_store_rewrites_leaves_other_shapes_screened(parameter: str) -> None:
    shapes = quads(f"ex:S a sh:PropertyShape ; sh:targetSubjectsOf ex:p ; sh:path ex:p ; {parameter} .")
    store = ox.Store()
    store.extend(ox.Quad(*quad.triple) for quad in data(1))
    found = screen(store, shapes, exact=False)

    assert found is not None
    assert (list(found.values()) == [None]) == ("pattern" in parameter)


CLEAN = """
import sys
import pyoxigraph as ox
from kg_service.validation.engine import check_shapes
quads = [ox.Quad(*each.triple) for each in ox.parse(sys.argv[1], format=ox.RdfFormat.TRIG)]
assert check_shapes(quads, quads) is None
assert not {"rdflib", "pyshacl"} & set(sys.modules), "loaded"
"""


def test_what_conforms_loads_neither_pyshacl_nor_rdflib() -> None:
    shape = "ex:S sh:targetSubjectsOf ex:p ; sh:pattern 'a$' ; sh:property [ sh:path ex:p ; sh:class ex:C ] ."
    command = [sys.executable, "-c", CLEAN, f"{PREFIXES} ex:a ex:p ex:a ; a ex:C . {shape}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("constraint", "inside"),
    [
        ("sh:or ( [ sh:class ex:C ] [ sh:property [ sh:path ex:r ; sh:minCount 1 ] ] )", ["Class", "MinCount"]),
        ("sh:or ( [ sh:and ( [ sh:nodeKind sh:Literal ] ) ] [ sh:class ex:C ] )", ["And", "Class", "NodeKind"]),
        ("sh:xone ( [ sh:minLength 99 ] [ sh:maxLength 1 ] )", ["MaxLength", "MinLength"]),
        ("sh:node [ sh:or ( [ sh:class ex:C ] ) ]", ["Class"]),
        ("sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:in ( 1 ) ] ; sh:qualifiedMinCount 1 ]", ["In"]),
        ("sh:not [ sh:nodeKind sh:IRI ]", []),
        ("sh:class ex:C", []),
    ],
)
def test_what_failed_inside_a_result_is_told(constraint: str, inside: list[str]) -> None:
    shapes = quads(f"ex:S a sh:NodeShape ; sh:targetNode ex:x ; {constraint} .")
    outcome = check_shapes(quads("ex:x ex:p ex:y ."), shapes)
    assert outcome is not None
    told = outcome.unfolded
    reached = set(told.objects(None, rdflib.SH.detail))
    components = sorted(str(each) for each in told.objects(None, rdflib.SH.sourceConstraintComponent))

    assert [f"{rdflib.SH}{name}ConstraintComponent" for name in inside] == components
    assert reached == set(told.subjects(rdflib.RDF.type, rdflib.SH.ValidationResult))
