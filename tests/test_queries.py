"""Every question: documented, the same on two engines, with its published answer on the data and on the world."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib
from worlds import ROOT, lay_out, project

from kg_service.analysis import QueryForm, analyse
from kg_service.errors import DataInvalid, MalformedRequest
from kg_service.loading import build_store, open_source
from kg_service.named_queries import NamedQuery, bind, read_queries, read_query
from kg_service.validation.engine import as_graph

if TYPE_CHECKING:
    from pathlib import Path

QUERIES = read_queries(sorted((ROOT / "queries").glob("*.rq")))
GOLDEN = ROOT / "tests" / "golden"
PLACES = ("data", "world")


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ox.Store]:
    world = open_source([lay_out(tmp_path_factory.mktemp("questions"))])
    return {"data": build_store(project())[0], "world": build_store(world)[0]}


@pytest.fixture(scope="session")
def references(stores: dict[str, ox.Store]) -> dict[str, rdflib.Dataset]:
    return {place: reference(store) for place, store in stores.items()}


def reference(store: ox.Store) -> rdflib.Dataset:
    """Return the same data set on rdflib: the default graph as a graph, the named graphs beside it."""
    dataset = rdflib.Dataset(default_union=False)
    by_graph: dict[object, list[ox.Quad]] = {}
    for quad in store:
        by_graph.setdefault(quad.graph_name, []).append(quad)
    for name, quads in by_graph.items():
        target = dataset.graph(rdflib.URIRef(name.value)) if isinstance(name, ox.NamedNode) else dataset.default_graph
        for triple in as_graph(quads):
            target.add(triple)
    return dataset


def text_for(query: NamedQuery, place: str) -> str:
    return bind(query, query.example) if place == "data" else query.text


def answer(store: ox.Store, text: str) -> str:
    result = store.query(text)
    if isinstance(result, ox.QueryBoolean):
        return "true\n" if result else "false\n"
    assert isinstance(result, ox.QuerySolutions)
    return (result.serialize(format=ox.QueryResultsFormat.TSV) or b"").decode()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", QUERIES)
def test_the_answer_is_the_published_one(name: str, place: str, stores: dict[str, ox.Store]) -> None:
    path = GOLDEN / place / f"{name}.tsv"
    found = answer(stores[place], text_for(QUERIES[name], place))
    if os.environ.get("KG_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found, "utf-8")

    assert found == path.read_text("utf-8")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", QUERIES)
def test_another_engine_answers_the_same(
    name: str, place: str, stores: dict[str, ox.Store], references: dict[str, rdflib.Dataset]
) -> None:
    text = text_for(QUERIES[name], place)
    result = references[place].query(text)
    if result.type == "ASK":
        assert bool(result.askAnswer) == bool(stores[place].query(text))
        return
    rows = [tuple(term.n3() if term is not None else "" for term in row) for row in result]  # type: ignore[union-attr]
    solutions = stores[place].query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    expected = [tuple(written(solution[variable]) for variable in solutions.variables) for solution in solutions]

    assert sorted(rows) == sorted(expected)


def written(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    match term:
        case None:
            return ""
        case ox.Literal() if not term.language:
            return (
                rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))
                .n3()
                .removesuffix("^^<http://www.w3.org/2001/XMLSchema#string>")
            )
        case ox.Literal():
            return rdflib.Literal(term.value, lang=term.language).n3()
        case _:
            return str(term)


@pytest.mark.parametrize("name", QUERIES)
def test_the_file_documents_itself_and_is_in_house_style(name: str) -> None:
    query = QUERIES[name]
    analysis = analyse(query.text)
    prefixes = re.findall(r"^PREFIX ([a-z-]+): <(.*)>$", query.text, re.MULTILINE)

    assert re.match(r"Q\d+ \w", query.question)
    assert query.summary
    assert {"competency", "map"} & set(query.tags)
    assert {parameter.name for parameter in query.parameters} == set(query.example)
    assert analysis.undeclared == ()
    assert prefixes == sorted(prefixes)
    assert all(project().prefixes[prefix] == namespace for prefix, namespace in prefixes)
    assert all(
        re.search(rf"[^<\w-]{prefix}:", query.text.split("PREFIX", 1)[1].replace(f"PREFIX {prefix}:", ""))
        for prefix, _ in prefixes
    )
    assert "SELECT *" not in query.text
    assert analysis.form is not QueryForm.SELECT or "\nORDER BY " in query.text


def test_the_questions_are_numbered() -> None:
    numbers = sorted(int(query.question.split()[0][1:]) for query in QUERIES.values())

    assert numbers == list(range(1, 22))
    assert {path.stem for place in PLACES for path in (GOLDEN / place).glob("*")} == set(QUERIES)


def test_parameters_are_bound_as_terms_never_as_text() -> None:
    query = QUERIES["country-name"]

    assert 'VALUES ?language { "ky" }' in bind(query, {"language": "ky"})
    for name, bad in [("country", "http://e/> } #"), ("country", "no iri"), ("language", 'ky" } #'), ("other", "x")]:
        with pytest.raises(MalformedRequest):
            bind(query, {name: bad})


def test_a_string_parameter_cannot_leave_its_literal(tmp_path: Path) -> None:
    path = tmp_path / "find.rq"
    path.write_text(
        "#+ summary: s\n#+ parameter text: string; what\nSELECT ?text { VALUES ?text { UNDEF } }\n", "utf-8"
    )
    hostile = 'a" } SERVICE <http://e/> { \\ \n\t'
    result = ox.Store().query(bind(read_query(path), {"text": hostile}))

    assert isinstance(result, ox.QuerySolutions)
    assert [solution["text"] for solution in result] == [ox.Literal(hostile)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SELECT ?x {}", "no `#\\+ summary"),
        ("#+ nonsense\n", "key: value"),
        ("#+ summary: s\n#+ parameter x: colour\n", "iri, string"),
    ],
)
def test_a_broken_header_is_told_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "x.rq"
    path.write_text(text, "utf-8")

    with pytest.raises(DataInvalid, match=reason):
        read_query(path)
