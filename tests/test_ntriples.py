"""Lines of N-Triples as solutions: the same terms as the engine's own parser reads."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_service.explanation.rows import write_term
from kg_service.ntriples import NAMES, read_triple

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
IRIS = st.text("abcÄж/?", max_size=8).map(lambda text: ox.NamedNode(f"http://e/{text}"))
LITERALS = st.one_of(
    TEXT.map(ox.Literal),
    st.tuples(TEXT, st.sampled_from(["en", "ar", "kk-Latn"])).map(lambda pair: ox.Literal(pair[0], language=pair[1])),
    st.tuples(TEXT, IRIS).map(lambda pair: ox.Literal(pair[0], datatype=pair[1])),
)
NODES = st.one_of(IRIS, st.sampled_from([ox.BlankNode("a"), ox.BlankNode("b1")]))


@given(NODES, IRIS, st.one_of(NODES, LITERALS))
def test_a_line_means_what_the_engine_wrote(subject: ox.NamedNode, predicate: ox.NamedNode, value: ox.Literal) -> None:
    triple = ox.Triple(subject, predicate, value)
    line = ox.serialize([triple], format=ox.RdfFormat.N_TRIPLES)
    assert line is not None

    assert read_triple(line.decode()) == dict(zip(NAMES, map(write_term, triple), strict=True))


@pytest.mark.parametrize(
    "line", ["", "# comment", "<a> <b>", "<a> <b> <c>", '<a> <b> "c', "<a> <b> <<( <a> <b> <c> )>> ."]
)
def test_what_is_no_triple_of_rdf_1_1_is_none(line: str) -> None:
    assert read_triple(line) is None
