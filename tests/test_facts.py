"""Every fact of the article is in the data, in the graph of its own passage, or says why not."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from worlds import BASE, ROOT, prefixes, project

if TYPE_CHECKING:
    import pyoxigraph as ox

FACTS: dict[str, dict[str, str]] = tomllib.loads((ROOT / "tests" / "facts.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def store() -> ox.Store:
    import pyoxigraph as ox

    filled = ox.Store()
    filled.extend(project().quads())
    return filled


@pytest.mark.parametrize("fact", FACTS)
def test_the_fact_is_stated_in_its_passage(fact: str, store: ox.Store) -> None:
    entry = FACTS[fact]
    if "reason" in entry:
        assert len(entry["reason"]) > 20
        return
    # The passage's triples are the default graph as well, so that ASK { … } beside GRAPH sees its description.
    result = store.query(entry["ask"], prefixes=prefixes(), use_default_graph_as_union=True)

    assert bool(result)
    assert f"GRAPH passage:{fact.split('.', maxsplit=1)[0]} " in entry["ask"]


def test_all_78_facts_are_there_and_at_most_five_are_reasoned_away() -> None:
    assert len(FACTS) == 78
    assert sum("reason" in entry for entry in FACTS.values()) <= 5


def test_nothing_is_said_that_the_article_does_not_say() -> None:
    terms = {quad.predicate.value.removeprefix(f"{BASE}ns#") for quad in project().quads()}

    assert {"onDate", "contested"} & terms == set()
