"""Compare the memory of eight workers with that of one: `memory.py [--quads N] [--workers N]`.

A generated data set is served from its snapshot, by one worker and by many. What all processes hold together (PSS) is
measured at the start, after point and join queries, while every worker reads through everything, and when they have
rested. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent))

from generate import write_folder
from http_peers import kinds, measure
from processes import Service, running

from kg_service.validation.cache import store as cache_report
from kg_service.validation.results import Report

if TYPE_CHECKING:
    from collections.abc import Iterator

SCANS = 2
MIB = 1024 * 1024


def main() -> None:
    """Measure both and print MiB and ratios."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quads", type=int, default=1_000_000)
    options.add_argument("--workers", type=int, default=8)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_CACHE_HOME"] = scratch
        folder = Path(scratch) / "data set"
        write_folder(chosen.quads, folder, files=4, format_name="trig")
        cache_report(Report(files=1, triples=1), [folder])  # else it is validated while it is measured
        one, many = (of_workers(number, folder, Path(scratch)) for number in (1, chosen.workers))
    print(f"{'MiB':<36}{'1 worker':>12}{f'{chosen.workers} workers':>12}{'ratio':>8}")
    for name, held in one.items():
        print(f"{name:<36}{held:>12.0f}{many[name]:>12.0f}{many[name] / held:>8.2f}")


def of_workers(number: int, folder: Path, scratch: Path) -> dict[str, float]:
    """Return what the service holds at each moment, in MiB."""
    with running(folder, "--workers", str(number), "--cache", "0", KG_SNAPSHOT="0.0001", KG_TIMEOUT="300") as service:
        time.sleep(1)
        found = {"at start": service.memory() / MIB}
        for kind in ("point", "join"):
            query = kinds(generated=True)[kind]
            measure(scratch, f"{service.address}/sparql", query, "fresh", 2 * number, 3)
        found["after point and join queries"] = service.memory() / MIB
        with peak(service) as held:
            scans = [threading.Thread(target=scan, args=(service, mark)) for mark in range(SCANS * number)]
            for each in scans:
                each.start()
            for each in scans:
                each.join()
        found["while everything is read, at most"] = max(held) / MIB
        time.sleep(3)
        found["when all have rested"] = service.memory() / MIB
    return found


@contextmanager
def peak(service: Service) -> Iterator[list[float]]:
    """Note again and again what the service holds."""
    held, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.2):
            held.append(service.memory())

    watching = threading.Thread(target=watch)
    watching.start()
    yield held
    done.set()
    watching.join()


def scan(service: Service, mark: int) -> None:
    """Ask for something that reads everything."""
    query = urllib.parse.quote(f"SELECT (COUNT(DISTINCT ?o) AS ?n{mark}) {{ ?s ?p ?o }}")
    urllib.request.urlopen(f"{service.address}/sparql?query={query}").read()


if __name__ == "__main__":
    main()
