"""Why is this row in the result: the triples behind it, and the graphs that state them; or that this is not determined.

The answer is JSON: `determined`; where it is false, `reason` (a sentence) and, where there is one, the place that is
in the way (`line`, `column`). Where it is true:

    derivations   ways to the row, each with `triples`: s, p, o (terms as in SPARQL results), graphs (IRIs), inferred,
                  pattern (line, column, endLine, endColumn); of an inferred one, where one rule gives it, also `rule`
                  and `because`: the triples that it follows from, with graphs
    more          whether there are more ways than those listed
    absent        places of MINUS and NOT EXISTS: that something is not there is no triple
    graphs        IRI → what is known of each graph named above
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from kg_service.errors import MalformedRequest
from kg_service.explanation.dataset import Dataset, NotDetermined, TooMuchError
from kg_service.explanation.derivation import WAYS, Derivation, absences, derive
from kg_service.explanation.graphs import describe_graph
from kg_service.explanation.premises import premises_of
from kg_service.explanation.rows import write_term
from kg_service.explanation.scope import surely
from kg_service.explanation.text import QueryText
from kg_service.patterns.nodes import Unreadable, Variable
from kg_service.patterns.reader import read
from kg_service.query_places import Places

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyoxigraph as ox

    from kg_service.explanation.dataset import Solution
    from kg_service.explanation.matching import Evidence
    from kg_service.patterns.elements import Group, Query
    from kg_service.protocol import Operation
    from kg_service.store.contract import Store
    from kg_service.terms import Term

__all__ = ["explain_row"]

_MOST = WAYS - 1
#: Solutions of the pattern looked through for those that give the row.
_LOOKED_THROUGH = 20_000


def explain_row(store: Store, operation: Operation, row: Solution, languages: list[str]) -> dict[str, Any]:
    """Return what is behind a row of a query's result.

    languages   of labels and texts, best first
    Raises QuerySyntaxError, EvaluationFailed, MalformedRequest for a row that is none of this query.
    """
    dataset, places = Dataset(store, operation), Places(operation.query)
    dataset.require_syntax(operation.query)
    try:
        query = read(operation.query, operation.base)
        where = _pattern(query, row)
        found = list(islice(_derivations(dataset, operation.query, query, where, row), WAYS))
    except Unreadable as fault:
        return _undetermined(f"The pattern holds {fault}, which is not looked into.", places, fault.start)
    except NotDetermined as fault:
        return _undetermined(f"This is not determined, because {fault}.", places, fault.start)
    except RecursionError:
        return _undetermined("The pattern is too long to be looked into.", places)
    if not found:
        return _undetermined("No triples were found that give this row; is it one of this query's result?", places)
    writer = _Writer(dataset, places)
    derivations = [{"triples": writer.triples(each)} for each in found[:_MOST]]
    return {
        "determined": True,
        "derivations": derivations,
        "more": len(found) > _MOST,
        "absent": [places.range(*each) for each in absences(where)],
        "graphs": {iri: describe_graph(store, iri, languages) for iri in sorted(writer.graphs)},
    }


def _pattern(query: Query, row: Solution) -> Group:
    """Return the pattern of a query whose rows can be explained. Raises NotDetermined, MalformedRequest."""
    if query.form != "SELECT" or query.where is None:
        raise NotDetermined(f"{query.form} has no rows")
    if query.aggregates:
        raise NotDetermined("the query groups or counts, and a row stands for many solutions")
    names = _selected(query)
    if names and not row.keys() <= names:
        unknown = ", ".join(f"?{name}" for name in sorted(row.keys() - names))
        raise MalformedRequest(f"The row has a value for {unknown}, which the query does not select.")
    return query.where


def _selected(query: Query) -> set[str]:
    """Return the variables that a SELECT clause names; none where it is `*`."""
    nodes = [] if query.names is None else [*query.names, *(node for node, _, _ in query.computed)]
    return {each.value.name for each in nodes if isinstance(each.value, Variable)}


def _derivations(dataset: Dataset, text: str, query: Query, where: Group, row: Solution) -> Iterator[Derivation]:
    """Yield the ways to the row, each once."""
    parts = QueryText(text, query, dataset)
    given = {name: row[name] for name in sorted(surely(where) & row.keys())}
    names = _selected(query)
    computed = {node.value.name for node, _, _ in query.computed if isinstance(node.value, Variable)}
    seen: set[frozenset[Any]] = set()
    for number, found in enumerate(parts.solutions(given, most=_LOOKED_THROUGH + 1)):
        if number >= _LOOKED_THROUGH:
            raise TooMuchError
        if any(
            found.get(name) != row.get(name) for name in (names if names is not None else found.keys() | row.keys())
        ):
            continue
        solution = {name: term for name, term in found.items() if name not in computed}
        for each in derive(dataset, where, solution, parts):
            key = frozenset((evidence.triples, evidence.graph) for evidence in each.evidence)
            if solution.keys() <= each.bound and key not in seen:
                seen.add(key)
                yield each


def _undetermined(reason: str, places: Places, start: int | None = None) -> dict[str, Any]:
    place = places.range(start, start) if start is not None else {}
    found: dict[str, Any] = {"determined": False, "reason": reason}
    return found | {name: place[name] for name in ("line", "column") if name in place}


class _Writer:
    """Writes evidence as JSON values; `graphs` are those named so far."""

    def __init__(self, dataset: Dataset, places: Places) -> None:
        self.dataset = dataset
        self.places = places
        self.graphs: set[str] = set()
        base = dataset.facts["base"]
        self.inferred = f"{base}graph/inferred" if base else ""

    def triples(self, derivation: Derivation) -> list[dict[str, Any]]:
        """Return the triples of a derivation, each once for each pattern that it matches."""
        found: dict[tuple[int, str], dict[str, Any]] = {}
        for evidence in derivation.evidence:
            for triple in evidence.triples:
                found.setdefault((evidence.pattern.start, str(triple)), self.triple(triple, evidence))
        return list(found.values())

    def triple(self, triple: ox.Triple, evidence: Evidence) -> dict[str, Any]:
        """Return a triple with its pattern, and what it follows from."""
        pattern = evidence.pattern
        written = self.statement(triple, evidence.graph)
        written["pattern"] = self.places.range(pattern.start, pattern.end)
        premises = premises_of(self.dataset, triple) if written["inferred"] else None
        if premises is not None:
            rule, because = premises
            written |= {"rule": rule, "because": [self.statement(each, None) for each in because]}
        return written

    def statement(self, triple: ox.Triple, graph: Term | None) -> dict[str, Any]:
        """Return a triple with the graphs that state it."""
        graphs = self.dataset.graphs_of(triple, graph)
        self.graphs.update(graphs)
        return {
            "s": write_term(triple.subject),
            "p": write_term(triple.predicate),
            "o": write_term(triple.object),
            "graphs": graphs,
            "inferred": graphs == [self.inferred],
        }
