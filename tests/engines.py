"""Engines of others as processes: Oxigraph's server and OpenLink Virtuoso, each with a folder and port of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["ENGINES", "Engine", "engine", "free_port"]

_VIRTUOSO = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = {inner}
NumberOfBuffers = 10000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
[SPARQL]
ResultSetMaxRows = 10000
"""


class Engine:
    """One engine: how it is started, and its address as a remote store."""

    def __init__(self, name: str, program: str) -> None:
        self.name = name
        self.program = program
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        if self.name == "virtuoso":
            return f"sparql+http://dba:dba@127.0.0.1:{self.port}/sparql"
        return f"sparql+http://127.0.0.1:{self.port}/query"

    def start(self, folder: Path) -> None:
        """Start the engine over its folder and wait until it answers."""
        folder.mkdir(exist_ok=True)
        if self.name == "virtuoso":
            configuration = folder / "virtuoso.ini"
            configuration.write_text(_VIRTUOSO.format(folder=folder, port=self.port, inner=free_port()))
            (folder / "virtuoso.lck").unlink(missing_ok=True)
            command = [self.program, "+configfile", str(configuration), "+foreground"]
        else:
            command = [self.program, "serve", "--location", str(folder / "db"), "--bind", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        pause = threading.Event()
        for _ in range(600):
            assert self.process.poll() is None, f"{self.name} ended at its start"
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
                return
            pause.wait(0.1)
        pytest.fail(f"{self.name} does not answer")

    def kill(self) -> None:
        """End the engine as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=os.path.dirname(sys.executable))  # noqa: PTH120 - not resolved


#: Name → its program.
ENGINES = {"oxigraph": "oxigraph", "virtuoso": "virtuoso-t"}


@contextlib.contextmanager
def engine(name: str, folder: Path) -> Iterator[Engine]:
    """Run an engine; the test is skipped where its program is missing, but not in CI."""
    program = _program(ENGINES[name])
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(f"{ENGINES[name]} is missing")
        pytest.skip(f"{ENGINES[name]} is not installed")
    running = Engine(name, program)
    try:
        running.start(folder)
        yield running
    finally:
        running.kill()
