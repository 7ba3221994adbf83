"""The lexer of SPARQL's tokens: every text is tokens or a place where it stops being some."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg_service.analysis import analyse
from kg_service.errors import QuerySyntaxError
from kg_service.tokens import tokens


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_is_answered_with_tokens_or_a_place(text: str) -> None:
    try:
        found = list(tokens(text))
    except QuerySyntaxError as problem:
        assert problem.line is not None  # noqa: PT017
        assert problem.column is not None  # noqa: PT017
        assert problem.line <= text.count("\n") + 1  # noqa: PT017
        return

    assert all(text[token.offset : token.offset + len(token.text)] == token.text for token in found)


def test_the_position_counts_code_points() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        analyse("SELECT * { ?s ?p 'كتاب' ;\n ?q \"x }")

    assert (caught.value.line, caught.value.column) == (2, 5)


def test_every_pattern_keyword_of_the_grammar_is_a_token() -> None:
    text = "SELECT * { ?s ?p ?o OPTIONAL { ?s ?p 1 } FILTER NOT EXISTS { ?s ?p 2 } } ORDER BY DESC(?s) OFFSET 1"

    assert re.sub(r"\s", "", text) == "".join(token.text for token in tokens(text))
