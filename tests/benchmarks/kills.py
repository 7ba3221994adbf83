"""Light queries beside ones that are killed: `kills.py [--kills N] [--dataset DIR]`.

Three measurements of the same light query, each text new: alone; while every ordinary worker is at a query that runs
to its deadline; while N queries are killed one after another. Then what the killing has left behind: memory,
descriptors, zombies. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parent.parent))

from processes import Service, running

ROOT = Path(__file__).parent.parent.parent
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
NUMBERS = itertools.count()


class Client:
    """One connection to the service."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, query: str, parameters: str = "") -> tuple[int, float]:
        """Return status and seconds."""
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        began = time.perf_counter()
        writer.write(f"GET /sparql?query={quote(query)}{parameters} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
        return int(head.split(b" ", 2)[1]), time.perf_counter() - began


async def light(port: int, seconds: float | None, until: asyncio.Task[None] | None = None) -> list[float]:
    """Ask light queries, one every 5 ms, for some seconds or until something is done; return how long each took."""
    client, taken, began = Client(port), [], time.perf_counter()
    while (until is None or not until.done()) and (seconds is None or time.perf_counter() - began < seconds):
        status, took = await client.ask(f"SELECT ?p ?o{next(NUMBERS)} {{ ?s ?p ?o{next(NUMBERS)} }} LIMIT 5")
        if status != 200:
            print("a light query was answered", status)
        taken.append(took)
        await asyncio.sleep(0.005)
    return taken


async def kill(port: int, each: int) -> None:
    """Have a number of queries killed."""
    client = Client(port)
    for _ in range(each):
        status, _ = await client.ask(f"{ENDLESS} # {next(NUMBERS)}", "&timeout=0.15")
        if status not in (503, 504):
            print("a query to be killed was answered", status)


async def occupy(port: int, count: int) -> None:
    """Keep workers at queries that run to their deadline."""
    asked = [Client(port).ask(f"{ENDLESS} # {next(NUMBERS)}") for _ in range(count)]
    for status, took in await asyncio.gather(*asked):
        print(f"  an occupying query was answered {status} after {took:.2f} s")


def told(name: str, taken: list[float], quiet: list[float] | None = None) -> None:
    """Print one line about a series."""
    percentile = statistics.quantiles(taken, n=100)
    line = f"{name:<44} {len(taken):>6} queries, p50 {percentile[49] * 1000:.2f} ms, p99 {percentile[98] * 1000:.2f} ms"
    if quiet is not None:
        line += f", p99 {percentile[98] / statistics.quantiles(quiet, n=100)[98]:.2f} x the quiet one"
    print(line, f"(worst {max(taken) * 1000:.1f} ms)")


async def measure(service: Service, kills: int, workers: int) -> None:
    """Take the three measurements."""
    client = Client(service.port)
    for _ in range(12_000):  # until all that is remembered of past answers is full
        await client.ask(f"ASK {{ ?s ?p {next(NUMBERS)} }}")
    quiet = await light(service.port, 10)
    told("alone", quiet)
    occupied = asyncio.create_task(occupy(service.port, workers))
    await asyncio.sleep(0.05)
    told("every ordinary worker busy to its deadline", await light(service.port, None, occupied), quiet)
    await kill(service.port, 50)
    await asyncio.sleep(1)
    memory, files = service.memory(), service.descriptors()
    killing = asyncio.create_task(_kill_all(service.port, kills))
    told(f"while {kills} queries are killed", await light(service.port, None, killing), quiet)
    await asyncio.sleep(1)
    states, after = service.states(), service.memory()
    print(f"memory of all processes (PSS): {after / memory:.3f} x that before; {states.count('Z')} zombies;", end=" ")
    print(f"descriptors {files} before, {service.descriptors()} after; processes {len(states)}")


async def _kill_all(port: int, kills: int) -> None:
    await asyncio.gather(*(kill(port, kills // 2) for _ in range(2)))


def main() -> None:
    """Start the service and measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=10_000)
    options.add_argument("--dataset", type=Path, default=ROOT)
    chosen = options.parse_args()
    workers = 3
    with running(chosen.dataset, "--workers", str(workers), "--timeout", "10", "--cache", "0") as service:
        asyncio.run(measure(service, chosen.kills, workers))


if __name__ == "__main__":
    main()
