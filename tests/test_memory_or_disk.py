"""Where a data set is held: in memory or in an index on disk, and what happens where there is no room for it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from processes import get, running
from worlds import ROOT

from kg_service import snapshots
from kg_service.children import child_environment
from kg_service.config import Limits
from kg_service.errors import SystemRefused
from kg_service.loading import build_store, open_source
from kg_service.memory import memory_left
from kg_service.snapshots import open_snapshot, source_bytes
from kg_service.store.opening import open_local

if TYPE_CHECKING:
    from pathlib import Path

OVER_HTTP = [
    "test_queries.py",
    "test_protocol_cases.py",
    *sorted(p.name for p in (ROOT / "tests").glob("test_http_*.py")),
]


pytestmark = pytest.mark.usefixtures("root")


def test_where_no_snapshot_can_be_made_memory_serves(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(SystemRefused, match="No snapshot can be built in"):
        open_snapshot([folder])
    store = open_local([folder], Limits(snapshot=0.0001))

    assert "the data set is loaded into memory" in caplog.text
    assert store.facts["triples"] > 0


def test_where_memory_is_too_small_as_well_nothing_is_loaded(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("kg_service.store.opening.memory_left", lambda: 1024 * 1024)
    monkeypatch.setattr("kg_service.store.opening._MEMORY_FOR_A_BYTE", 1000)
    with pytest.raises(SystemRefused, match=r"No snapshot can be built in .* need some \d+ MiB; 1 MiB are left"):
        open_local([folder], Limits(snapshot=0.0001))


@pytest.mark.parametrize(
    ("machine", "group", "left"),
    [
        ("MemTotal: 9 kB\nMemAvailable:     4 kB\n", "max\n", 4096),
        ("MemAvailable: 4 kB\n", "1000\n", 1000),
        ("MemAvailable: 4 kB\n", "8000\n", 4096),
        ("MemAvailable: 4 kB\n", None, 4096),
        (None, "1000\n", 1000),
        (None, None, None),
    ],
)
def test_memory_is_what_machine_and_control_group_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: str | None, group: str | None, left: int | None
) -> None:
    for name, file, text in (
        ("_MEMINFO", tmp_path / "meminfo", machine),
        ("_GROUP", tmp_path / "self", "0::/a/b\n"),
        ("_GROUPS", tmp_path / "a" / "b" / "memory.max", group),
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            file.write_text(text)
        monkeypatch.setattr(f"kg_service.memory.{name}", tmp_path if name == "_GROUPS" else file)

    assert memory_left() == left


def test_the_disk_can_be_full(folder: Path, root: Path) -> None:
    code = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); "
    code += "runpy.run_module('kg_service.bulk', run_name='__main__', alter_sys=True)"
    (root / "x").mkdir(parents=True)
    command = [sys.executable, "-c", code, str(os.getpid()), str(root / "x"), str(folder)]
    done = subprocess.run(command, env=child_environment(), capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert not (root / "x" / snapshots.FACTS).exists()


def test_only_data_above_the_size_are_served_from_disk(folder: Path, root: Path) -> None:
    size = source_bytes([folder]) / 1024 / 1024
    open_local([folder], Limits(snapshot=size * 2))
    open_local([folder], Limits(snapshot=0))
    assert not root.exists()

    open_local([folder], Limits(snapshot=size / 2))
    assert len(list(root.iterdir())) == 1


def test_the_service_answers_from_it(folder: Path) -> None:
    with running(folder, "--allow-invalid", KG_SNAPSHOT="0.0001") as service:
        status, body = get(
            f"{service.address}/sparql?query=SELECT%20(COUNT(*)%20AS%20?n)%20%7B?s%20?p%20?o%7D&format=csv"
        )
    _, facts = build_store(open_source([folder]))

    assert (status, body.split()[1]) == (200, str(facts["triples"]).encode())


def test_the_tests_over_http_hold_from_disk() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"tests/{name}" for name in OVER_HTTP)],
        cwd=ROOT, env=os.environ | {"KG_TEST_SNAPSHOT": "0.0001"}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-8000:]
