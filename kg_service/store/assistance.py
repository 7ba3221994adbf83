"""What a worker does for somebody who writes a query: tell the schema, check the text, explain a row or its absence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kg_service.errors import MalformedRequest, Problem
from kg_service.explanation.empty import explain_emptiness
from kg_service.explanation.rows import read_row
from kg_service.explanation.why import explain_row
from kg_service.parameters import parameters, single
from kg_service.protocol import FORM, Operation, decode
from kg_service.query_check import check_query, refusal
from kg_service.schema.document import in_languages, schema_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg_service.store.contract import Store, Writer

__all__ = ["ASSISTANCE"]


def answer_schema(store: Store, writer: Writer, *, languages: list[str]) -> None:
    """Write the schema document as JSON, with texts in these languages; none: in all."""
    _write(writer, in_languages(schema_of(store), languages))


def answer_check(store: Store, writer: Writer, *, request: dict[str, Any]) -> None:
    """Write what is wrong with the query of a request, as a JSON list of diagnostics.

    request   the arguments of `protocol.decode` for a POST
    Raises what `decode` raises of the request rather than of the query.
    """
    try:
        found = check_query(store, _decode(store, request))
    except Problem as problem:
        if problem.line is None:
            raise
        found = [refusal(problem, _query_text(request))]
    _write(writer, found)


def answer_why(store: Store, writer: Writer, *, request: dict[str, Any], languages: list[str]) -> None:
    """Write what is behind a row of a query's result, as JSON.

    request     the arguments of `protocol.decode` for a POST; its parameter `row` is the row
    languages   of labels and texts, best first
    Raises what `decode` raises, QuerySyntaxError, MalformedRequest for what is no row.
    """
    operation = _decode(store, request)
    row = read_row(single(_parameters(request), "row"))
    _write(writer, explain_row(store, operation, row, languages))


def answer_why_empty(store: Store, writer: Writer, *, request: dict[str, Any]) -> None:
    """Write why a query has no result, as JSON. Raises what `decode` raises, QuerySyntaxError, EvaluationFailed."""
    _write(writer, explain_emptiness(store, _decode(store, request)))


#: Rows for the table of operations.
ASSISTANCE: dict[str, Callable[..., None]] = {
    "schema": answer_schema,
    "check": answer_check,
    "why": answer_why,
    "why_empty": answer_why_empty,
}


def _decode(store: Store, request: dict[str, Any]) -> Operation:
    operation = decode("POST", limits=store.limits, **request)
    if operation is None:
        raise MalformedRequest("There is no query.")
    return operation


def _query_text(request: dict[str, Any]) -> str:
    """Return the text of a query that was read but refused."""
    if _is_form(request):
        return single(_parameters(request), "query") or ""
    return str(request["body"].decode("utf-8"))


def _parameters(request: dict[str, Any]) -> list[tuple[str, str]]:
    return parameters(request["query_string"]) + (parameters(request["body"]) if _is_form(request) else [])


def _is_form(request: dict[str, Any]) -> bool:
    return bool(request["content_type"].partition(";")[0].strip().lower() == FORM)


def _write(writer: Writer, content: Any) -> None:
    writer.begin()
    writer.write(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())
