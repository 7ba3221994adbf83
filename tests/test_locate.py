"""From results to statements: several files, nodes that nothing describes, paths, what failed inside; and the words."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from kg_service.query_errors import syntax_problem
from kg_service.validation.explain import COMPONENTS
from kg_service.validation.locate import as_term
from kg_service.validation.results import Report, Result, Severity
from kg_service.validation.run import validate

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "@prefix e: <http://e/> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
SHAPE = "e:S a sh:NodeShape ; sh:targetClass e:T ; "

#: Name → (shapes, files, place and note of each place of the one result, its own first).
CASES: dict[str, tuple[str, dict[str, str], list[tuple[str, str]]]] = {
    "a node described in several files stands where it has its type": (
        SHAPE + "sh:property [ sh:path e:p ; sh:minCount 1 ] .",
        {"a.ttl": "e:n e:label 1 .", "b.ttl": "\ne:n e:q 1 ; a e:T .", "c.ttl": "e:x e:y e:n . e:n e:r 2 ."},
        [("b.ttl:4:1", ""), ("a.ttl:3:1", "described here too"), ("c.ttl:3:15", "described here too")],
    ),
    "a value stated in several files stands in each": (
        SHAPE + "sh:property [ sh:path e:p ; sh:class e:C ] .",
        {"a.ttl": "e:n a e:T ; e:p e:bad .", "b.ttl": "e:n e:p\n  e:bad ."},
        [("a.ttl:3:17", ""), ("b.ttl:4:3", "stated here too")],
    ),
    "two values where one is allowed stand both": (
        SHAPE + "sh:property [ sh:path e:p ; sh:maxCount 1 ] .",
        {"a.ttl": "e:n a e:T ; e:p 1 .", "b.ttl": "e:n e:p 2 ."},
        [("b.ttl:3:9", ""), ("a.ttl:3:17", "the other value")],
    ),
    "the same value in two graphs is one value": (
        SHAPE + "sh:property [ sh:path e:p ; sh:maxCount 1 ] .",
        {"a.trig": "e:g { e:n a e:T ; e:p 1 . } e:h { e:n e:p 1 , 2 }"},
        [("a.trig:3:47", ""), ("a.trig:3:23", "the other value")],
    ),
    "a node that nothing describes stands where it is used": (
        "e:S a sh:NodeShape ; sh:targetObjectsOf e:p ; sh:class e:C .",
        {"a.ttl": "e:n\n e:p e:none ."},
        [("a.ttl:4:6", "")],
    ),
    "a predicate stands where it is a predicate": (
        "e:S a sh:NodeShape ; sh:targetNode e:q ; sh:nodeKind sh:Literal .",
        {"a.ttl": "e:n\n e:q 1 ; e:p 2 ."},
        [("a.ttl:4:2", "")],
    ),
    "a value at the end of a path stands where the path ends": (
        SHAPE + "sh:property [ sh:path ( e:p e:q ) ; sh:class e:C ] .",
        {"a.ttl": "e:n a e:T ; e:p e:m .\ne:m e:q e:bad ."},
        [("a.ttl:4:9", ""), ("a.ttl:3:1", "described here too")],
    ),
    "a value of an inverse path stands as the subject": (
        SHAPE + "sh:property [ sh:path [ sh:inversePath e:p ] ; sh:class e:C ] .",
        {"a.ttl": "e:n a e:T .\n\ne:bad e:p e:n ."},
        [("a.ttl:5:1", "")],
    ),
    "a nameless node stands at its bracket": (
        SHAPE + "sh:property [ sh:path e:p ; sh:node [ sh:property [ sh:path e:q ; sh:minCount 1 ] ] ] .",
        {"a.ttl": "e:n a e:T ;\n e:p\n [ e:r 1 ] ."},
        [("a.ttl:5:2", "")],
    ),
    "a missing value shows those that are there": (
        SHAPE + "sh:property [ sh:path e:p ; sh:minCount 2 ] .",
        {"a.ttl": "e:n a e:T ;\n e:p 1 ."},
        [("a.ttl:3:1", ""), ("a.ttl:4:6", "one that is there")],
    ),
}  # fmt: skip


def checked(folder: Path, shapes: str, files: dict[str, str]) -> Report:
    (folder / "shapes").mkdir()
    (folder / "shapes" / "s.ttl").write_text(HEAD + shapes)
    for name, text in files.items():
        (folder / name).write_text(HEAD + text + "\n")
    return validate([folder / name for name in files], shapes=[folder / "shapes"], with_lint=False)


@pytest.mark.parametrize("name", CASES)
def test_a_result_names_every_place_that_belongs_to_it(name: str, tmp_path: Path) -> None:
    shapes, files, expected = CASES[name]
    (result,) = checked(tmp_path, shapes, files).results
    assert result.place is not None
    places = [(str(each).removeprefix(f"{tmp_path}/"), each.note) for each in (result.place, *result.related)]

    assert places == expected


def test_what_failed_inside_a_shape_stands_at_its_own_place(tmp_path: Path) -> None:
    shapes = SHAPE + "sh:property [ sh:path e:p ; sh:node [ sh:property [ sh:path e:q ; sh:class e:C ] ] ] ."
    (result,) = checked(tmp_path, shapes, {"a.ttl": "e:n a e:T ; e:p e:m .\ne:m\n e:q e:bad ."}).results
    (detail,) = result.details

    assert str(result.place).endswith("a.ttl:3:17")
    assert str(detail.place).endswith("a.ttl:5:6")
    assert detail.component == "ClassConstraintComponent"
    assert detail.message() == "e:bad is no instance of e:C."


def test_an_alternative_that_failed_says_why(tmp_path: Path) -> None:
    shapes = SHAPE + "sh:property [ sh:path e:p ; sh:or ( [ sh:class e:C ] [ sh:nodeKind sh:Literal ] ) ] ."
    (result,) = checked(tmp_path, shapes, {"a.ttl": "e:n a e:T ; e:p e:m ."}).results

    assert {each.component for each in result.details} == {"ClassConstraintComponent", "NodeKindConstraintComponent"}


def test_every_component_of_the_engine_has_words() -> None:
    from pyshacl.constraints import ALL_CONSTRAINT_COMPONENTS

    engine = {str(each.shacl_constraint_component).rpartition("#")[2] for each in ALL_CONSTRAINT_COMPONENTS}
    named = {f"{name}ConstraintComponent" for name in COMPONENTS}

    assert {each for each in engine if each.endswith("Component")} - named <= {
        "PropertyConstraintComponent", "PropertyShapeComponent", "QualifiedValueConstraintComponent",
        "SPARQLConstraintComponent", "QualifiedValueShapeConstraintComponent",
    }  # fmt: skip


TERMS = ["http://e/a", "_:b", '"a"', '"a"@en', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>', '"a\\"\\n"']


@pytest.mark.parametrize("text", TERMS)
def test_terms_of_results_are_read_back(text: str) -> None:
    term = as_term(text)

    assert str(term).strip("<>") == text.strip("<>") or str(term) == text


def test_a_report_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    shapes, files, _ = CASES["two values where one is allowed stand both"]
    report = checked(tmp_path, shapes, files)
    again = Report.from_json(report.as_json() | {"graph": report.graph})

    assert (again.results, again.graph) == (report.results, report.graph)
    assert again.as_json() == report.as_json()


def test_fingerprints_stay_when_lines_move_and_tell_equal_results_apart(tmp_path: Path) -> None:
    shapes, files, _ = CASES["two values where one is allowed stand both"]
    folder = tmp_path / "a"
    folder.mkdir()
    (first,) = checked(folder, shapes, files).results
    moved = {name: "\n\n" + text for name, text in files.items()}
    report = Report(results=[Result(Severity.INFO, "x", {}), Result(Severity.INFO, "x", {})])
    report.sort()

    assert len({each.fingerprint for each in report.results}) == 2
    shutil.rmtree(folder / "shapes")
    (second,) = checked(folder, shapes, moved).results
    assert second.place != first.place
    assert second.fingerprint == first.fingerprint


QUERIES = [
    ("SELECT * WHERE { ?s ?p ?o", 1, 26, "The `{` at line 1, column 16 is not closed; put a `}` at the end."),
    ("SELECT * {\n ?s ?p ?o\nORDER BY ?s", 3, 1, "The `{` at line 1, column 10 is not closed; put a `}` before this."),
    ("SELECT * WHERE { ?s ?p ?o } }", 1, 29, "This `}` closes nothing."),
    ("SELECT * { FILTER(?a > 1 } ", 1, 26, "The `(` at line 1, column 18 is not closed; put a `)` before this."),
    ("SELECT * WHERE { { SELECT ?s { ?s ?p ?o ORDER BY ?s } }", 1, 56, "is not closed; put a `}` at the end."),
    ("SELEC * {}", 1, 1, "SELEC begins no query; SELECT, ASK, CONSTRUCT and DESCRIBE do."),
    ("SELECT * {\n ?s x:p ?o }", 2, 5, "No PREFIX declares x: here."),
]  # fmt: skip


@pytest.mark.parametrize(("query", "line", "column", "detail"), QUERIES, ids=[each[3] for each in QUERIES])
def test_a_broken_query_is_told_at_the_place_of_the_mistake(query: str, line: int, column: int, detail: str) -> None:
    import pyoxigraph as ox

    with pytest.raises(SyntaxError) as raised:
        ox.Store().query(query)
    problem = syntax_problem(str(raised.value), query, {})

    assert (problem.line, problem.column) == (line, column)
    assert detail in problem.detail


#: What a reader with fresh eyes found: (shapes, files, where the result belongs).
ODD_PATHS: dict[str, tuple[str, str, str]] = {
    "the same value elsewhere": (
        SHAPE + "sh:property [ sh:path ( e:author e:status ) ; sh:in ( 'ok' ) ] .",
        "e:p1 e:status 'draft' .\ne:a a e:T ; e:author e:p2 .\ne:p2\n e:status 'draft' .", "6:11",
    ),
    "a list": (
        SHAPE + "sh:property [ sh:path ( e:n [ sh:zeroOrMorePath r:rest ] r:first ) ; sh:class e:C ] .",
        "e:x e:n ( e:bad ) .\ne:a a e:T ; e:n (\n e:bad ) .", "5:2",
    ),
    "an inverse step first": (
        SHAPE + "sh:property [ sh:path ( [ sh:inversePath e:in ] e:m ) ; sh:nodeKind sh:IRI ] .",
        "e:a a e:T ; e:m 'x' .\ne:k e:in e:a ;\n e:m 'x' .", "5:6",
    ),
    "too many at the end of a path": (
        SHAPE + "sh:property [ sh:path ( e:n e:m ) ; sh:maxCount 1 ] .",
        "e:a a e:T ; e:m 7 ; e:n e:b .\ne:b e:m 1 ,\n 2 .", "5:2",
    ),
    "both directions": (
        SHAPE + "sh:property [ sh:path [ sh:inversePath e:n ] ; sh:class e:C ] .",
        "e:a a e:T ; e:n e:j .\n e:j e:n e:a .", "4:2",
    ),
    "too many that point here": (
        SHAPE + "sh:property [ sh:path [ sh:inversePath e:n ] ; sh:maxCount 1 ] .",
        "e:a a e:T ; e:n e:q .\ne:x e:n e:a .\ne:y e:n e:a .", "5:1",
    ),
    "a value that only the other property has": (
        SHAPE + "sh:property [ sh:path e:n ; sh:equals e:m ] .",
        "e:a a e:T ; e:n 1 ; e:m 1 ;\n e:m 2 .", "4:6",
    ),
    "a target that is used elsewhere too": (
        "e:S a sh:NodeShape ; sh:targetObjectsOf e:n ; sh:nodeKind sh:IRI .",
        "e:a e:q 'x' .\ne:a e:n 'x' .", "4:9",
    ),
    "too many of a shape": (
        SHAPE + "sh:property [ sh:path e:n ; sh:qualifiedMaxCount 1 ;"
        " sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ] .",
        "e:a a e:T ; e:n e:b ,\n e:c .", "4:2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD_PATHS)
def test_paths_are_walked_as_they_are_written(name: str, tmp_path: Path) -> None:
    shapes, data, place = ODD_PATHS[name]
    head = "@prefix r: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    (result,) = checked(tmp_path, head + shapes, {"a.ttl": data}).results

    assert str(result.place) == f"{tmp_path}/a.ttl:{place}"


FAULTY = [
    ("e:S a sh:NodeShape ; sh:targetClass e:T ;\n sh:property [ sh:minCount 1 ] .", "s.ttl:4:14"),
    (SHAPE + 'sh:sparql [ sh:select "' + "SELECT $this {" + "{" * 30_000 + '" ] .', "s.ttl:3:65"),
    (SHAPE + 'sh:sparql [ sh:select "SELECT $this { SERVICE <http://127.0.0.1/> {} }" ] .', "s.ttl:3:65"),
]


@pytest.mark.parametrize(("shapes", "place"), FAULTY, ids=["no path", "too deep", "service"])
def test_faulty_shapes_are_a_result_at_their_place(shapes: str, place: str, tmp_path: Path) -> None:
    (result,) = checked(tmp_path, shapes, {"a.ttl": "e:n a e:T ."}).results

    assert (result.rule, str(result.place)) == ("shapes", f"{tmp_path}/shapes/{place}")
