"""SIGHUP and changed files, with one front process and with more: taken over without a failed request, if valid."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from processes import MANY, agree, fronts, get, running, start, until
from worlds import lay_out_valid, second_label

from kg_service.web import hangup

ASK = "/sparql?query=ASK%20%7B%20%3Chttp%3A//e/new%3E%20%3Fp%20%3Fo%20%7D"
YES, NO = (200, b'{"head":{},"boolean":true}'), (200, b'{"head":{},"boolean":false}')
NEW = "<http://e/new> <http://e/p> 1 .\n"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay out a data set that is known to be valid, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return lay_out_valid(tmp_path / "world")


@pytest.mark.parametrize("processes", [1, 2])
def test_sighup_takes_the_data_set_over_without_a_failed_request(processes: int, world: Path) -> None:
    process, address = start(world, "--processes", str(processes), "--workers", "1", "--allow-invalid")
    try:
        while f"kg_processes {processes}.0".encode() not in get(f"{address}/metrics")[1]:
            pass
        (world / "data" / "new.ttl").write_text(NEW, "utf-8")
        assert agree(f"{address}{ASK}", NO)
        process.send_signal(signal.SIGHUP)
        assert agree(f"{address}{ASK}", YES)
        (world / "data" / "new.ttl").unlink()
        process.send_signal(signal.SIGHUP)
        assert agree(f"{address}{ASK}", NO)
    finally:
        process.kill()
        _, errors = process.communicate()

    assert "Traceback" not in errors


def test_a_changed_file_reaches_every_process(world: Path) -> None:
    with running(world, "--processes", "2", "--workers", "1", "--allow-invalid", "--reload") as service:
        until(service, "kg_processes", 2)
        (world / "data" / "new.ttl").write_text(NEW, "utf-8")
        assert agree(f"{service.address}{ASK}", YES)


@pytest.mark.parametrize("processes", [1, 2])
def test_sighup_does_not_take_over_what_is_invalid(processes: int, world: Path) -> None:
    process, address = start(world, "--processes", str(processes), "--workers", "1")
    try:
        while f"kg_processes {processes}.0".encode() not in get(f"{address}/metrics")[1]:
            pass
        agreed = 0
        while agreed < MANY:  # until each process is ready
            agreed = agreed + 1 if get(f"{address}/ready")[0] == 200 else 0
        (world / "data" / "second.ttl").write_text(second_label(world) + NEW, "utf-8")
        process.send_signal(signal.SIGHUP)
        agreed = 0
        while agreed < MANY:  # until each process says that the files are others than what is served
            status, body = get(f"{address}/ready")
            state = json.loads(body)
            assert (status, state["status"]) == (200, "ready")
            agreed = agreed + 1 if state["current"] is False else 0
        answer = get(f"{address}{ASK}")
    finally:
        process.kill()
        _, errors = process.communicate()

    assert answer == NO
    assert "not served, because they have violations" in errors
    assert "Traceback" not in errors


def test_a_process_started_again_brings_the_others_to_what_it_found(world: Path) -> None:
    with running(world, "--processes", "2", "--workers", "1", "--allow-invalid") as service:
        until(service, "kg_processes", 2)
        (world / "data" / "new.ttl").write_text(NEW, "utf-8")
        os.kill(fronts(service)[-1], signal.SIGKILL)
        assert agree(f"{service.address}{ASK}", YES, through_failures=True)


def test_sighup_while_the_service_is_starting_does_not_end_it(world: Path) -> None:
    command = [sys.executable, "-m", "kg_service", "serve", "--port", "0", "--workers", "1", "--dataset", str(world)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL)
    status = Path(f"/proc/{process.pid}/status")
    try:
        while not int(status.read_text().partition("SigBlk:")[2].split()[0], 16) & 1:
            pass
        process.send_signal(signal.SIGHUP)
        assert process.stdout is not None
        line = process.stdout.readline()
    finally:
        process.kill()
        process.communicate()

    assert line.startswith("Serving")


def test_without_the_signal_nothing_is_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hangup, "HANGUP", None)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    hangup.hold_back()
    hangup.let_through()

    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before
