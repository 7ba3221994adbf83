"""The quick look never says more than the full pass would, and what it says is the same."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import ROOT

from kg_service.analysis import QueryForm, analyse
from kg_service.config import Limits
from kg_service.errors import Problem, QuerySyntaxError
from kg_service.formats import Kind
from kg_service.glance import glance

LIMITS = Limits()
QUERIES = sorted((ROOT / "queries").glob("*.rq"))
#: What the quick look must leave to the full pass.
DOUBTFUL = [
    "ASK { SERVICE <http://e/> {} }",
    "ASK { sErViCe?x{} }",
    "SELECT * FROM <http://e/> {}",
    "SELECT * FROM\nNAMED <http://e/> {}",
    "SELECT (NOW() AS ?n) {}",
    "SELECT * {} ORDER BYRAND ()",
    "SELECT (BNODE#\n() AS ?n) {}",
    "SELECT * { ?s ?p '\\u0053' }",
    "ASK { FILTER(?a<?b)SERVICE?s#> {} }",
    "ASK { FILTER(?a<?b') }",
    "INSERT DATA {}",
    "BASE <http://e/> SELECT * {}",
    "SELECT * " + "{" * 101,
    "ASK {" + "OPTIONAL {} " * 400 + "}",
    "SELECT * { ?s ?p '" + "x" * 4_000 + "' }",
    "",
    "# only a comment",
]


def check_agreement(text: str) -> bool:
    """Check the quick look against the full pass; tell whether it said anything."""
    found = glance(text, LIMITS)
    if found is None:
        return False
    try:
        full = analyse(text, max_depth=LIMITS.depth, max_tokens=LIMITS.tokens, max_chain=LIMITS.operators)
    except QuerySyntaxError:
        return True  # the engine will say so too
    except Problem as problem:
        pytest.fail(f"{type(problem).__name__} for {text!r}")

    assert found.form is full.form
    assert not full.volatile
    assert not full.default_graphs
    assert not full.named_graphs
    if found.form.kind is Kind.TRIPLES:
        assert dict(found.prefixes) == dict(full.prefixes)
    return True


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_it_agrees_on_named_queries(path: object) -> None:
    text = next(each for each in QUERIES if each is path).read_text("utf-8")

    # It says nothing where a keyword could hide: in a name as in ?from, or in a long text.
    assert check_agreement(text) or re.search(r"bnode|\bfrom\b", text.lower()) or len(text) > 3_000


@pytest.mark.parametrize("text", DOUBTFUL, ids=range(len(DOUBTFUL)))
def test_what_is_doubtful_is_left_to_the_full_pass(text: str) -> None:
    assert glance(text, LIMITS) is None


def test_prefixes_in_comments_are_none() -> None:
    text = "# PREFIX a: <http://old/>\nPREFIX a: <http://new/> # PREFIX b: <x>\nCONSTRUCT { ?s a:p ?o } { ?s a:p ?o }"

    assert check_agreement(text)
    assert dict(glance(text, LIMITS).prefixes) == {"a": "http://new/"}  # type: ignore[union-attr]


def test_it_agrees_on_mutated_queries() -> None:
    chance = random.Random(3)  # noqa: S311 - repeatable, not secret
    originals = [path.read_text("utf-8") for path in QUERIES]
    pieces = [
        "{",
        "}",
        "(",
        "<",
        ">",
        '"',
        "'",
        "#",
        "\n",
        "FROM",
        "SERVICE",
        "rand(",
        "!",
        "^",
        "PREFIX x: <y>",
        "ASK",
    ]
    said = 0
    for _ in range(2_000):
        text = chance.choice(originals)
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(text))
            text = text[:place] + chance.choice(pieces) + text[place + chance.choice((0, 1, 9)) :]
        said += check_agreement(text)

    assert said > 100


@given(
    st.sampled_from(list(QueryForm)),
    st.lists(st.sampled_from(["?s", "<http://e/#a>", "'x'", ".", "{", "}", "a", "(", ")", "<", "#c\n", "now", "||"])),
)
def test_it_agrees_on_generated_texts(form: QueryForm, parts: list[str]) -> None:
    check_agreement(f"{form.value} {{ {' '.join(parts)} }}")
