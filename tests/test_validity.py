"""What a service makes of its data set's validity: when it listens, is ready, refuses, takes over."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from http_helpers import assert_problem
from processes import Service, get, start
from starlette.testclient import TestClient
from worlds import BASE, ROOT, lay_out

from kg_service.config import Limits
from kg_service.evaluation.pool import Pool
from kg_service.validation import cache
from kg_service.validation.results import Place, Report, Result, Severity
from kg_service.web.app import create_app
from kg_service.web.validity import Validity

FOUND = Result(
    Severity.VIOLATION, "S01", {"en": "Too few."}, focus="http://e/a", place=Place("data/x.ttl", 2, 1, 4, "a b c .")
)
INVALID = Report([FOUND], files=3, triples=9)


@dataclass(frozen=True, slots=True)
class Awaited(Validity):
    """A validation that takes until it is let go, and then finds what it was given."""

    found: Report | None = None
    may_end: threading.Event = field(default_factory=threading.Event)

    async def report(self) -> Report | None:
        import asyncio

        await asyncio.to_thread(self.may_end.wait, 30)
        return self.found


def serve(validity: Validity | None, refused: list[Report] | None = None, folder: Path = ROOT) -> TestClient:
    bounds = Limits(timeout=20.0, memory=256)
    pool = Pool([folder], workers=1, limits=bounds)
    refuse = refused.append if refused is not None else None
    return TestClient(create_app(pool, bounds, validity=validity, refuse=refuse), follow_redirects=False)


def settled(running: TestClient) -> tuple[int, dict[str, object]]:
    while (answer := running.get("/ready")).json()["status"] == "pending":
        pass
    return answer.status_code, answer.json()


def test_a_service_without_a_report_says_so() -> None:
    with serve(None) as running:
        assert_problem(running.get("/validation"), "not-found")
        assert running.get("/ready").json()["status"] == "unknown"


def test_a_service_is_not_ready_while_its_data_set_is_checked() -> None:
    validity = Awaited([ROOT], found=Report(files=3, triples=9))
    with serve(validity) as running:
        pending = running.get("/ready")
        assert (pending.status_code, pending.json()["status"]) == (503, "pending")
        assert running.get("/health").status_code == 200
        validity.may_end.set()
        status, state = settled(running)

    assert (status, state["status"], state["valid"], state["current"]) == (200, "ready", True, True)


@pytest.mark.parametrize(
    ("found", "allowed", "expected", "refuses"),
    [
        (INVALID, False, (503, "invalid", False), True),
        (INVALID, True, (200, "ready", False), False),
        (None, False, (503, "unknown", False), False),
        (None, True, (200, "ready", False), False),
    ],
)
def test_violations_are_refused_unless_allowed(
    found: Report | None,
    allowed: bool,  # noqa: FBT001 - a case of the table
    expected: tuple[int, str, bool],
    refuses: bool,  # noqa: FBT001 - the same
) -> None:
    validity = Awaited([ROOT], allow_invalid=allowed, found=found)
    validity.may_end.set()
    refused: list[Report] = []
    with serve(validity, refused) as running:
        status, state = settled(running)

    assert (status, state["status"], state["valid"]) == expected
    assert refused == ([found] if refuses else [])


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay out a data set, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return lay_out(tmp_path / "world")


def break_(folder: Path) -> Path:
    """Add a file that parses and breaks a rule: a label that is there already, in other words."""
    text = (folder / "data" / "labels.ttl").read_text("utf-8").replace('"Lumen"@en', '"Lumen again"@en')
    path = folder / "data" / "second.ttl"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture(autouse=True)
def _without_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the texts of sources away: a report kept without them is not the one that they would give."""
    monkeypatch.delenv("KG_SOURCES", raising=False)


def ended(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg_service", "serve", "--port", "0", *options, "--dataset", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=os.environ)


@pytest.mark.parametrize("found", [Report(files=3, triples=9), INVALID], ids=["valid", "invalid"])
def test_the_first_check_is_of_what_was_loaded(found: Report, world: Path) -> None:
    validity, refused = Awaited([world], found=found), list[Report]()
    with serve(validity, refused, world) as running:
        (world / "data" / "new.ttl").write_text("<http://e/new> <http://e/p> 1 .\n", "utf-8")
        validity.may_end.set()
        while (state := running.get("/ready").json())["current"] and state["status"] == "pending":
            pass
        answer = running.get("/sparql?query=ASK%20{%20<http://e/new>%20?p%20?o%20}&format=json").json()

    taken_over = found is not INVALID
    assert (answer["boolean"], state["current"], refused) == (taken_over, taken_over, [])


def test_a_known_violation_is_told_before_anything_listens(world: Path) -> None:
    many = [FOUND, *(Result(Severity.VIOLATION, "S02", {"en": f"No {number}."}) for number in range(11))]
    cache.store(Report(many, files=3, triples=9), [world])
    result = ended(world)

    assert (result.returncode, result.stdout) == (1, "")
    assert "data/x.ttl:2:1: violation S01 Too few.\n  2 | a b c .\n    | ^^^\n" in result.stderr
    assert "and 2 more violations; `kg validate` lists them all\n" in result.stderr
    assert "12 violations, 0 warnings, 0 notes in 3 files, 9 triples\n" in result.stderr
    assert "error: The data set has 12 violations and is not served; --allow-invalid serves it" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_known_report_makes_a_service_ready_as_soon_as_it_listens(world: Path) -> None:
    cache.store(Report(files=3, triples=9), [world])
    process, address = start(world)
    try:
        state = {"status": "pending"}
        while state["status"] == "pending":
            status, body = get(f"{address}/ready")
            state = json.loads(body)
        assert (status, json.loads(get(f"{address}/validation")[1])["triples"]) == (200, 9)
    finally:
        process.kill()
        process.communicate()


def test_a_service_ends_when_its_data_set_proves_invalid(world: Path) -> None:
    break_(world)
    result = ended(world)

    assert result.returncode == 1
    assert "Serving" in result.stdout
    assert "data/second.ttl:" in result.stderr
    assert "is not served; --allow-invalid" in result.stderr
    assert "Traceback" not in result.stderr


def until(address: str, **wanted: object) -> dict[str, object]:
    """Ask for readiness until it is as wanted; every answer on the way is 200."""
    state: dict[str, object] = {}
    deadline = time.monotonic() + 60
    while {name: state.get(name) for name in wanted} != wanted:
        status, body = get(f"{address}/ready")
        state = json.loads(body)
        assert status == 200 or state["status"] == "pending"
        assert time.monotonic() < deadline, state
    return state


def test_an_edit_that_makes_the_data_set_invalid_is_not_taken_over(world: Path) -> None:
    cache.store(Report(files=3, triples=9), [world])
    process, address = start(world, "--reload")
    try:
        before = until(address, status="ready")
        path = break_(world)
        kept = until(address, current=False)
        shown = json.loads(get(f"{address}/validation")[1])
        path.unlink()
        (world / "data" / "empty.ttl").write_text("# nothing\n", "utf-8")
        after = until(address, current=True)
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)

    assert (kept["status"], kept["valid"], kept["dataset"]) == ("ready", True, before["dataset"])
    assert "not served, because they have violations" in str(kept["detail"])
    assert shown["counts"]["violation"] > 0
    assert shown["notices"][-1] == "These files are not served; the ones before them are."
    assert after["valid"] is True
    assert "data/second.ttl:" in errors
    assert "the data set was loaded again" in errors
    assert "Traceback" not in errors


def test_a_check_under_way_ends_with_a_service_that_is_killed(world: Path) -> None:
    big = "".join(f"<{BASE}id/place/p{n}> a <{BASE}ns#Place> .\n" for n in range(20_000))
    (world / "data" / "big.ttl").write_text(big, "utf-8")  # takes long enough to be caught at it
    process, _ = start(world, "--allow-invalid")
    service = Service(process, 0)

    def checking() -> list[int]:
        found = []
        for number in service.tree():
            with contextlib.suppress(OSError):
                if b"kg_service.web.checking" in Path(f"/proc/{number}/cmdline").read_bytes():
                    found.append(number)
        return found

    while not (checks := checking()):
        assert process.poll() is None
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 5
    with contextlib.suppress(FileNotFoundError):
        while Path(f"/proc/{checks[0]}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX":
            assert time.monotonic() < deadline
