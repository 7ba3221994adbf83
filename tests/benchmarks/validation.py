"""Time and memory of `kg validate`, first and second run, beside pySHACL on the same data and shapes.

    validation.py [--sizes 10000 100000 1000000] [--pyshacl-up-to 10000] [--keep-failing]

The first row is the project's own data set. The generated ones leave out what some shapes ask for of everything;
those shapes are switched off, for results by the ten thousand measure the writing of messages.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg_service.loading import open_source
from kg_service.namespaces import SH, XSD
from kg_service.validation.run import shapes_of

ROOT = Path(__file__).parent.parent.parent
BASE = "https://w3id.org/film-memoranda/shapes#"
#: Shapes that the generated data fail at nearly every focus node.
UNFIT = (
    *("Concept", "Concept-unused", "Country", "Described", "Memorandum", "Memorandum-signing"),
    *("Memorandum-one-country", "Passage", "Passage-overlap"),
)


@dataclass(frozen=True, slots=True)
class Run:
    """Wall time in seconds and the largest resident set in MiB of one process."""

    seconds: float
    mebibytes: float
    status: int


def main() -> None:
    """Print a line for each data set."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument(
        "--pyshacl-up-to", type=int, default=10_000, help="largest size that pySHACL is given; it takes minutes at 10 k"
    )
    parser.add_argument("--keep-failing", action="store_true", help="leave all shapes on")
    options = parser.parse_args()
    print("triples | first s | again s | MiB | pySHACL s | MiB | pySHACL / first | / again")
    with tempfile.TemporaryDirectory() as place:
        for size in (0, *options.sizes):
            data, shapes = Path(place) / f"{size}.trig", Path(place) / f"{size}.ttl"
            triples = write_own(data) if size == 0 else write_generated(data, size)
            write_shapes(shapes, switched_off=UNFIT if size and not options.keep_failing else ())
            with_peer = triples <= options.pyshacl_up_to
            row = line(triples, *measure(data, shapes, Path(place) / f"cache-{size}", with_peer=with_peer))
            print(row, flush=True)


def measure(data: Path, shapes: Path, cache: Path, *, with_peer: bool) -> tuple[Run, Run, Run | None]:
    """Validate twice with an empty cache at first, and with pySHACL."""
    ours = [sys.executable, "-m", "kg_service", "validate", str(data), "--shapes", str(shapes), "--quiet"]
    peer = [sys.executable, "-m", "pyshacl", "--advanced", "--shacl", str(shapes), str(data)]
    environment = os.environ | {"XDG_CACHE_HOME": str(cache)}
    first, again = run(ours, environment), run(ours, environment)
    return first, again, run(peer, environment) if with_peer else None


def run(command: list[str], environment: dict[str, str]) -> Run:
    """Run a process to its end; the peak is its own, as wait4 tells it."""
    begun = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return Run(time.perf_counter() - begun, usage.ru_maxrss / unit, process.returncode)


def line(triples: int, first: Run, again: Run, peer: Run | None) -> str:
    """Write one row of the table; a process that broke down has no place in it."""
    for each in (first, again, peer):
        assert each is None or each.status in (0, 1), each
    ours = f"{triples} | {first.seconds:.2f} | {again.seconds:.2f} | {first.mebibytes:.0f}"
    if peer is None:
        return f"{ours} | – | – | – | –"
    ratios = f"{peer.seconds / first.seconds:.1f} | {peer.seconds / again.seconds:.1f}"
    return f"{ours} | {peer.seconds:.2f} | {peer.mebibytes:.0f} | {ratios}"


def write_own(target: Path) -> int:
    """Write what the project's shapes are checked on into one file."""
    source = open_source([ROOT])
    quads = {quad for quad in source.quads() if quad.graph_name in source.public}
    target.write_bytes(ox.serialize(quads, format=ox.RdfFormat.TRIG) or b"")
    return len(quads)


def write_generated(target: Path, size: int) -> int:
    """Write generated data into one file."""
    with target.open("wb") as file:
        generator = Path(__file__).parent / "generate.py"
        subprocess.run([sys.executable, generator, str(size), "--format", "trig"], stdout=file, check=True)
    return size


def write_shapes(target: Path, *, switched_off: tuple[str, ...]) -> None:
    """Write the project's shapes into one file."""
    true = ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean"))
    off = (ox.Triple(ox.NamedNode(BASE + each), ox.NamedNode(SH + "deactivated"), true) for each in switched_off)
    shapes = [quad.triple for quad in shapes_of(open_source([ROOT]), [ROOT], [])]
    target.write_bytes(ox.serialize([*shapes, *off], format=ox.RdfFormat.TURTLE) or b"")


if __name__ == "__main__":
    main()
