"""What is wrong with a query, at its place: what the parser says, and what makes no sense with this data set.

A diagnostic is JSON: `severity` (error, warning, info), `code`, `message`, `line`, `column`, `endLine`, `endColumn`
(1-based, columns in code points, the end exclusive), and where known `remedy` (words) and `replacement`: the same four
numbers and the `text` to put there. Errors have the slug of the problem that the query would be answered with as
their code. Warnings are of what is certain; a query without errors can be asked whatever they say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.analysis import analyse
from kg_service.errors import EvaluationFailed, Problem, QuerySyntaxError
from kg_service.patterns.nodes import Unreadable
from kg_service.patterns.reader import read
from kg_service.query_errors import syntax_problem
from kg_service.query_lint import lint
from kg_service.query_places import Places
from kg_service.tokens import Token, position, tokens

if TYPE_CHECKING:
    from kg_service.protocol import Operation
    from kg_service.store.contract import Store

__all__ = ["check_query", "refusal"]


def check_query(store: Store, operation: Operation) -> list[dict[str, Any]]:
    """Return what is wrong with a query that the protocol has let pass, in the order of its places."""
    text, places = operation.query, Places(operation.query)
    undeclared = [_undeclared(places, name, line, column, store) for name, line, column in _undeclared_prefixes(text)]
    if undeclared:
        return undeclared
    try:
        ox.Store().query(text, base_iri=operation.base or None)
    except SyntaxError as error:
        missing = _missing_term(operation)
        problem = missing or syntax_problem(str(error), text, store.facts["prefixes"])
        return [_diagnostic(problem, text)]
    except (RuntimeError, ValueError, OSError) as error:
        problem = EvaluationFailed(f"The engine cannot evaluate this query: {str(error)[:300]}", line=1, column=1)
        return [_diagnostic(problem, text)]
    found = lint(store, operation, places)
    return sorted(found, key=lambda each: (each["line"], each["column"], each["code"]))


def refusal(problem: Problem, text: str) -> dict[str, Any]:
    """Return what is wrong with a query that the protocol has not let pass, where the problem has a place in it."""
    if isinstance(problem, QuerySyntaxError):
        plainer = syntax_problem(problem.detail, text, {})
        problem = plainer if plainer.line is not None else problem
    return _diagnostic(problem, text)


def _diagnostic(problem: Problem, text: str) -> dict[str, Any]:
    """Return a problem that has a place in the query's text as a diagnostic, to the end of the word there."""
    places = Places(text)
    start = places.offset(problem.line or 1, problem.column or 1)
    token = next((each for each in _readable(text) if each.offset <= start < each.offset + len(each.text)), None)
    end = token.offset + len(token.text) if token is not None else min(start + 1, len(text))
    return places.diagnostic("error", problem.slug, problem.detail, start, end, remedy=problem.remedy)


def _missing_term(operation: Operation) -> Problem | None:
    """Return the problem of a triple that ends too early: the engine notices only some characters later."""
    try:
        read(operation.query, operation.base)
    except Unreadable as fault:
        text = operation.query[fault.start : fault.start + 1]
        if text and text in "}.;,)]":
            line, column = position(operation.query, fault.start)
            return QuerySyntaxError(f"A term is missing before `{text}`.", line=line, column=column)
    return None


def _undeclared_prefixes(text: str) -> tuple[tuple[str, int, int], ...]:
    # The bounds have been looked at before; a quick look may have left this out.
    return analyse(text, max_depth=len(text), max_tokens=len(text), max_chain=len(text)).undeclared


def _undeclared(places: Places, name: str, line: int, column: int, store: Store) -> dict[str, Any]:
    """Return the diagnostic of a prefix without PREFIX, with the line to add where the data set knows it."""
    start = places.offset(line, column)
    namespace = store.facts["prefixes"].get(name)
    found = places.diagnostic(
        "error", QuerySyntaxError.slug, f"No PREFIX declares {name}: here.", start, start + len(name) + 1
    )
    if namespace is None:
        return found
    addition = places.edit(0, 0, f"PREFIX {name}: <{namespace}>\n")
    return found | {"remedy": f"Add PREFIX {name}: <{namespace}>.", "replacement": addition}


def _readable(text: str) -> list[Token]:
    """Return the tokens up to the first character that starts none."""
    found: list[Token] = []
    try:
        for token in tokens(text):
            found.append(token)  # noqa: PERF402 - what came before the fault is kept
    except QuerySyntaxError:
        pass
    return found
