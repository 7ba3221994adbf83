"""Compare the service with its peers over HTTP, in one run: `http_peers.py [--triples N] [--rounds N] [--seconds S]`.

Peers are started where their programs are found: `oxigraph` and `rdflib-endpoint` (PyPI), in --peers DIR or on
PATH; load comes from `wrk`. Rounds are interleaved, and ratios of medians are printed. Nothing is asserted.
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

PREFIX = (
    f"PREFIX fm: <{FM}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
)
COUNTRY, MEMORANDUM = f"<{BASE}id/country/b1>", f"<{BASE}id/memorandum/b7>"
#: What stands in a variable's name in place of a number: each request can ask another text, which no
#: normalisation folds, because the result carries the name.
MARK = "qqq"
KINDS = {
    "point": f"SELECT ?p ?o{MARK} {{ {MEMORANDUM} ?p ?o{MARK} }}",
    "join": f"{PREFIX} SELECT ?m ?l{MARK} {{ ?m fm:party ?a . ?a fm:country {COUNTRY} ; rdfs:label ?l{MARK} "
    f'FILTER(LANG(?l{MARK}) = "en") }} LIMIT 50',
    "group": f"{PREFIX} SELECT ?f (COUNT(?m) AS ?n{MARK}) {{ ?m fm:coversField ?f }} GROUP BY ?f "
    f"ORDER BY DESC(?n{MARK}) LIMIT 10",
    "path": f"{PREFIX} SELECT ?f{MARK} {{ ?f{MARK} skos:broader* <{BASE}field/b1> }}",
    "construct": f"CONSTRUCT {{ {MEMORANDUM} ?p ?o{MARK} }} {{ {MEMORANDUM} ?p ?o{MARK} }}",
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
RATIOS = (
    ("kg fresh", "oxigraph fresh"),
    ("kg same", "oxigraph fresh"),
    ("kg same", "hello same"),
    ("kg fresh", "rdflib-endpoint fresh"),
)


def main() -> None:
    """Run the comparison and print one table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--triples", type=int, default=500)
    options.add_argument("--rounds", type=int, default=4)
    options.add_argument("--seconds", type=int, default=2)
    options.add_argument("--connections", type=int, default=8)
    options.add_argument("--kinds", nargs="*", choices=list(KINDS), default=list(KINDS)[:-1])
    options.add_argument("--peers", type=Path, default=Path(sys.executable).parent)
    chosen = options.parse_args()
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        data = folder / "data.nt"
        data.write_text("".join(f"{line}\n" for line in triples(chosen.triples)), "utf-8")
        (folder / "hello.py").write_text(HELLO, "utf-8")
        servers = start(running, folder, data, chosen.peers)
        figures: dict[tuple[str, str], list[float]] = {}
        for _ in range(chosen.rounds):
            for kind in chosen.kinds:
                for name, address in servers.items():
                    modes = ["same"] if name == "hello" else ["fresh", "same"] if name == "kg" else ["fresh"]
                    for mode in modes:
                        rate = measure(folder, address, kind, mode, chosen.connections, chosen.seconds)
                        figures.setdefault((f"{name} {mode}", kind), []).append(rate)
        report(figures, chosen.kinds)


def start(running: ExitStack, folder: Path, data: Path, peers: Path) -> dict[str, str]:
    """Start every server that is there; return name → address of its endpoint."""
    commands = {
        "kg": ([sys.executable, "-m", "kg_service", "serve", "--port", "7101", "--dataset", str(data)], "7101/sparql"),
        "hello": ([sys.executable, "-m", "uvicorn", "hello:app", "--port", "7102", "--log-level", "error"], "7102/"),
    }
    for name, arguments, place in (
        ("oxigraph", ["serve", "--bind", "127.0.0.1:7103"], "7103/query"),
        ("rdflib-endpoint", ["serve", "--port", "7104", str(data)], "7104/"),
    ):
        program = shutil.which(name, path=str(peers)) or shutil.which(name)
        if program is not None:
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


def measure(folder: Path, address: str, kind: str, mode: str, connections: int, seconds: float) -> float:
    """Return requests a second of one kind; failed ones do not count."""
    script = folder / f"{mode}.lua"
    script.write_text(FRESH if mode == "fresh" else SAME, "utf-8")
    accept = "text/turtle" if kind == "construct" else "application/sparql-results+json"
    path = urllib.parse.urlsplit(address).path
    query = path if "7102" in address else f"{path}?query={urllib.parse.quote(KINDS[kind])}"
    result = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "-s", str(script), address],
        env={"QUERY_PATH": query, "ACCEPT": accept, "MARK": MARK, "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", result.stdout)
    total = float(re.search(r"(\d+) requests in", result.stdout)[1])  # type: ignore[index]
    return max(0.0, total - float(failed[1] if failed else 0)) / seconds


def report(figures: dict[tuple[str, str], list[float]], kinds: list[str]) -> None:
    """Print medians, and the ratios that matter with the lowest and highest of all rounds."""
    names = sorted({name for name, _ in figures})
    median = {key: statistics.median(values) for key, values in figures.items()}
    print(f"{'requests/s, median':<28}" + "".join(f"{kind:>20}" for kind in kinds))
    for name in names:
        print(f"{name:<28}" + "".join(f"{median.get((name, kind), 0):>20.1f}" for kind in kinds))
    for over, under in RATIOS:
        if under in names:
            cells = []
            for kind in kinds:
                rounds = [a / max(1e-9, b) for a, b in zip(figures[over, kind], figures[under, kind], strict=True)]
                ratio = median[over, kind] / max(1e-9, median[under, kind])
                cells.append(f"{ratio:.2f} [{min(rounds):.2f}-{max(rounds):.2f}]")
            print(f"{over + ' / ' + under.split()[0]:<28}" + "".join(f"{cell:>20}" for cell in cells))


if __name__ == "__main__":
    main()
