"""Servers to be measured, started one at a time, and requests sent to them one after another."""

from __future__ import annotations

import http.client
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from processes import Service

if TYPE_CHECKING:
    from contextlib import ExitStack

__all__ = ["Served", "ask_for", "serve_kg", "serve_peer"]

_PORTS = {"kg": 7201, "oxigraph": 7202, "rdflib-endpoint": 7203}
_MOST = 200
_PATIENCE_S = 300


class Served:
    """The service under measure."""

    def __init__(self, process: subprocess.Popen[str], started_s: float) -> None:
        self.started_s = started_s
        self.address = f"http://127.0.0.1:{_PORTS['kg']}/sparql"
        self._service = Service(process, _PORTS["kg"])

    def mib(self) -> float:
        """Return the MiB that all its processes hold, shared pages counted once."""
        return self._service.memory() / 1024 / 1024


def serve_kg(running: ExitStack, folder: Path) -> Served:
    """Serve a folder from its snapshot, without a cache of answers; the time is until the first answer."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "kg_service", "serve", "--port", str(_PORTS["kg"]), "--cache", "0", "--workers", "2",
         "--timeout", str(_PATIENCE_S), "--snapshot", "0.0001", "--quiet", "--dataset", str(folder)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    running.callback(process.wait)
    running.callback(process.terminate)
    _wait_for(_PORTS["kg"], "health")
    return Served(process, time.monotonic() - began)


def serve_peer(running: ExitStack, name: str, lines: Path, scratch: Path) -> str | None:
    """Serve N-Triples by a peer and return its endpoint; None where its program is not there."""
    program = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if program is None:
        return None
    port = str(_PORTS[name])
    nowhere = subprocess.DEVNULL
    if name == "oxigraph":
        subprocess.run(
            [program, "load", "--location", str(scratch), "--file", str(lines)],
            check=True,
            stdout=nowhere,
            stderr=nowhere,
        )
        command = [program, "serve-read-only", "--location", str(scratch), "--bind", f"127.0.0.1:{port}"]
    else:
        command = [program, "serve", "--port", port, str(lines)]
    process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere)
    running.callback(process.wait)
    running.callback(process.kill)
    _wait_for(int(port))
    return f"http://127.0.0.1:{port}/{'query' if name == 'oxigraph' else ''}"


def ask_for(address: str, query: str, mark: str, seconds: float) -> list[float]:
    """Ask a query for so long, `mark` in it being another text each time; return how long each answer took.

    At least one answer is waited for; none where the server has no right one.
    """
    parts = urllib.parse.urlsplit(address)
    accept = "text/turtle" if query.startswith("CONSTRUCT") else "application/sparql-results+json"
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_PATIENCE_S)
    times: list[float] = []
    until = time.monotonic() + seconds
    while not times or (time.monotonic() < until and len(times) < _MOST):
        text = query.replace(mark, f"{time.monotonic_ns()}")
        began = time.monotonic()
        try:
            connection.request("GET", f"{parts.path}?query={urllib.parse.quote(text)}", headers={"Accept": accept})
            response = connection.getresponse()
            response.read()
        except OSError:
            return []
        if response.status != http.client.OK:
            return []
        times.append(time.monotonic() - began)
    connection.close()
    return times


def _wait_for(port: int, path: str = "") -> None:
    """Wait until somebody answers a request there, whatever the answer."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}").close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.02)
        else:
            return
