"""`kg lsp`: a language server over standard input and output (Language Server Protocol 3.17), for any editor."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from kg_service import __version__
from kg_service.children import child_command, child_environment
from kg_service.iris import prefixed_name
from kg_service.language_server.terms import Term, Terms, name_at
from kg_service.layout import is_layout, rdf_format
from kg_service.terms import RDF_FORMATS
from kg_service.turtle_scanner import declared_prefixes
from kg_service.validation.places import Text
from kg_service.validation.results import Place, Report, Result, Severity
from kg_service.validation.syntax import explain_syntax

__all__ = ["create_server"]

_SEVERITIES = {
    Severity.VIOLATION: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_BEFORE = re.compile(r"([\w.-]*):[\w.%\\-]*$")
_KINDS = {
    "class": types.CompletionItemKind.Class,
    "property": types.CompletionItemKind.Property,
    "thing": types.CompletionItemKind.Value,
}


@dataclass(slots=True)
class _State:
    """What the server knows of the folder it was opened in."""

    folder: Path | None = None
    terms: Terms | None = None
    published: dict[str, list[types.Diagnostic]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)  # documents that do not parse as they are being edited
    checking: asyncio.Lock = field(default_factory=asyncio.Lock)


def create_server() -> LanguageServer:
    """Return the server, ready for `start_io`.

    On opening and saving the whole data set is validated in a process of its own;
    while typing only the syntax of the document is checked.
    """
    server = LanguageServer("kg", __version__)
    state = _State()

    @server.feature(types.INITIALIZED)
    async def start(_: types.InitializedParams) -> None:
        state.folder = _folder(server)
        await _check(server, state)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def save(_: types.DidSaveTextDocumentParams) -> None:
        await _check(server, state)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def open_(params: types.DidOpenTextDocumentParams) -> None:
        _check_syntax(server, state, params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def change(params: types.DidChangeTextDocumentParams) -> None:
        _check_syntax(server, state, params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        found = _name(server, state, params)
        if found is None or state.terms is None:
            return None
        iri, span = found
        return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, _words(state.terms, iri)), span)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(params: types.DefinitionParams) -> types.Location | None:
        found = _name(server, state, params)
        place = state.terms.place(found[0]) if found is not None and state.terms is not None else None
        return None if place is None else _location(server, place)

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[":"]))
    def complete(params: types.CompletionParams) -> list[types.CompletionItem]:
        return _completions(server, state, params)

    return server


def _folder(server: LanguageServer) -> Path | None:
    """Return the first folder of the workspace that is a data set."""
    paths = [to_fs_path(uri) for uri in server.workspace.folders] or [server.workspace.root_path]
    folders = [Path(path) for path in paths if path]
    return next(filter(is_layout, folders), None)


async def _check(server: LanguageServer, state: _State) -> None:
    """Validate the data set and publish what was found, file by file."""
    if state.folder is None:
        return
    async with state.checking:
        state.terms = Terms(state.folder)
        process = await asyncio.create_subprocess_exec(
            *child_command("kg_service", "validate", "--format", "json", "--dataset", str(state.folder)),
            env=child_environment(with_settings=False), stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        output, errors = await process.communicate()
    try:
        report = Report.from_json(json.loads(output))
    except (ValueError, KeyError):
        message = types.LogMessageParams(types.MessageType.Error, errors.decode("utf-8", "replace"))
        server.window_log_message(message)
        return
    found = _by_file(server, report)
    for uri in state.published.keys() - found.keys():
        _publish(server, uri, [])
    for uri, diagnostics in found.items():
        _publish(server, uri, diagnostics)
    state.published = found


def _by_file(server: LanguageServer, report: Report) -> dict[str, list[types.Diagnostic]]:
    found: dict[str, list[types.Diagnostic]] = {}
    for result in report.results:
        if result.place is not None:
            uri = _location(server, result.place).uri
            found.setdefault(uri, []).append(_diagnostic(server, result))
    return found


def _check_syntax(server: LanguageServer, state: _State, uri: str) -> None:
    """Publish the syntax error of a document as it is edited; one that parses again has its last results back."""
    document = server.workspace.get_text_document(uri)
    syntax = rdf_format(Path(document.path))
    if syntax is None:
        return
    try:
        for _ in ox.parse(document.source, format=RDF_FORMATS[syntax]):
            pass
    except SyntaxError as error:
        prefixes = state.terms.prefixes if state.terms is not None else {}
        result = explain_syntax(error, Text(document.path, document.source), prefixes)
        _publish(server, uri, [_diagnostic(server, result)])
        state.broken.add(uri)
    else:
        if uri in state.broken:
            _publish(server, uri, state.published.get(uri, []))
        state.broken.discard(uri)


def _publish(server: LanguageServer, uri: str, diagnostics: list[types.Diagnostic]) -> None:
    server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics))


def _diagnostic(server: LanguageServer, result: Result) -> types.Diagnostic:
    assert result.place is not None  # noqa: S101 - the caller leaves out what has no place
    words = [result.message(), result.detail, result.remedy]
    if result.suggestions:
        words.append("Did you mean " + " or ".join(result.suggestions) + "?")
    return types.Diagnostic(
        range=_range(server, result.place),
        message="\n".join(dict.fromkeys(each for each in words if each)),
        severity=_SEVERITIES[result.severity],
        code=result.rule,
        source="kg",
        related_information=[
            types.DiagnosticRelatedInformation(_location(server, place), place.note) for place in result.related
        ],
    )


def _range(server: LanguageServer, place: Place) -> types.Range:
    """Return the place in the units of the client: most count UTF-16 code units."""
    units = server.workspace.position_codec.client_num_units
    line, column = (place.line or 1) - 1, (place.column or 1) - 1
    start = units(place.text[:column])
    end = units(place.text[: (place.end_column or column + 2) - 1])
    return types.Range(types.Position(line, start), types.Position(line, end))


def _location(server: LanguageServer, place: Place) -> types.Location:
    return types.Location(from_fs_path(str(Path(place.file).absolute())) or "", _range(server, place))


def _name(
    server: LanguageServer, state: _State, params: types.HoverParams | types.DefinitionParams
) -> tuple[str, types.Range] | None:
    """Return the IRI under the cursor and where its name stands."""
    document = server.workspace.get_text_document(params.text_document.uri)
    lines = list(document.lines)
    if state.terms is None or params.position.line >= len(lines):
        return None
    codec = server.workspace.position_codec
    position = codec.position_from_client_units(lines, params.position)
    prefixes = state.terms.prefixes | declared_prefixes(document.source)
    found = name_at(lines[position.line], position.character, prefixes)
    if found is None:
        return None
    iri, start, end = found
    line = lines[position.line]
    span = (codec.client_num_units(line[:start]), codec.client_num_units(line[:end]))
    return iri, types.Range(types.Position(position.line, span[0]), types.Position(position.line, span[1]))


def _words(terms: Terms, iri: str) -> str:
    term = terms.known.get(iri)
    if term is None:
        return f"{prefixed_name(iri, terms.prefixes)}\nNothing in the data set describes it."
    labels = [f"{text} ({language})" if language else text for language, text in _english_first(term.labels)]
    types_ = ", ".join(prefixed_name(each, terms.prefixes) for each in term.types)
    definition = _definition(term)
    return "\n".join(filter(None, [" · ".join(labels) or iri, types_, definition, iri]))


def _english_first(texts: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(texts.items(), key=lambda each: (each[0] != "en", each[0]))


def _definition(term: Term) -> str:
    said = term.definitions
    return said.get("en") or said.get("") or next(iter(said.values()), "")


def _completions(server: LanguageServer, state: _State, params: types.CompletionParams) -> list[types.CompletionItem]:
    """Offer the terms in the namespace of the prefix before the cursor."""
    document = server.workspace.get_text_document(params.text_document.uri)
    lines = list(document.lines)
    if state.terms is None or params.position.line >= len(lines):
        return []
    position = server.workspace.position_codec.position_from_client_units(lines, params.position)
    written = _BEFORE.search(lines[position.line][: position.character])
    if written is None:
        return []
    prefix = written[1]
    namespace = (state.terms.prefixes | declared_prefixes(document.source)).get(prefix)
    if namespace is None:
        return []
    return [
        types.CompletionItem(
            label=f"{prefix}:{local}",
            insert_text=local,
            filter_text=local,
            kind=_KINDS[term.kind],
            detail=term.labels.get("en") or next(iter(term.labels.values()), ""),
            documentation=_definition(term),
        )
        for local, term in sorted(state.terms.in_namespace(namespace), key=lambda each: each[0])
    ]
