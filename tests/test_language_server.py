"""The language server as an editor sees it: diagnostics, hover, definition and completion over its pipes."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import pytest
from worlds import BASE, lay_out

pytest.importorskip("pygls", reason="the extra `lsp` is not installed")

from lsprotocol import types
from pygls.lsp.client import LanguageClient

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

PREFIXES = f"@prefix fm: <{BASE}ns#> .\n"
WRONG = PREFIXES + f'<{BASE}id/memorandum/xa-xb-lumen> fm:partyCountr <{BASE}id/place/lumen> ; fm:note "😀" , 1 .\n'


class Editor:
    """A client that remembers what was published, by file name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.client = LanguageClient("test", "1")
        self.published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
        def take(params: types.PublishDiagnosticsParams) -> None:
            self.published.put_nowait(params)

    async def start(self) -> None:
        await self.client.start_io(sys.executable, "-m", "kg_service", "lsp")
        folder = types.WorkspaceFolder(self.folder.as_uri(), "world")
        await self.client.initialize_async(
            types.InitializeParams(
                types.ClientCapabilities(), root_uri=self.folder.as_uri(), workspace_folders=[folder]
            )
        )
        self.client.initialized(types.InitializedParams())

    async def diagnostics(self, name: str) -> list[types.Diagnostic]:
        """Wait for what is published about a file."""
        while True:
            params = await self.published.get()
            if params.uri.endswith(name):
                return list(params.diagnostics)

    def open(self, name: str, text: str) -> types.TextDocumentIdentifier:
        uri = (self.folder / name).as_uri()
        document = types.TextDocumentItem(uri, "turtle", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        return types.TextDocumentIdentifier(uri)


def in_editor(folder: Path, session: Callable[[Editor], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        editor = Editor(folder)
        await editor.start()
        try:
            async with asyncio.timeout(60):
                await session(editor)
        finally:
            await editor.client.shutdown_async(None)
            editor.client.exit(None)
            await editor.client.stop()  # type: ignore[no-untyped-call]

    asyncio.run(run())


def test_mistakes_stand_at_their_line_and_go_when_they_are_mended(tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    extra = folder / "data" / "extra.ttl"
    extra.write_text(WRONG, "utf-8")

    async def session(editor: Editor) -> None:
        found = await editor.diagnostics("extra.ttl")
        unknown = next(each for each in found if each.code == "S25")
        line = WRONG.split("\n")[1]
        assert unknown.range.start == types.Position(1, line.index("fm:partyCountr"))
        assert unknown.severity is types.DiagnosticSeverity.Error
        assert f"{BASE}ns#partyCountry" in unknown.message
        tagless = next(each for each in found if each.code == "S28" and each.range.start.character > line.index(","))
        assert tagless.range.start.character == line.index(", 1") + 2 + 1  # the emoji counts twice in UTF-16

        extra.write_text(PREFIXES, "utf-8")
        identifier = types.TextDocumentIdentifier(extra.as_uri())
        editor.client.text_document_did_save(types.DidSaveTextDocumentParams(identifier))
        assert await editor.diagnostics("extra.ttl") == []

    in_editor(folder, session)


def test_a_syntax_error_shows_while_typing(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("data/new.ttl", PREFIXES + "fm:a fm:b fm:c\n")
        (found,) = await editor.diagnostics("new.ttl")
        assert (found.code, found.range.start.line) == ("syntax", 1)
        assert "dot" in found.message

    in_editor(lay_out(tmp_path), session)


def test_a_term_tells_what_it_means_where_it_is_described_and_which_there_are(tmp_path: Path) -> None:
    text = PREFIXES + "fm:x fm:party fm:par .\n"

    async def session(editor: Editor) -> None:
        await editor.published.get()  # the data set has been read by then
        document = editor.open("data/new.ttl", text)
        position = types.Position(1, 7)
        hover = await editor.client.text_document_hover_async(types.HoverParams(document, position))
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert hover.contents.value.startswith("party")
        assert hover.contents.value.endswith(f"{BASE}ns#party")

        there = await editor.client.text_document_definition_async(types.DefinitionParams(document, position))
        assert isinstance(there, types.Location)
        assert there.uri.endswith("ontology/film-memoranda.ttl")

        end = types.Position(1, text.split("\n")[1].index(" ."))
        offered = await editor.client.text_document_completion_async(types.CompletionParams(document, end))
        assert isinstance(offered, list)
        assert {"fm:party", "fm:partyCountry"} <= {each.label for each in offered}

    in_editor(lay_out(tmp_path), session)
