"""The service as a process of its own: started on a free port, and what all its processes hold."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MANY", "Service", "agree", "fronts", "get", "measure", "running", "start", "until"]

#: So many new connections reach every one of a few processes, but for one time in millions.
MANY = 40


@dataclass(frozen=True)
class Service:
    """A running service."""

    process: subprocess.Popen[str]
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def tree(self) -> list[int]:
        """Return the numbers of the service's process and all below it."""
        found = [self.process.pid]
        for parent in found:
            with contextlib.suppress(OSError):
                found += map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())
        return found

    def memory(self) -> int:
        """Return the bytes that all its processes hold, shared ones counted once (PSS)."""
        total = 0
        for number in self.tree():
            with contextlib.suppress(OSError):
                lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
        return total

    def states(self) -> list[str]:
        """Return the state letters of all its processes: Z is a zombie."""
        found = []
        for number in self.tree():
            with contextlib.suppress(OSError):
                found.append(Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0])
        return found

    def descriptors(self) -> int:
        """Return how many files its first process has open."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))


@contextlib.contextmanager
def running(folder: Path, *options: str, **environment: str) -> Iterator[Service]:
    """Serve a data set on a free port; kill the service at the end. What it says goes to `errors`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kg_service", "serve", "--port", "0", *options, "--dataset", str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ | environment,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        port = re.search(r"at http://\S+:(\d+)/ ", process.stdout.readline())
        assert port is not None
        yield Service(process, int(port[1]))
    finally:
        process.kill()
        process.communicate()


def start(folder: Path, *options: str, **environment: str) -> tuple[subprocess.Popen[str], str]:
    """Start the service on a free port; return the process and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kg_service", "serve", "--port", "0", *options, "--dataset", str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | environment,
    )  # fmt: skip
    assert process.stdout is not None
    address = re.search(r"at (http://\S+)/ ", process.stdout.readline())
    assert address is not None
    return process, address[1]


def get(address: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(address) as response:  # noqa: S310 - the service under test
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def agree(address: str, wanted: tuple[int, bytes], *, through_failures: bool = False) -> bool:
    """Ask until so many connections in a row got the wanted answer; tell whether that came about in a minute.

    through_failures   whether an answer other than 200, or none, may come on the way
    """
    agreed, deadline = 0, time.monotonic() + 60
    while agreed < MANY and time.monotonic() < deadline:
        try:
            answer = get(address)
        except OSError:
            if not through_failures:
                raise
            continue
        assert through_failures or answer[0] == 200
        agreed = agreed + 1 if answer == wanted else 0
    return agreed == MANY


def measure(service: Service, name: str) -> float:
    """Return a number out of the metrics, 0 where it is not among them."""
    for line in get(f"{service.address}/metrics")[1].decode().splitlines():
        if line.startswith(f"{name} "):
            return float(line.rpartition(" ")[2])
    return 0


def until(service: Service, name: str, number: float) -> None:
    """Wait until the metrics tell this number."""
    while measure(service, name) != number:
        assert service.process.poll() is None


def fronts(service: Service) -> list[int]:
    """Return the processes that the service's first one has made."""
    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children")
    return [int(each) for each in children.read_text().split()]
