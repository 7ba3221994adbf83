"""The rooms of the package: arrows point down only, and the front process never loads the engine."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "kg_service"
PURE = {
    "__init__", "analysis", "codings", "collation", "config", "cross_origin", "errors", "formats", "glance",
    "graph_target", "iris", "language_tags", "namespaces", "ntriples", "shared_link", "negotiation", "parameters",
    "protocol", "query_errors", "standard_labels", "tokens", "turtle_scanner", "vocabularies",
}  # fmt: skip
RIM = {"cli", "__main__", "web"}
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


def layer(name: str) -> int:
    room = name.split(".", maxsplit=1)[0]
    return 3 if room in PURE else 1 if room in RIM else 2


def imported(path: Path) -> set[str]:
    tree = ast.parse((PACKAGE / path).read_text("utf-8"))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return {name.removeprefix("kg_service").removeprefix(".") for name in names if name.startswith("kg_service")}


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_arrows_point_down_only(path: Path) -> None:
    own = layer(".".join(path.with_suffix("").parts))
    upward = {name for name in imported(path) if name and layer(name) < own}

    assert upward == set()


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_files_are_short_and_say_what_they_know(path: Path) -> None:
    text = (PACKAGE / path).read_text("utf-8")

    assert len(text.splitlines()) <= 270
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("heavy", ["pyoxigraph", "rdflib", "pyshacl", "owlrl"])
def test_the_front_process_never_loads_the_engine(heavy: str) -> None:
    code = f"import sys, kg_service.cli, kg_service.web.server, kg_service.web.app; print({heavy!r} in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert result.stdout.strip() == "False"


def test_the_package_knows_nothing_of_films() -> None:
    for path in MODULES:
        text = (PACKAGE / path).read_text("utf-8").lower()
        for word in ("film", "memorand", "agency", "kazakh", "festival"):
            assert word not in text, f"{path} speaks of {word}"
