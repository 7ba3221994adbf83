"""What makes no sense in a query that parses: names that stand for nothing, variables that nothing binds."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

from kg_service.patterns.elements import Filter, walk
from kg_service.patterns.nodes import Unreadable, Variable
from kg_service.patterns.reader import read
from kg_service.query_terms import named_terms, prefixes_of, unknown_terms
from kg_service.schema.counts import SAMPLE
from kg_service.schema.document import schema_of
from kg_service.schema.known import Known
from kg_service.schema.names import query_name
from kg_service.tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_service.protocol import Operation
    from kg_service.query_places import Places
    from kg_service.store.contract import Store

__all__ = ["lint"]

#: Unknown terms told of one query, and those of them that others are compared with, which takes its time.
_MOST, _COMPARED = 200, 20
_IN_GRAPHS = "SELECT DISTINCT (LANG(?o) AS ?language) WHERE { GRAPH ?g { ?s ?p ?o } FILTER(isLiteral(?o)) }"


def lint(store: Store, operation: Operation, places: Places) -> Iterator[dict[str, Any]]:
    """Yield warnings on a query that the engine has parsed."""
    sequence = list(tokens(operation.query))
    yield from _unused_prefixes(sequence, places)
    yield from _terms(store, operation, places)
    yield from _languages(store, sequence, places)
    yield from _variables(operation, sequence, places)


def _unused_prefixes(sequence: list[Token], places: Places) -> Iterator[dict[str, Any]]:
    declared = list(prefixes_of(sequence))
    declaring = {name.offset for _, name, _ in declared}
    used = {each.text.partition(":")[0] for each in sequence if each.kind == "name" and each.offset not in declaring}
    for keyword, name, iri in declared:
        if name.text[:-1] not in used:
            end = iri.offset + len(iri.text)
            after = re.match(r"[ \t]*\r?\n", places.text[end:])
            found = places.diagnostic("info", "unused-prefix", f"Nothing uses {name.text} here.", keyword.offset, end)
            yield found | {"replacement": places.edit(keyword.offset, end + (after.end() if after else 0), "")}


def _terms(store: Store, operation: Operation, places: Places) -> Iterator[dict[str, Any]]:
    known = Known(store)
    declared = {name.text[:-1]: iri.text[1:-1] for _, name, iri in prefixes_of(list(tokens(operation.query)))}
    unknown = unknown_terms(operation.query, known.spaces, known.occurs, operation.base)
    for number, (token, iri) in enumerate(islice(unknown, _MOST)):
        end = token.offset + len(token.text)
        meant = [query_name(each, declared) for each in known.near(iri)] if number < _COMPARED else []
        yield places.diagnostic(
            "warning", "unknown-term", f"Nothing in the data set is called {token.text}.", token.offset, end,
            remedy=f"Did you mean {' or '.join(meant)}?" if meant else "", replacement=meant[0] if meant else None,
        )  # fmt: skip
    for token, iri in named_terms(operation.query, operation.base):
        if iri in known.deprecated:
            later = [query_name(each, declared) for each in known.deprecated[iri]]
            yield places.diagnostic(
                "warning", "deprecated-term", f"{token.text} is deprecated.", token.offset,
                token.offset + len(token.text), remedy=f"Use {' or '.join(later)}." if later else "",
                replacement=later[0] if len(later) == 1 else None,
            )  # fmt: skip


def _languages(store: Store, sequence: list[Token], places: Places) -> Iterator[dict[str, Any]]:
    """Yield a warning for each language tag that no literal has."""
    if "uses" in schema_of(store)["truncated"] or store.facts["triples"] > SAMPLE:
        return  # only a part of the literals has been looked at
    asked = [(token, token.text[1:]) for token in sequence if token.kind == "language"]
    asked += [  # LANG ( ?x ) = "tag"
        (run[5], run[5].text[1:-1])
        for run in zip(*(sequence[start:] for start in range(6)), strict=False)
        if run[0].text.upper() == "LANG" and (run[1].text, run[3].text, run[4].text) == ("(", ")", "=")
        and run[2].kind == "variable" and run[5].kind == "string"
    ]  # fmt: skip
    used = {tag.lower() for tag in schema_of(store)["languages"]}
    asked = [(token, tag) for token, tag in asked if tag.lower() not in used]
    if asked:
        used |= {row["language"].value for row in store.store.query(_IN_GRAPHS)}
    for token, tag in asked:
        if tag and tag.lower() not in used:
            there = ", ".join(sorted(schema_of(store)["languages"])) or "none"
            yield places.diagnostic(
                "warning", "unknown-language", f"No text of the data set is in {tag!r}.", token.offset,
                token.offset + len(token.text), remedy=f"The languages there are: {there}.",
            )  # fmt: skip


def _variables(operation: Operation, sequence: list[Token], places: Places) -> Iterator[dict[str, Any]]:
    """Yield a warning for each variable that is asked for, or compared, and that nothing binds."""
    times = Counter(token.text[1:] for token in sequence if token.kind == "variable")
    once = {token.text[1:]: token for token in sequence if token.kind == "variable" and times[token.text[1:]] == 1}
    try:
        query = read(operation.query, operation.base)
    except Unreadable:
        return
    for node in query.names or ():
        if isinstance(node.value, Variable) and node.value.name in once:
            yield _unbound(places, once[node.value.name], "the pattern does not mention it, so its column stays empty")
    for element in walk(query.where) if query.where is not None else ():
        if isinstance(element, Filter):
            for name in sorted(element.variables & once.keys()):
                yield _unbound(places, once[name], "nothing else mentions it, so the comparison fails")


def _unbound(places: Places, token: Token, why: str) -> dict[str, Any]:
    return places.diagnostic(
        "warning", "unbound-variable", f"{token.text} has no value here: {why}.", token.offset,
        token.offset + len(token.text), remedy="Correct its name, or bind it in the pattern.",
    )  # fmt: skip
