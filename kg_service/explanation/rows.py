"""A row as SPARQL results in JSON write it, and terms written the same way (SPARQL 1.1 Query Results JSON §3.2.2)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from kg_service.errors import MalformedRequest

if TYPE_CHECKING:
    from kg_service.explanation.dataset import Solution
    from kg_service.terms import Term

__all__ = ["read_row", "write_term"]


def read_row(text: str | None) -> Solution:
    """Return the solution that a binding object states. Raises MalformedRequest (400) for anything else."""
    if not text:
        raise MalformedRequest("There is no parameter 'row': send one binding of the results in JSON, as it came.")
    try:
        row = json.loads(text)
        if not isinstance(row, dict) or not all(isinstance(each, dict) for each in row.values()):
            raise MalformedRequest("The parameter 'row' is no JSON object of variables and terms.")
        document = json.dumps({"head": {"vars": list(row)}, "results": {"bindings": [row]}})
        read = cast("ox.QuerySolutions", ox.parse_query_results(document, format=ox.QueryResultsFormat.JSON))
        solution = next(iter(read))
        return {variable.value: term for variable in read.variables if (term := solution[variable]) is not None}
    except (ValueError, SyntaxError, RecursionError) as error:
        raise MalformedRequest(
            f"The parameter 'row' is no binding of SPARQL results in JSON: {str(error)[:200]}."
        ) from error


def write_term(term: Term) -> dict[str, Any]:
    """Return a term as results in JSON have it.

    >>> write_term(ox.Literal("a", language="en"))
    {'type': 'literal', 'value': 'a', 'xml:lang': 'en'}
    """
    match term:
        case ox.NamedNode():
            return {"type": "uri", "value": term.value}
        case ox.BlankNode():
            return {"type": "bnode", "value": term.value}
        case ox.Literal():
            written = {"type": "literal", "value": term.value}
            if term.language:
                return written | {"xml:lang": term.language}
            plain = term.datatype.value == "http://www.w3.org/2001/XMLSchema#string"
            return written if plain else written | {"datatype": term.datatype.value}
        case _:
            parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
            return {"type": "triple", "value": {name: write_term(each) for name, each in parts.items()}}
