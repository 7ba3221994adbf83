"""The elements of a query's pattern: each construct of the grammar is read where it stands, or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from worlds import ROOT

from kg_service.patterns.elements import Statement, walk
from kg_service.patterns.nodes import Unreadable, Variable
from kg_service.patterns.reader import read

if TYPE_CHECKING:
    from pathlib import Path

    from kg_service.patterns.nodes import Node
    from kg_service.patterns.nodes import Path as PropertyPath

HEAD = "PREFIX e: <http://e/> "


def said(node: Node) -> str:
    value = node.value
    return f"?{value.name}" if isinstance(value, Variable) else str(value) if not hasattr(value, "label") else "_"


def verb(path: PropertyPath | Variable) -> str:
    return f"?{path.name}" if isinstance(path, Variable) else type(path).__name__


#: Triples → what each is read as: subject, kind of verb, object, and the text that is its own.
TRIPLES: dict[str, list[tuple[str, str, str, str]]] = {
    "?s e:p ?o": [("?s", "Link", "?o", "?s e:p ?o")],
    "?s a e:C ; e:p 1 , 2.5 ;": [
        ("?s", "Link", "<http://e/C>", "?s a e:C"),
        ("?s", "Link", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>', "e:p 1"),
        ("?s", "Link", '"2.5"^^<http://www.w3.org/2001/XMLSchema#decimal>', "2.5"),
    ],
    "e:a ?p 'x'@EN": [("<http://e/a>", "?p", '"x"@en', "e:a ?p 'x'@EN")],
    '?s ?p """a"b\\n"""': [("?s", "?p", '"a\\"b\\n"', '?s ?p """a"b\\n"""')],
    '?s ?p "1"^^e:d': [("?s", "?p", '"1"^^<http://e/d>', '?s ?p "1"^^e:d')],
    "?s ?p -1e3 . ?s ?p true": [
        ("?s", "?p", '"-1e3"^^<http://www.w3.org/2001/XMLSchema#double>', "?s ?p -1e3"),
        ("?s", "?p", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>', "?s ?p true"),
    ],
    "?s e:p/e:q ?o": [("?s", "Sequence", "?o", "?s e:p/e:q ?o")],
    "?s e:p|^e:q ?o": [("?s", "Alternatives", "?o", "?s e:p|^e:q ?o")],
    "?s (e:p/e:q)+ ?o": [("?s", "Repeated", "?o", "?s (e:p/e:q)+ ?o")],
    "?s ^e:p ?o": [("?s", "Inverse", "?o", "?s ^e:p ?o")],
    "?s !(e:p|^e:q) ?o": [("?s", "Negated", "?o", "?s !(e:p|^e:q) ?o")],
    "[ e:p ?o ]": [("_", "Link", "?o", "e:p ?o")],
    "_:b e:p [ e:q 'x' ]": [("_", "Link", "_", "_:b e:p [ e:q 'x' ]"), ("_", "Link", '"x"', "e:q 'x'")],
    "?s e:p ()": [("?s", "Link", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>", "?s e:p ()")],
}


@pytest.mark.parametrize("text", TRIPLES)
def test_triples_are_written_out(text: str) -> None:
    query = f"{HEAD}SELECT * {{ {text} }}"
    where = read(query).where
    assert where is not None
    found = [each for element in where.elements if isinstance(element, Statement) for each in element.patterns]

    assert TRIPLES[text] == [
        (said(each.subject), verb(each.verb), said(each.object), query[each.start : each.end]) for each in found
    ]


def test_a_collection_is_a_chain_of_cells() -> None:
    where = read(f"{HEAD}ASK {{ ?s e:p (?a ?b) }}").where
    assert where is not None
    (statement,) = where.elements
    assert isinstance(statement, Statement)

    assert statement.whole
    assert len(statement.patterns) == 5


#: Group → its elements, those of the groups within it too.
GROUPS = {
    "?s ?p ?o FILTER(?o > 1)": ["Statement", "Filter"],
    "?s ?p ?o FILTER regex(?o, ')')": ["Statement", "Filter"],
    "FILTER NOT EXISTS { ?s ?p ?o }": ["Filter", "Statement"],
    "FILTER(?x = 1 || EXISTS { ?s ?p ?o })": ["Filter", "Statement"],
    "BIND(STR(?x) AS ?y)": ["Bind"],
    "VALUES ?x { 1 UNDEF }": ["Values"],
    "VALUES (?x ?y) { (1 2) (UNDEF e:a) }": ["Values"],
    "{ ?a ?b ?c } UNION { ?d ?e ?f } UNION { }": ["Union", "Statement", "Statement"],
    "GRAPH ?g { ?s ?p ?o } OPTIONAL { ?s ?q ?r }": ["Graph", "Statement", "Optional", "Statement"],
    "{ ?s ?p ?o MINUS { ?s a e:C } }": ["Group", "Statement", "Minus", "Statement"],
    "{ SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s HAVING(?n > 1) }": ["Group", "Subquery"],
}


@pytest.mark.parametrize("text", GROUPS)
def test_groups_are_read_with_what_is_in_them(text: str) -> None:
    query = f"{HEAD}SELECT * WHERE {{ {text} }} LIMIT 5"
    found = read(query)
    assert found.where is not None

    assert [type(each).__name__ for each in walk(found.where)] == GROUPS[text]
    assert query[found.where.start : found.where.end] == f"{{ {text} }}"
    assert [word for word, _ in found.modifiers] == ["LIMIT"]


def test_a_select_clause_is_told_apart() -> None:
    query = "SELECT DISTINCT ?a (STR(?b) AS ?c) FROM <http://e/g> WHERE { ?a ?b ?d } ORDER BY ?a LIMIT 1 OFFSET 2"
    found = read(query)

    assert [said(each) for each in found.names or ()] == ["?a"]
    assert [(said(node), query[start:end]) for node, start, end in found.computed] == [("?c", "(STR(?b) AS ?c)")]
    assert query[slice(*found.clause)] == " DISTINCT ?a (STR(?b) AS ?c)"
    assert [word for word, _ in found.modifiers] == ["ORDER", "LIMIT", "OFFSET"]
    assert not found.aggregates


@pytest.mark.parametrize(
    ("query", "aggregates"),
    [
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", True),
        ("SELECT ?s { ?s ?p ?o } GROUP BY ?s", True),
        ("SELECT (STRLEN(?s) AS ?n) { ?s ?p ?o }", False),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", False),
        ("CONSTRUCT WHERE { ?s ?p ?o }", False),
        ("ASK { ?s ?p ?o }", False),
        ("DESCRIBE <http://e/a>", False),
    ],
)
def test_every_query_form_is_read(query: str, *, aggregates: bool) -> None:
    found = read(query)

    assert found.form == query.split(maxsplit=1)[0]
    assert found.aggregates is aggregates


@pytest.mark.parametrize("path", sorted((ROOT / "queries").glob("*.rq")), ids=lambda path: path.stem)
def test_every_named_query_is_read(path: Path) -> None:
    where = read(path.read_text("utf-8")).where

    assert where is not None
    assert any(isinstance(each, Statement) for each in walk(where))


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("SELECT * { <<( ?s ?p ?o )>> ?q ?z }", "<<("),
        ("SELECT * { ?s ?p ?o ~ ?r }", "~"),
        ("SELECT * { SERVICE <http://e/> { } }", "SERVICE"),
        ("SELECT * { ?s ?p ?o", ""),
        ("SELECT * { ?s e: }", "e:"),
        ("SELECT * { ?s <http://e/p> }", "}"),
        ("'", "'"),
        (f"ASK {'{' * 2_000} ?s ?p ?o {'}' * 2_000}", "ASK"),
    ],
)
def test_what_is_not_read_is_refused_at_its_place(query: str, place: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(query)

    assert query.startswith(place, caught.value.start)
