"""The named queries beside the data they ask: do they parse, are their terms known, do they find anything."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.config import Limits
from kg_service.errors import DataInvalid, Problem
from kg_service.evaluation.confinement import Memory, forbid_network
from kg_service.loading import build_store
from kg_service.named_queries import NamedQuery, bind, read_query
from kg_service.protocol import read_operation
from kg_service.query_errors import syntax_problem
from kg_service.query_terms import namespace, unknown_terms
from kg_service.validation.places import Text, read_text
from kg_service.validation.results import Place, Report, Result, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from kg_service.loading import Source

__all__ = ["lint_queries"]

_DEADLINE_S = 10
_FOUND, _NOTHING, _FAILED = range(3)


def lint_queries(paths: Sequence[Path], source: Source, report: Report) -> None:
    """Add the results on the queries to the report; each is tried in a process of its own, with a deadline."""
    known = _known(source)
    store: ox.Store | None = None
    for path in paths:
        text = read_text(path)
        try:
            query = read_query(path)
        except DataInvalid as problem:
            report.results.append(_result("L10", problem.detail.split(": ", 1)[-1], _line(text, problem.line)))
            continue
        broken = _parse(query.text, source.prefixes)
        if broken is not None:
            place = text.place(start := text.offset(broken.line or 1, broken.column or 1), start + 1)
            report.results.append(_result("syntax", broken.detail, place, remedy=broken.remedy))
            continue
        report.results += _unknown_terms(text, known)
        try:
            bound = bind(query, query.example, source.prefixes)
        except Problem as problem:
            example = next((n for n, line in enumerate(text.lines, 1) if line.startswith("#+ example")), None)
            report.results.append(_result("L10", problem.detail, _line(text, example), remedy="Correct the header."))
            continue
        if not query.expects_rows or not hasattr(os, "fork"):
            continue
        store = store or build_store(source)[0]
        _try(query, bound, store, text, report)


def _parse(query: str, prefixes: Mapping[str, str]) -> Problem | None:
    """Return why a query cannot be asked: what the service refuses is refused here, before the engine reads it."""
    try:
        read_operation(query, [], base="", limits=Limits())
        ox.Store().query(query)
    except Problem as problem:
        return problem
    except SyntaxError as error:
        return syntax_problem(str(error), query, dict(prefixes))
    return None


def _try(query: NamedQuery, bound: str, store: ox.Store, text: Text, report: Report) -> None:
    """Run the query in a fork, which its deadline ends wherever it is; a crash of the engine ends only the fork."""
    child = os.fork()
    if child == 0:
        os._exit(_rows(bound, store))
    _, status = os.waitpid(child, 0)
    place = _line(text, None)
    if os.WIFSIGNALED(status):
        slow = os.WTERMSIG(status) == signal.SIGALRM
        how = f"needs more than {_DEADLINE_S} seconds" if slow else "ends the engine, perhaps for want of memory,"
        report.results.append(
            _result("L11", f"{query.name} {how} on this data.", place, remedy="Make its patterns more selective.")
        )
    elif os.WEXITSTATUS(status) == _FAILED:
        report.results.append(_result("L11", f"The engine cannot evaluate {query.name}.", place))
    elif os.WEXITSTATUS(status) != _FOUND:
        report.results.append(
            _result(
                "L12",
                f"{query.name} finds nothing in this data.",
                place,
                remedy="Correct a term, give it an `#+ example:`, or write `#+ rows: none` where that is right.",
            )
        )


def _rows(bound: str, store: ox.Store) -> int:
    forbid_network()
    Memory(query_mib=Limits().memory, growth_mib=Limits().growth).bound()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(_DEADLINE_S)
    try:
        result = store.query(bound)
        if isinstance(result, ox.QueryBoolean):
            return _FOUND
        return _FOUND if next(iter(result), None) is not None else _NOTHING
    except Exception:  # noqa: BLE001 - the fork must end here whatever happens
        return _FAILED


def _known(source: Source) -> frozenset[str]:
    """List every IRI of the data set, graphs included, and those that stand for its namespaces."""
    found = set(source.prefixes.values())
    for quad in source.quads():
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, ox.NamedNode):
                found.add(term.value)
    inferred = [source.graph("inferred").value] if source.base else []
    return frozenset(found | set(inferred))


def _unknown_terms(text: Text, known: frozenset[str]) -> Iterator[Result]:
    """Find IRIs in namespaces of the data set, or of a closed vocabulary, that do not exist there."""
    spaces = set(map(namespace, known))
    for token, iri in unknown_terms(text.text, spaces, known.__contains__):
        place = text.place(token.offset, token.offset + len(token.text))
        yield _result("L13", f"Nothing in the data set is called {token.text}.", place, value_=iri)


def _line(text: Text, number: int | None) -> Place:
    """Return a line of a query; by default the first that is no comment."""
    first = next((n for n, line in enumerate(text.lines, 1) if line.strip() and not line.startswith("#")), 1)
    return text.whole_line(number or first)


_NAMES = {
    "L10": ("query header", Severity.VIOLATION, "A header line is `#+ key: value`."),
    "L11": ("query that ends", Severity.WARNING, ""),
    "L12": ("query that finds something", Severity.WARNING, ""),
    "L13": ("known term in a query", Severity.WARNING, "Correct the name."),
    "syntax": ("syntax", Severity.VIOLATION, ""),
}


def _result(rule: str, message: str, place: Place, *, remedy: str = "", value_: str = "") -> Result:
    name, severity, usual = _NAMES[rule]
    return Result(
        severity, rule, {"en": message}, name=name, remedy=remedy or usual, value=value_,
        component="Syntax" if rule == "syntax" else "Lint", place=place,
    )  # fmt: skip
