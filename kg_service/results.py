"""Write solutions row by row, for what the engine's own serialisers do not offer: capped results, XLSX and Parquet.

Everything else leaves through those serialisers, which are many times faster.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pyoxigraph as ox

from kg_service.errors import MemoryExceeded
from kg_service.namespaces import XSD
from kg_service.parquet import write_parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kg_service.terms import Sink, Term

__all__ = ["ROW_WRITERS"]

_NUMBERS = frozenset(XSD + name for name in ("integer", "decimal", "double", "float", "int", "long", "short", "byte"))
_SHEET_ROWS, _CELL = 1_048_576, 32_767
#: What archives write where there is no time; the time of writing would make equal results differ.
_NO_TIME = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)


def _write_json(names: list[str], rows: Iterable[Sequence[Term | None]], sink: Sink) -> None:
    """SPARQL 1.1 Query Results JSON Format §3."""
    bindings = [
        {name: _json_term(term) for name, term in zip(names, row, strict=True) if term is not None} for row in rows
    ]
    document = {"head": {"vars": names}, "results": {"bindings": bindings}}
    sink.write(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())


def _json_term(term: Term) -> dict[str, Any]:
    match term:
        case ox.NamedNode():
            return {"type": "uri", "value": term.value}
        case ox.BlankNode():
            return {"type": "bnode", "value": term.value}
        case ox.Literal() if term.language:
            return {"type": "literal", "value": term.value, "xml:lang": term.language}
        case ox.Literal() if term.datatype.value != XSD + "string":
            return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
        case ox.Literal():
            return {"type": "literal", "value": term.value}
        case _:
            triple = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
            return {"type": "triple", "value": {name: _json_term(part) for name, part in triple.items()}}


def _write_xml(names: list[str], rows: Iterable[Sequence[Term | None]], sink: Sink) -> None:
    """SPARQL Query Results XML Format §2."""
    root = ET.Element("sparql", {"xmlns": "http://www.w3.org/2005/sparql-results#"})
    head = ET.SubElement(root, "head")
    for name in names:
        ET.SubElement(head, "variable", {"name": name})
    results = ET.SubElement(root, "results")
    for row in rows:
        result = ET.SubElement(results, "result")
        for name, term in zip(names, row, strict=True):
            if term is not None:
                _xml_term(ET.SubElement(result, "binding", {"name": name}), term)
    sink.write(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _xml_term(parent: ET.Element, term: Term) -> None:
    match term:
        case ox.NamedNode():
            ET.SubElement(parent, "uri").text = term.value
        case ox.BlankNode():
            ET.SubElement(parent, "bnode").text = term.value
        case ox.Literal() if term.language:
            ET.SubElement(parent, "literal", {"xml:lang": term.language}).text = term.value
        case ox.Literal() if term.datatype.value != XSD + "string":
            ET.SubElement(parent, "literal", {"datatype": term.datatype.value}).text = term.value
        case ox.Literal():
            ET.SubElement(parent, "literal").text = term.value
        case _:
            triple = ET.SubElement(parent, "triple")
            for name in ("subject", "predicate", "object"):
                _xml_term(ET.SubElement(triple, name), getattr(term, name))


def _write_csv(names: list[str], rows: Iterable[Sequence[Term | None]], sink: Sink) -> None:
    """SPARQL 1.1 Query Results CSV and TSV Formats §3."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_plain(term) for term in row] for row in rows)
    sink.write(text.getvalue().encode())


def _write_tsv(names: list[str], rows: Iterable[Sequence[Term | None]], sink: Sink) -> None:
    """SPARQL 1.1 Query Results CSV and TSV Formats §4."""
    lines = ["\t".join(f"?{name}" for name in names)]
    lines += ["\t".join("" if term is None else str(term).replace("\t", "\\t") for term in row) for row in rows]
    sink.write(("\n".join(lines) + "\n").encode())


def _write_xlsx(names: list[str], rows: Iterable[Sequence[Term | None]], sink: Sink) -> None:
    """Write a workbook with one sheet: numbers and booleans typed, all else as text, never as formulas."""
    import xlsxwriter  # noqa: PLC0415 - only where a workbook is asked for

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"created": _NO_TIME})
        sheet = book.add_worksheet("results")
        sheet.write_row(0, 0, names, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        widths = [len(name) for name in names]
        for number, row in enumerate(rows, 1):
            if number >= _SHEET_ROWS:
                raise MemoryExceeded(f"The result has more rows than the {_SHEET_ROWS - 1} that a sheet holds.")
            for column, term in enumerate(row):
                if term is not None:
                    widths[column] = max(widths[column], len(_plain(term)))
                    _write_cell(sheet, number, column, term)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(60, width + 2))
    sink.write(file.getvalue())


def _write_cell(sheet: Any, row: int, column: int, term: Term) -> None:
    text = _plain(term)
    kind = term.datatype.value if isinstance(term, ox.Literal) else ""
    if kind in _NUMBERS and len(text) <= 15:  # noqa: PLR2004 - a sheet's numbers have 15 digits
        sheet.write_number(row, column, float(text)) if _is_number(text) else sheet.write_string(row, column, text)
    elif kind == XSD + "boolean":
        sheet.write_boolean(row, column, text in ("true", "1"))
    else:
        sheet.write_string(row, column, text[:_CELL])


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False


def _plain(term: Term | None) -> str:
    match term:
        case None:
            return ""
        case ox.BlankNode() | ox.Triple():
            return str(term)
        case _:
            return term.value


#: Short name of a format → its row writer.
ROW_WRITERS: dict[str, Callable[[list[str], Iterable[Sequence[Term | None]], Sink], None]] = {
    "json": _write_json,
    "xml": _write_xml,
    "csv": _write_csv,
    "tsv": _write_tsv,
    "xlsx": _write_xlsx,
    "parquet": write_parquet,
}
