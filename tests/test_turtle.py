"""Canonical layout: nothing is lost, a second run changes nothing, and what would be lost is refused."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg_service.errors import CheckFailed
from kg_service.terms import quads_of
from kg_service.turtle import format_turtle

PREFIXES = {"ex": "http://e/", "xsd": "http://www.w3.org/2001/XMLSchema#"}

LAYOUT = """\
# What this file holds.
@prefix x: <http://e/> .
@prefix local: <http://l/#> .

# about b
x:b x:p 1 , 2.50 , true , "a\\"b"@en , "01"^^<http://www.w3.org/2001/XMLSchema#integer> ;
  # on q
  x:q ( x:a "s" ( 1 ) ) ; a local:T .
# about a
x:a10 x:p x:s . x:a2 x:p "one\\ntwo" .
# the end
"""
EXPECTED = """\
# What this file holds.

@prefix ex: <http://e/> .
@prefix local: <http://l/#> .

ex:a2
    ex:p \"\"\"one
two\"\"\" ;
.

# about a
ex:a10
    ex:p ex:s ;
.

# about b
ex:b
    a local:T ;
    ex:p true ;
    ex:p 01 ;
    ex:p 1 ;
    ex:p 2.50 ;
    ex:p "a\\"b"@en ;
    # on q
    ex:q ( ex:a "s" ( 1 ) ) ;
.

# the end
"""


def test_the_layout_is_the_houses() -> None:
    assert format_turtle(LAYOUT, trig=False, prefixes=PREFIXES, name="f") == EXPECTED


def test_a_second_run_changes_nothing() -> None:
    assert format_turtle(EXPECTED, trig=False, prefixes=PREFIXES, name="f") == EXPECTED


def test_graphs_are_sorted_and_keep_their_comments() -> None:
    text = (
        "@prefix x: <http://e/> .\n# second\nx:g10 { x:s x:p x:o }\n"
        "# first\nGRAPH x:g2 {\n  # inside\n  x:s x:p x:o\n}\n"
    )
    expected = (
        "@prefix ex: <http://e/> .\n\n# first\nex:g2 {\n    # inside\n    ex:s\n        ex:p ex:o ;\n    .\n}\n\n"
        "# second\nex:g10 {\n    ex:s\n        ex:p ex:o ;\n    .\n}\n"
    )

    assert format_turtle(text, trig=True, prefixes=PREFIXES, name="f") == expected


LOSSES = [
    ("@prefix x: <http://e/> .\nx:a x:p 1 . # here\n", 2),
    ("@prefix x: <http://e/> . # here\nx:a x:p 1 .\n", 1),
    ("@prefix x: <http://e/> .\nx:a x:p (\n# here\n1 ) .\n", 3),
]


@pytest.mark.parametrize(("text", "line"), LOSSES)
def test_a_comment_that_would_be_lost_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(CheckFailed, match=f"f:{line}: "):
        format_turtle(text, trig=False, prefixes=PREFIXES, name="f")


def test_marks_inside_strings_and_names_are_no_comments() -> None:
    text = '@prefix x: <http://e/> .\nx:a x:p "# no" , """\n# no\n""" , x:b\\#c .\n'
    formatted = format_turtle(text, trig=False, prefixes={}, name="f")

    assert same(text, formatted)


def same(first: str, second: str, *, syntax: ox.RdfFormat = ox.RdfFormat.TURTLE) -> bool:
    datasets = [ox.Dataset(quads_of(ox.parse(text, format=syntax))) for text in (first, second)]
    for dataset in datasets:
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return datasets[0] == datasets[1]


IRIS = st.sampled_from(
    ["http://e/a", "http://e/b.c", "http://e/d#x", "http://o/é", "urn:x:1", "http://e/", "http://e/a.", "http://e/-b"]
)
NODES = st.one_of(IRIS.map(ox.NamedNode), st.sampled_from(["b1", "b2"]).map(ox.BlankNode))
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
LITERALS = st.one_of(
    TEXTS.map(ox.Literal),
    st.builds(lambda text, tag: ox.Literal(text, language=tag), TEXTS, st.sampled_from(["en", "ar", "kk-Latn"])),
    st.builds(
        lambda text, name: ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + name)),
        st.sampled_from(["1", "01", "-1", "+1", "1.", ".5", "1e3", "1E+3", "true", "TRUE", "x", "", "1.0", "٣"]),
        st.sampled_from(["integer", "decimal", "double", "boolean", "date"]),
    ),
)
QUADS = st.lists(
    st.builds(
        ox.Quad,
        NODES,
        IRIS.map(ox.NamedNode),
        st.one_of(NODES, LITERALS),
        st.one_of(st.just(ox.DefaultGraph()), IRIS.map(ox.NamedNode)),
    ),
    max_size=8,
)


@given(QUADS)
@settings(max_examples=400, deadline=None)
def test_any_dataset_keeps_its_quads_and_lexical_forms(quads: list[ox.Quad]) -> None:
    text = (ox.serialize(quads, format=ox.RdfFormat.TRIG) or b"").decode()
    formatted = format_turtle(text, trig=True, prefixes=PREFIXES, name="f")

    assert same(text, formatted, syntax=ox.RdfFormat.TRIG)
    assert format_turtle(formatted, trig=True, prefixes=PREFIXES, name="f") == formatted
