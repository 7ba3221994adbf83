"""From the bytes of a request to an operation of the SPARQL 1.1 Protocol; pure, knows no HTTP server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from kg_service.analysis import Analysis, QueryForm
from kg_service.errors import BodyTooLarge, MalformedRequest, Refused, UnsupportedMediaType
from kg_service.glance import analyse_or_glance
from kg_service.iris import absolute
from kg_service.parameters import parameters, single

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg_service.config import Limits

__all__ = [
    "FORM",
    "QUERY",
    "Operation",
    "Question",
    "decode",
    "read_operation",
]

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"


class Question(NamedTuple):
    """A query, and what it is asked of.

    base                           against which its relative IRIs are resolved
    default_graphs, named_graphs   its RDF dataset; None where neither is named: then it is the store's own
    """

    query: str
    base: str | None = None
    default_graphs: Sequence[str] | None = None
    named_graphs: Sequence[str] | None = None


class Operation(NamedTuple):
    """A query operation (SPARQL 1.1 Protocol §2.1).

    default_graphs, named_graphs   the RDF dataset to query, from the request or else from the query;
                                   None where neither names one: then it is the service's own dataset
    timeout_s                      seconds the client is ready to wait, or None
    limit_rows                     solutions wanted at most; the answer tells whether there are more
    bom                            whether CSV begins with a byte order mark, as Excel wants it
    """

    query: str
    analysis: Analysis
    base: str = ""
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    format_name: str | None = None
    timeout_s: float | None = None
    limit_rows: int | None = None
    bom: bool = False

    @property
    def question(self) -> Question:
        """What a store is asked."""
        return Question(self.query, self.base, self.default_graphs, self.named_graphs)

    def work(self, format_name: str, *, limit_rows: int | None = None) -> dict[str, Any]:
        """Return what evaluates it: query, dataset, and how the result is wanted.

        limit_rows   in place of the operation's own
        """
        return {
            "question": tuple(self.question),
            "wanted": {
                "formats": {self.analysis.form.kind.value: format_name},
                "prefixes": dict(self.analysis.prefixes),
                "limit_rows": self.limit_rows if limit_rows is None else limit_rows,
                "bom": self.bom,
            },
        }

    def as_json(self) -> dict[str, Any]:
        """Return JSON values from which `of_json` makes the operation again."""
        return {**self._asdict(), "analysis": self.analysis._asdict()}

    @classmethod
    def of_json(cls, document: dict[str, Any]) -> Operation:
        """Make an operation of what `as_json` returned, in another process."""
        found = document.pop("analysis")
        analysis = Analysis(
            **{key: _hashable(value) for key, value in found.items()} | {"form": QueryForm(found["form"])}
        )
        return cls(analysis=analysis, **{key: _hashable(value) for key, value in document.items()})


def decode(
    method: str, query_string: bytes, content_type: str, body: bytes, *, base: str, limits: Limits
) -> Operation | None:
    """Read a query operation from a request, or None for a GET without `query`.

    query_string, body   raw bytes as received
    base                 absolute IRI of the service, for relative IRIs in query and parameters
    Raises MalformedRequest, QuerySyntaxError, QueryTooComplex (400), Refused (403), BodyTooLarge (413),
    UnsupportedMediaType (415).
    SPARQL 1.1 Protocol §2.1.1–2.1.4, §2.2
    """
    pairs = parameters(query_string)
    if method in ("GET", "HEAD"):
        if len(pairs) == 1 and pairs[0][0] == "query":
            return read_operation(pairs[0][1], pairs, base=base, limits=limits)
        if single(pairs, "update") is not None:
            raise _no_updates()
        query = single(pairs, "query")
        return None if query is None else read_operation(query, pairs, base=base, limits=limits)
    return _decode_body(pairs, content_type, body, base=base, limits=limits)


def _decode_body(
    pairs: list[tuple[str, str]], content_type: str, body: bytes, *, base: str, limits: Limits
) -> Operation:
    media_type, _, rest = content_type.partition(";")
    media_type = media_type.strip().lower()
    if media_type == FORM:
        _require_utf8(rest)
        pairs = pairs + parameters(body, source="form")
        if single(pairs, "update") is not None:
            raise _no_updates()
        query = single(pairs, "query")
        if query is None:
            raise MalformedRequest("The form has no parameter 'query'.")
        return read_operation(query, pairs, base=base, limits=limits)
    if media_type == QUERY:
        _require_utf8(rest)
        if single(pairs, "query") is not None:
            raise MalformedRequest("The query came both in the body and as a parameter; send it once.")
        try:
            query = body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise MalformedRequest("The query in the body is not UTF-8.") from error
        return read_operation(query, pairs, base=base, limits=limits)
    if media_type == UPDATE:
        raise _no_updates()
    raise UnsupportedMediaType(
        f"The body is {media_type or 'without a Content-Type'}; this resource reads {QUERY} and {FORM}.",
        headers={"Accept-Query": QUERY, "Accept-Post": f"{QUERY}, {FORM}"},
    )


def read_operation(query: str, pairs: Sequence[tuple[str, str]], *, base: str, limits: Limits) -> Operation:
    """Put query text and parameters together; the request's dataset replaces the query's (§2.1.4)."""
    try:
        size = len(query) if query.isascii() else len(query.encode())
    except UnicodeEncodeError:
        size = -1
    if size > limits.query_bytes:
        raise BodyTooLarge(f"The query is {size} bytes long; this service reads up to {limits.query_bytes}.")
    if size < 0 or "\0" in query:
        raise MalformedRequest("The query contains a character that is no Unicode text.")
    found = analyse_or_glance(query, base=base, limits=limits)
    if not (found.default_graphs or found.named_graphs or [name for name, _ in pairs if name != "query"]):
        return Operation(query, found, base)
    graphs = _graphs(pairs, "default-graph-uri", base), _graphs(pairs, "named-graph-uri", base)
    if not any(graphs):
        graphs = found.default_graphs, found.named_graphs
    default_graphs, named_graphs = graphs if any(graphs) else (None, None)
    return Operation(
        query, found, base, default_graphs, named_graphs,
        format_name=single(pairs, "format") or None,
        timeout_s=_timeout(single(pairs, "timeout")),
        limit_rows=_limit_rows(single(pairs, "limit-rows")),
        bom=_flag(pairs, "bom"),
    )  # fmt: skip


def _hashable(value: Any) -> Any:
    """Return JSON arrays as tuples."""
    return tuple(map(_hashable, value)) if isinstance(value, list) else value


def _graphs(pairs: Sequence[tuple[str, str]], name: str, base: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(absolute(value, name=name, base=base) for key, value in pairs if key == name))


def _timeout(value: str | None) -> float | None:
    if not value:
        return None
    if not re.fullmatch(r"\d{1,7}(\.\d{1,6})?", value) or float(value) <= 0:
        raise MalformedRequest(f"timeout={value[:40]} is no positive number of seconds, such as 2 or 0.5.")
    return float(value)


def _limit_rows(value: str | None) -> int | None:
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", value):
        raise MalformedRequest(f"limit-rows={value[:40]} is no whole number, such as 100.")
    return int(value)


def _flag(pairs: Sequence[tuple[str, str]], name: str) -> bool:
    value = single(pairs, name)
    if value not in (None, "", "0", "1", "false", "true"):
        raise MalformedRequest(f"{name}={value[:40]} is neither 1 nor 0.")
    return value in ("1", "true")


def _require_utf8(parameters_text: str) -> None:
    charset = re.search(r"charset\s*=\s*\"?([^\s;\"]+)", parameters_text, re.IGNORECASE)
    if charset is not None and charset[1].lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType(f"The body is in {charset[1][:40]}; SPARQL is sent as UTF-8.")


def _no_updates() -> Refused:
    return Refused("This endpoint answers queries; the data is changed in its git folder, not by updates.")
