"""What the tests share: a running application over a data set, and the pinned number of collected cases."""

from __future__ import annotations

import gc
import os
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pools import DATA
from worlds import lay_out

from kg_service.versions import cache_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page
    from processes import Service
    from starlette.testclient import TestClient

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "tests"
PINNED = TESTS / "collected.toml"


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what is cached away from the user's own cache."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a test a cache of its own, and return where snapshots lie in it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return cache_folder() / "snapshots"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a data set about the invented world."""
    return lay_out(tmp_path / "world")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file of a few hundred triples."""
    path = tmp_path / "data.nt"
    path.write_text(DATA, "utf-8")
    return path


@pytest.fixture(scope="module", autouse=True)
def _collected() -> Iterator[None]:
    """Let go of what a file of tests left in cycles: the engine's results may only be dropped by their own thread."""
    gc.collect()
    yield
    gc.collect()


def folder_of_texts() -> Path | None:
    """Return the folder with the texts of source documents, which are no part of the project, where there is one."""
    named = os.environ.get("KG_SOURCES")
    folder = Path(named) if named else ROOT.parent / "shared" / "sources"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def sources() -> Path:
    """Return the folder of texts; a test that reads them is skipped without it."""
    folder = folder_of_texts()
    if folder is None:
        pytest.skip("the texts of source documents are not at hand; name their folder with KG_SOURCES")
    return folder


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """Serve the project's own data set, in process, with real workers."""
    yield from serve(ROOT, timeout=5.0, memory=256)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run a real browser, for one file of tests: its driver keeps this thread's event loop for itself."""
    from browser import chromium

    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def site() -> Iterator[Service]:
    """Serve the project's own data set as a process of its own, with the texts it quotes where they are at hand."""
    from processes import running

    folder = folder_of_texts()
    with running(ROOT, *(("--sources", str(folder)) if folder else ())) as service:
        yield service


@pytest.fixture
def page(site: Service, browser: Browser) -> Iterator[Page]:
    """Open a tab on the service, in which nothing may go wrong."""
    from browser import tab

    faults: list[str] = []
    with tab(browser, site.address, faults) as opened:
        yield opened
    assert faults == []


def serve(*places: Path, root_path: str = "", **limits: Any) -> Iterator[TestClient]:
    """Yield a client of the application over these places."""
    from starlette.testclient import TestClient

    from kg_service.config import Limits
    from kg_service.evaluation.pool import Pool
    from kg_service.web.app import create_app

    # Another way to hold the same data: in an index on disk, or in an engine of others.
    limits |= {"snapshot": float(os.environ["KG_TEST_SNAPSHOT"])} if "KG_TEST_SNAPSHOT" in os.environ else {}
    bounds = Limits(**limits)
    store = os.environ.get("KG_TEST_STORE", "") if places == (ROOT,) else ""
    pool = Pool(places, workers=2, limits=bounds, store=store)
    gc.collect()  # what the engine made belongs to this thread; the client's would find it too late
    with TestClient(create_app(pool, bounds, root_path=root_path), follow_redirects=False) as running:
        yield running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Over a remote store, expect what its engine cannot do."""
    engine = os.environ.get("KG_TEST_ENGINE")
    if not engine:
        return
    listed = tomllib.loads((TESTS / "remote.toml").read_text("utf-8"))
    expected: dict[str, str] = listed["any"] | listed[engine]
    for item in items:
        reason = expected.get(item.nodeid.removeprefix("tests/"))
        if reason is not None:
            item.add_marker(pytest.mark.xfail(strict=True, reason=reason))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Compare the number of cases per file with `collected.toml`, so that none can silently stop running."""
    if session.config.option.file_or_dir or session.config.option.keyword or session.config.option.markexpr:
        return
    found = Counter(Path(item.path).name for item in session.items)
    pinned: dict[str, int] = tomllib.loads(PINNED.read_text("utf-8"))["cases"] if PINNED.exists() else {}
    if os.environ.get("KG_PIN") == "1":
        lines = [f'"{name}" = {count}' for name, count in sorted(found.items())]
        head = "# How many cases each file collects; `KG_PIN=1 pytest --collect-only -q` writes it anew.\n[cases]\n"
        PINNED.write_text(head + "\n".join(lines) + "\n", "utf-8")
    elif dict(found) != pinned:
        differing = sorted(name for name in found.keys() | pinned.keys() if found.get(name) != pinned.get(name))
        told = ", ".join(f"{name}: {found.get(name, 0)} collected, {pinned.get(name, 0)} pinned" for name in differing)
        message = f"the collected cases are not those of tests/collected.toml ({told}); if meant, run KG_PIN=1 pytest"
        raise pytest.UsageError(message)
