"""`kg serve` as a process: it starts, validates, reloads, answers, stops, and leaves nothing behind."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.parse
from typing import TYPE_CHECKING

import pytest
from processes import get, start
from worlds import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "world")


@pytest.fixture
def service(world: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process, address = start(world, XDG_CACHE_HOME=str(tmp_path / "cache"))
    yield process, address
    process.kill()
    process.communicate()


def test_serve_answers_validates_and_stops(service: tuple[subprocess.Popen[str], str]) -> None:
    process, address = service

    assert get(f"{address}/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D") == (200, b'{"head":{},"boolean":true}')
    state = {"status": "pending"}
    while state["status"] == "pending":  # the validation runs in a process of its own
        status, body = get(f"{address}/ready")
        state = json.loads(body)
    assert (status, state["status"]) == (200, "ready")
    assert state["network"] == "seccomp"
    assert json.loads(get(f"{address}/validation")[1])["counts"]["violation"] == 0
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)
    assert process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in errors


def test_a_changed_file_is_served_without_a_failed_request(world: Path) -> None:
    process, address = start(world, "--reload", "--allow-invalid")
    try:
        ask = f"{address}/sparql?query=ASK%20%7B%20%3Chttp%3A//e/new%3E%20%3Fp%20%3Fo%20%7D"
        (world / "data" / "broken.ttl").write_text("x", "utf-8")
        assert get(ask) == (200, b'{"head":{},"boolean":false}')
        (world / "data" / "broken.ttl").unlink()
        (world / "data" / "new.ttl").write_text("<http://e/new> <http://e/p> 1 .", "utf-8")
        answers = [get(ask)]
        while answers[-1] != (200, b'{"head":{},"boolean":true}'):
            answers.append(get(ask))
        assert {status for status, _ in answers} == {200}
    finally:
        process.kill()
        process.communicate()


def test_a_connection_that_stays_sees_the_changed_data_set(world: Path) -> None:
    process, address = start(world, "--reload", "--allow-invalid")
    host, port = address.removeprefix("http://").split(":")
    ask = b"GET /sparql?query=ASK%20%7B%20%3Chttp%3A//e/new%3E%20%3Fp%20%3Fo%20%7D HTTP/1.1\r\nHost: x\r\n\r\n"
    try:
        with socket.create_connection((host, int(port)), timeout=30) as connection:

            def asked() -> bytes:
                connection.sendall(ask)
                received = b""
                while not received.endswith(b"}"):
                    received += connection.recv(65536)
                return received.rpartition(b"\r\n")[2]

            assert [asked() for _ in range(4)] == [b'{"head":{},"boolean":false}'] * 4
            (world / "data" / "new.ttl").write_text("<http://e/new> <http://e/p> 1 .", "utf-8")
            while asked() != b'{"head":{},"boolean":true}':
                pass
    finally:
        process.kill()
        process.communicate()


def test_a_client_that_goes_away_frees_its_worker(world: Path) -> None:
    process, address = start(world, "--workers", "1")
    host, port = address.removeprefix("http://").split(":")
    endless = urllib.parse.quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    try:
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(f"GET /sparql?query={endless} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            while b"kg_under_way 1.0" not in get(f"{address}/metrics")[1]:
                pass
        while b'kg_workers_ended{reason="client-gone"} 1.0' not in get(f"{address}/metrics")[1]:
            pass
        assert b"kg_under_way 0.0" in get(f"{address}/metrics")[1]
        assert get(f"{address}/sparql?query=ASK%20%7B%7D")[0] == 200
    finally:
        process.kill()
        _, errors = process.communicate()
    assert "Traceback" not in errors


def test_modules_in_the_data_sets_folder_are_never_imported(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("json", "pyoxigraph", "kg_service"):
        (world / f"{name}.py").write_text("raise SystemExit('imported from the data set')", "utf-8")
    command = [sys.executable, "-P", "-m", "kg_service", "serve", "--port", "0"]
    monkeypatch.chdir(world)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert "Serving" in process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


def test_links_stand_under_the_path_that_a_proxy_publishes(world: Path) -> None:
    process, address = start(world, "--root-path", "/kg")
    try:
        pages = get(f"{address}/")[1] + get(f"{address}/.well-known/void?format=nt")[1] + get(f"{address}/queries")[1]
    finally:
        process.kill()
        process.communicate()
    links = re.findall(re.escape(address) + r"(/[a-z]*)", pages.decode())

    assert len(links) > 30
    assert set(links) == {"/kg"}


def test_requests_are_logged_without_the_querys_text(world: Path) -> None:
    process, address = start(world, "--log-requests")
    get(f"{address}/sparql?query=ASK%20%7B%20%22secret%22%20%3Fp%20%3Fo%20%7D")
    get(f"{address}/sparql?query=ASK%20%7B%7D")
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)
    lines = [json.loads(line.partition(": ")[2]) for line in errors.splitlines() if "kg_service.access" in line]

    assert [(line["path"], line["status"]) for line in lines] == [("/sparql", 200), ("/sparql", 200)]
    assert "secret" not in errors


def test_a_query_under_way_is_answered_before_the_service_ends(world: Path) -> None:
    process, address = start(world)
    host, port = address.removeprefix("http://").split(":")
    long = urllib.parse.quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }")
    try:
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(f"GET /sparql?query={long} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            while b"kg_under_way 1.0" not in get(f"{address}/metrics")[1]:
                pass
            process.send_signal(signal.SIGTERM)
            received = b""
            while data := connection.recv(65536):
                received += data
        process.wait(timeout=20)
    finally:
        process.kill()
        process.communicate()

    assert received.startswith(b"HTTP/1.1 200")
    assert b'"value":"2337841"' in received


def test_no_worker_outlives_a_killed_service(service: tuple[subprocess.Popen[str], str]) -> None:
    process, _ = service
    children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True)  # noqa: S607
    template = children.stdout.split()[0]
    workers = subprocess.run(["pgrep", "-P", template], capture_output=True, text=True, check=True).stdout.split()  # noqa: S607
    process.kill()
    process.wait()

    assert len(workers) >= 2
    for pid in [template, *workers]:
        subprocess.run(["timeout", "5", "tail", f"--pid={pid}", "-f", "/dev/null"], check=True)  # noqa: S607


def test_serve_tells_a_broken_file_and_serves_nothing(world: Path) -> None:
    (world / "data" / "x.ttl").write_text("<http://e/a>\n <b", "utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "kg_service", "serve", "--port", "0", "--dataset", str(world)],
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("error: data/x.ttl:2:")
    assert "Traceback" not in result.stderr
