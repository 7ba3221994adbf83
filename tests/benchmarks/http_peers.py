"""Compare the service with its peers over HTTP, in one run: `http_peers.py [--triples N] [--rounds N] [--seconds S]`.

Without --triples the data is the project's own data set, else a generated one of that size.
Peers are started where their programs are found: `oxigraph` and `rdflib-endpoint` (PyPI), in --peers DIR or on
PATH; load comes from `wrk`. Rounds are interleaved; medians and ratios of medians are printed. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from generate import BASE, FM, triples

ROOT = Path(__file__).parent.parent.parent
PREFIX = (
    f"PREFIX fm: <{FM}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
)
#: What stands in a variable's name in place of a number: each request can ask another text, which no
#: normalisation folds, because the result carries the name.
MARK = "qqq"
#: The thing and the concept that queries ask for, in the project's data set and in generated ones.
NAMES = {False: ("id/memorandum/az-kz-aktau", "field/cooperation"), True: ("id/memorandum/b7", "field/b1")}


def kinds(*, generated: bool) -> dict[str, str]:
    """Return the queries, by kind."""
    thing, concept = (f"<{BASE}{name}>" for name in NAMES[generated])
    return {
        "point": f"SELECT ?p ?o{MARK} {{ {thing} ?p ?o{MARK} }}",
        "join": f"{PREFIX} SELECT ?m ?l{MARK} {{ ?m fm:party ?a . ?a fm:country ?c . ?c rdfs:label ?l{MARK} "
        f'FILTER(LANG(?l{MARK}) = "en") }} LIMIT 50',
        "group": f"SELECT ?t (COUNT(?s) AS ?n{MARK}) {{ ?s a ?t }} GROUP BY ?t ORDER BY DESC(?n{MARK})",
        "path": f"{PREFIX} SELECT ?f{MARK} {{ ?f{MARK} skos:broader* {concept} }}",
        "construct": f"CONSTRUCT {{ {thing} ?p ?o{MARK} }} {{ {thing} ?p ?o{MARK} }}",
        "100 k rows": f"SELECT ?s ?p ?o{MARK} {{ ?s ?p ?o{MARK} }} LIMIT 100000",
    }


FRESH = """
local n = 0
request = function()
  n = n + 1
  local number = os.time() .. n .. math.random(1000000)
  local path = string.gsub(os.getenv("QUERY_PATH"), os.getenv("MARK"), number)
  return wrk.format("GET", path, {["Accept"] = os.getenv("ACCEPT")})
end
"""
SAME = """
request = function()
  return wrk.format("GET", os.getenv("QUERY_PATH"), {["Accept"] = os.getenv("ACCEPT")})
end
"""
HELLO = """
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})
"""
#: Which requests a server gets, where it does not get both: ever new ones, and always the same.
MODES = {"hello": ("same",), "kg": ("same",), "kg without cache": ("fresh",)}
RATIOS = (
    ("kg same", "hello same"),
    ("kg same", "oxigraph same"),
    ("kg without cache fresh", "oxigraph fresh"),
    ("kg without cache fresh", "rdflib-endpoint fresh"),
)


def main() -> None:
    """Run the comparison and print a table for each number of connections."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--triples", type=int, default=0)
    options.add_argument("--rounds", type=int, default=4)
    options.add_argument("--seconds", type=int, default=2)
    options.add_argument("--connections", type=int, nargs="*", default=[8])
    options.add_argument("--kinds", nargs="*", choices=list(kinds(generated=False)))
    options.add_argument("--without", nargs="*", default=[], help="servers to leave out")
    options.add_argument("--peers", type=Path, default=Path(sys.executable).parent)
    chosen = options.parse_args()
    queries = kinds(generated=bool(chosen.triples))
    names = chosen.kinds or list(queries)[:-1]
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        data = folder / "data.nt"
        data.write_bytes(statements(chosen.triples))
        (folder / "hello.py").write_text(HELLO, "utf-8")
        servers = start(running, folder, data if chosen.triples else ROOT, data, chosen.peers, chosen.without)
        for connections in chosen.connections:
            figures: dict[tuple[str, str], list[float]] = {}
            for _ in range(chosen.rounds):
                for kind in names:
                    for name, address in servers.items():
                        for mode in MODES.get(name, ("fresh", "same")):
                            rate = measure(folder, address, queries[kind], mode, connections, chosen.seconds)
                            figures.setdefault((f"{name} {mode}", kind), []).append(rate)
            report(figures, names, connections)


def statements(triples_wanted: int) -> bytes:
    """Return a data set as N-Triples: a generated one, or what the project's own has in its default graph."""
    if triples_wanted:
        return "".join(f"{line}\n" for line in triples(triples_wanted)).encode()
    command = [sys.executable, "-m", "kg_service", "export", "--format", "nt", "--dataset", str(ROOT)]
    return subprocess.run(command, capture_output=True, check=True).stdout


def start(
    running: ExitStack, folder: Path, dataset: Path, data: Path, peers: Path, without: list[str]
) -> dict[str, str]:
    """Start every server that is there; return name → address of its endpoint.

    dataset, data   what the service serves; the same as N-Triples, for the others
    """
    serve = [sys.executable, "-m", "kg_service", "serve", "--dataset", str(dataset), "--port"]
    commands = {
        "kg": ([*serve, "7101"], "7101/sparql"),
        "kg without cache": ([*serve, "7105", "--cache", "0"], "7105/sparql"),
        "hello": ([sys.executable, "-m", "uvicorn", "hello:app", "--port", "7102", "--log-level", "error"], "7102/"),
    }
    for name, arguments, place in (
        ("oxigraph", ["serve", "--bind", "127.0.0.1:7103"], "7103/query"),
        ("rdflib-endpoint", ["serve", "--port", "7104", str(data)], "7104/"),
    ):
        program = shutil.which(name, path=str(peers)) or shutil.which(name)
        if program is not None and name not in without:
            commands[name] = ([program, *arguments], place)
    addresses: dict[str, str] = {}
    for name, (command, place) in commands.items():
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        running.callback(process.kill)
        addresses[name] = f"http://127.0.0.1:{place}"
        wait_for(f"http://127.0.0.1:{place.split('/')[0]}/")
    if "oxigraph" in addresses:
        store, headers = "http://127.0.0.1:7103/store?default", {"Content-Type": "application/n-triples"}
        request = urllib.request.Request(store, data.read_bytes(), headers, method="PUT")
        urllib.request.urlopen(request).close()
    return addresses


def wait_for(address: str) -> None:
    """Wait until somebody answers there, whatever the answer."""
    for _ in range(600):
        try:
            urllib.request.urlopen(address).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return


def measure(folder: Path, address: str, query: str, mode: str, connections: int, seconds: float) -> float:
    """Return requests a second of one query; failed ones do not count."""
    script = folder / f"{mode}.lua"
    script.write_text(FRESH if mode == "fresh" else SAME, "utf-8")
    accept = "text/turtle" if query.startswith("CONSTRUCT") else "application/sparql-results+json"
    path = urllib.parse.urlsplit(address).path
    asked = path if "7102" in address else f"{path}?query={urllib.parse.quote(query)}"
    result = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "-s", str(script), address],
        env={"QUERY_PATH": asked, "ACCEPT": accept, "MARK": MARK, "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", result.stdout)
    total = float(re.search(r"(\d+) requests in", result.stdout)[1])  # type: ignore[index]
    return max(0.0, total - float(failed[1] if failed else 0)) / seconds


def report(figures: dict[tuple[str, str], list[float]], kinds: list[str], connections: int) -> None:
    """Print medians, and the ratios that matter with the lowest and highest of all rounds."""
    print(f"{connections} connections")
    names = sorted({name for name, _ in figures})
    median = {key: statistics.median(values) for key, values in figures.items()}
    print(f"{'requests/s, median':<40}" + "".join(f"{kind:>20}" for kind in kinds))
    for name in names:
        print(f"{name:<40}" + "".join(f"{median.get((name, kind), 0):>20.1f}" for kind in kinds))
    for over, under in RATIOS:
        if under in names:
            cells = []
            for kind in kinds:
                rounds = [a / max(1e-9, b) for a, b in zip(figures[over, kind], figures[under, kind], strict=True)]
                ratio = median[over, kind] / max(1e-9, median[under, kind])
                cells.append(f"{ratio:.2f} [{min(rounds):.2f}-{max(rounds):.2f}]")
            print(f"{f'{over} / {under.split()[0]}':<40}" + "".join(f"{cell:>20}" for cell in cells))


if __name__ == "__main__":
    main()
