"""Measure how everything grows with the data: `curves.py [--sizes N…] [--peers-to N] [--seconds S] [--output DIR]`.

For each number of quads a folder is generated, loaded by the plain engine, built into a snapshot and served from it;
then queries of each kind are asked one after another, of the service and of its peers over the same triples. All of it
goes into one JSON file, with a picture for each quantity, and a table with the exponents by which it grows.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from asking import ask_for, serve_kg, serve_peer
from drawing import draw
from generate import triples, write_folder
from http_peers import MARK, kinds

from kg_service.snapshots import INDEX
from kg_service.validation.cache import store as cache_report
from kg_service.validation.results import Report

#: Past these sizes a peer takes minutes to load or to answer at all.
FOLLOW = {"oxigraph": 100_000_000, "rdflib-endpoint": 100_000}
PLAIN = """
import sys, time, resource, pyoxigraph as ox
began = time.monotonic()
store = ox.Store(sys.argv[1])
for path in sys.argv[2:]:
    store.bulk_load(path=path, format=ox.RdfFormat.TRIG)
print(time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
BUILD = """
import json, resource, sys, time
from pathlib import Path
from kg_service.snapshots import open_snapshot
began, times = time.monotonic(), []
def tell(line):
    if line.startswith("loaded"):
        times.append(time.monotonic())
found = open_snapshot([Path(sys.argv[1])], tell)
whole = time.monotonic() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps({"folder": str(found.folder), "load": times[-1] - times[0], "whole": whole, "mib": used}))
"""


def main() -> None:
    """Measure each size, and write and print what came of it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000, 1_000_000])
    options.add_argument("--peers-to", type=int, default=10_000_000, help="largest size at which peers are asked")
    options.add_argument("--seconds", type=float, default=4, help="longest time for the requests of one kind")
    options.add_argument("--output", type=Path, default=Path(__file__).parent / "curves")
    options.add_argument("--scratch", type=Path, default=None, help="folder with room for all that is made")
    options.add_argument("--load-only", action="store_true", help="build no snapshot and ask nothing")
    chosen = options.parse_args()
    chosen.output.mkdir(exist_ok=True)
    file = chosen.output / "curves.json"
    figures: dict[str, dict[str, float]] = json.loads(file.read_text()) if file.exists() else {}
    for size in chosen.sizes:
        with tempfile.TemporaryDirectory(dir=chosen.scratch) as scratch:
            for name, value in measure(size, Path(scratch), chosen).items():
                figures.setdefault(name, {})[str(size)] = value
        file.write_text(json.dumps(figures, indent=1), "utf-8")
    for group in sorted({name.partition(":")[0] for name in figures}):
        lines = {name.partition(":")[2]: each for name, each in figures.items() if name.startswith(f"{group}:")}
        (chosen.output / f"{group.replace(' ', '-')}.svg").write_text(draw(group, lines), "utf-8")
    report(figures)


def measure(size: int, scratch: Path, chosen: argparse.Namespace) -> dict[str, float]:
    """Return all figures of one size, by `group:line`."""
    folder = scratch / "data set"
    write_folder(size, folder, files=max(1, min(64, size // 250_000)), format_name="trig")
    files = sorted(map(str, (folder / "data" / "sources").glob("*.trig")))
    seconds, mib = map(float, run(PLAIN, str(scratch / "plain"), *files).split())
    found = {"load, quads a second:plain engine": size / seconds, "memory of a build, MiB:plain engine": mib}
    shutil.rmtree(scratch / "plain")
    show(size, found)
    if chosen.load_only:
        return found
    os.environ["XDG_CACHE_HOME"] = str(scratch / "cache")
    built: dict[str, Any] = json.loads(run(BUILD, str(folder)))
    index = bytes_of(Path(built["folder"]) / INDEX)
    found |= {
        "load, quads a second:whole build": size / built["whole"],
        "whole build to plain load, ratio:ratio": built["whole"] / seconds,
        "memory of a build, MiB:service": built["mib"],
        "snapshot, bytes a quad:index": index / size,
        "snapshot, bytes a quad:beside it": (bytes_of(Path(built["folder"])) - index) / size,
    }
    if built["load"]:  # small data go in as one, and the progress tells no beginning
        found["load, quads a second:load of a build"] = size / built["load"]
    show(size, found)
    cache_report(Report(files=1, triples=1), [folder])  # else it is validated while it is measured
    lines = scratch / "data.nt"
    with lines.open("w", encoding="utf-8") as sink:
        sink.writelines(f"{line}\n" for line in triples(size))
    with ExitStack() as running:
        service = serve_kg(running, folder)
        found |= {"start from a snapshot, s:service": service.started_s, "memory served, MiB:at start": service.mib()}
        asked(found, "service", service.address, chosen.seconds)
        found["memory served, MiB:after queries"] = service.mib()
    for name, most in FOLLOW.items():
        if size <= min(most, chosen.peers_to):
            with ExitStack() as running:
                address = serve_peer(running, name, lines, scratch / name)
                if address is not None:
                    asked(found, name, address, chosen.seconds)
    show(size, found)
    return found


def asked(found: dict[str, float], name: str, address: str, seconds: float) -> None:
    """Add the median latency of each kind of query; each is asked with another text each time."""
    for kind, query in kinds(generated=True).items():
        times = ask_for(address, query, MARK, seconds)
        if times:
            found[f"{kind}, ms:{name}"] = statistics.median(times) * 1000


def run(code: str, *arguments: str) -> str:
    """Run a program of ours and return what it says."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def bytes_of(folder: Path) -> int:
    """Return how many bytes the files in a folder have."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def show(size: int, found: dict[str, float]) -> None:
    """Tell how far it is."""
    print(time.strftime("%H:%M:%S"), size, {name: round(value, 2) for name, value in found.items()}, flush=True)


def exponent(points: dict[str, float]) -> float:
    """Return the slope of a line through the points, both scales logarithmic (least squares)."""
    pairs = [(math.log(float(size)), math.log(max(value, 1e-9))) for size, value in points.items()]
    middle_x, middle_y = (statistics.fmean(axis) for axis in zip(*pairs, strict=True))
    spread = sum((x - middle_x) ** 2 for x, _ in pairs)
    return sum((x - middle_x) * (y - middle_y) for x, y in pairs) / spread if spread else math.nan


def report(figures: dict[str, dict[str, float]]) -> None:
    """Print a table: a line for each quantity, and the exponents over all sizes and over the last two."""
    sizes = sorted({size for each in figures.values() for size in each}, key=int)
    print(f"{'':<52}" + "".join(f"{int(size):>14,}" for size in sizes) + f"{'growth':>9}{'last':>7}")
    for name, each in sorted(figures.items()):
        cells = "".join(f"{each[size]:>14,.2f}" if size in each else f"{'':>14}" for size in sizes)
        known = {size: each[size] for size in sizes if size in each}
        last = dict([*known.items()][-2:])
        print(f"{name:<52}{cells}{exponent(known):>9.2f}{exponent(last):>7.2f}")


if __name__ == "__main__":
    main()
