"""Write solutions as Parquet: one typed column a variable; needs pyarrow, which the extra `parquet` brings."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.namespaces import XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kg_service.terms import Sink, Term

__all__ = ["write_parquet"]

_INTEGERS = frozenset(
    XSD + name
    for name in (
        "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
        "negativeInteger", "unsignedInt", "unsignedShort", "unsignedByte",
    )
)  # fmt: skip
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_FLOATS = frozenset({XSD + "double", XSD + "float"})
_LEAST, _MOST = -(2**63), 2**63 - 1


def write_parquet(names: list[str], rows: Iterable[Sequence[Term | None]], sink: Sink) -> None:
    """Write a file whose columns are numbers, booleans, dates or times where all their terms are, else texts.

    A text column holds IRIs and lexical forms; its field's metadata tell the languages and datatypes that occur.
    """
    import pyarrow as pa  # noqa: PLC0415 - only where a file is asked for
    from pyarrow import parquet  # noqa: PLC0415

    columns: list[list[Term | None]] = [[] for _ in names]
    for row in rows:
        for column, term in zip(columns, row, strict=True):
            column.append(term)
    arrays, fields = [], []
    for name, column in zip(names, columns, strict=True):
        array, told = _column(pa, column)
        arrays.append(array)
        fields.append(pa.field(name, array.type, metadata=told))
    file = pa.BufferOutputStream()
    parquet.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields)), file)
    sink.write(file.getvalue().to_pybytes())


def _column(pa: Any, terms: list[Term | None]) -> tuple[Any, dict[str, str]]:
    """Return a column as an array of the narrowest type that loses nothing, and what its terms are."""
    kinds = sorted({_kind(term) for term in terms if term is not None})
    for datatypes, read, type_ in _types(pa):
        if kinds and datatypes.issuperset(kinds) and (read is not float or _FLOATS.intersection(kinds)):
            try:
                values = [None if term is None else read(_text(term)) for term in terms]
                return pa.array(values, type=type_), {"datatypes": " ".join(kinds)}
            except (ValueError, OverflowError, InvalidOperation, pa.ArrowInvalid):
                continue
    languages = sorted({term.language for term in terms if isinstance(term, ox.Literal) and term.language})
    texts = [None if term is None else _text(term) for term in terms]
    return pa.array(texts, type=pa.string()), {"datatypes": " ".join(kinds), "languages": " ".join(languages)}


def _types(pa: Any) -> tuple[tuple[frozenset[str], Callable[[str], Any], Any], ...]:
    """Return the rows of types: datatypes, how a lexical form is read, the column's type (None: by its values)."""
    numbers = _INTEGERS | {XSD + "decimal"}
    return (
        (_INTEGERS, _integer, pa.int64()),
        (numbers, Decimal, None),
        (numbers | _FLOATS, float, pa.float64()),
        (frozenset({XSD + "boolean"}), _boolean, pa.bool_()),
        (frozenset({XSD + "date"}), dt.date.fromisoformat, pa.date32()),
        (frozenset({XSD + "dateTime"}), _time, pa.timestamp("us", tz="UTC")),
    )


def _integer(text: str) -> int:
    number = int(text)
    if not _LEAST <= number <= _MOST:
        raise OverflowError
    return number


def _boolean(text: str) -> bool:
    if text not in _BOOLEANS:
        raise ValueError(text)
    return _BOOLEANS[text]


def _time(text: str) -> dt.datetime:
    """Read a time with a zone; one without is no point in time, so it stays a text."""
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def _kind(term: Term) -> str:
    if isinstance(term, ox.Literal):
        return term.datatype.value
    return "iri" if isinstance(term, ox.NamedNode) else "bnode" if isinstance(term, ox.BlankNode) else "triple"


def _text(term: Term) -> str:
    return str(term) if isinstance(term, ox.BlankNode | ox.Triple) else term.value
