"""`kg serve --processes` as real processes: one port, one answer, one sum; and SIGHUP, with one or more."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING

import pytest
from processes import MANY, Service, fronts, get, measure, running, start, until
from worlds import lay_out, lay_out_valid, second_label

from kg_service.errors import SystemRefused, WrongUsage
from kg_service.web.listening import bind, free_addresses
from kg_service.web.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay out a data set that is known to be valid, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return lay_out_valid(tmp_path / "world")


@pytest.fixture
def service(world: Path) -> Iterator[Service]:
    with running(world, "--processes", "2", "--workers", "1") as found:
        until(found, "kg_processes", 2)
        yield found


def await_end(*processes: int) -> None:
    for process in processes:
        subprocess.run(["timeout", "20", "tail", f"--pid={process}", "-f", "/dev/null"], check=True)  # noqa: S607


def test_each_process_answers_with_the_same_tag_and_says_once_where_the_service_is(world: Path, tmp_path: Path) -> None:
    options = "--port", "0", "--processes", "2", "--workers", "1", "--log-requests"
    command = [sys.executable, "-m", "kg_service", "serve", *options, "--dataset", str(world)]
    asked = urllib.parse.quote("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 3")
    log = tmp_path / "log"
    with log.open("wb") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        assert process.stdout is not None
        port = re.search(r"at http://\S+:(\d+)/ ", process.stdout.readline())
        assert port is not None
        service = Service(process, int(port[1]))
        until(service, "kg_processes", 2)
        tags = set()
        for _ in range(MANY):
            with urllib.request.urlopen(f"{service.address}/sparql?query={asked}") as answer:  # noqa: S310 - under test
                tags.add(answer.headers["ETag"])
    finally:
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)

    assert len(tags) == 1
    assert process.returncode == 0
    assert set(re.findall(r"kg_service\.access\[(\d)\]: .*/sparql", log.read_text())) == {"0", "1"}
    assert output == ""
    assert "Traceback" not in log.read_text()


def test_the_same_tag_comes_from_a_replica_elsewhere(world: Path, tmp_path: Path, service: Service) -> None:
    del world
    with running(lay_out(tmp_path / "elsewhere"), "--workers", "1") as other:
        tags = set()
        for each in (service, other):
            asked = urllib.request.Request(  # noqa: S310 - the service under test
                f"{each.address}/queries/countries?format=csv", headers={"Host": "kg.example"}
            )
            with urllib.request.urlopen(asked) as answer:  # noqa: S310 - the same
                tags.add(answer.headers["ETag"])

    assert len(tags) == 1


def test_metrics_are_sums_and_outlive_a_process_that_is_started_again(service: Service) -> None:
    name = 'kg_requests_total{form="",method="GET",resource="health",status="200"}'
    for _ in range(MANY):
        get(f"{service.address}/health")
    until(service, name, MANY)
    for front in fronts(service):
        os.kill(front, signal.SIGKILL)
        await_end(front)
        while len(fronts(service)) < 2:
            assert service.process.poll() is None
        for _ in range(200):  # until it listens, and after
            with contextlib.suppress(OSError):
                assert measure(service, name) == MANY
        until(service, "kg_processes", 2)

    assert measure(service, name) == MANY
    assert measure(service, f'kg_request_seconds_count{{resource="health"}}') == MANY  # noqa: F541 - braces


def test_no_process_outlives_a_killed_supervisor(service: Service) -> None:
    below = service.tree()[1:]
    service.process.kill()
    service.process.wait()

    assert len(below) > 6
    await_end(*below)


def test_a_query_under_way_is_answered_before_all_processes_end(world: Path) -> None:
    process, address = start(world, "--processes", "2", "--workers", "1")
    host, port = address.removeprefix("http://").split(":")
    long = urllib.parse.quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }")
    try:
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(f"GET /sparql?query={long} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            while b"kg_under_way 1.0" not in get(f"{address}/metrics")[1]:
                pass
            below = Service(process, int(port)).tree()[1:]
            process.send_signal(signal.SIGTERM)
            received = b""
            while data := connection.recv(65536):
                received += data
        process.wait(timeout=20)
    finally:
        process.kill()
        process.communicate()

    assert received.startswith(b"HTTP/1.1 200")
    assert process.returncode == 0
    await_end(*below)


@pytest.mark.parametrize(
    ("text", "told"),
    [("<http://e/a>\n <b", "error: data/x.ttl:2:"), ("", "error: The data set has 1 violation and is not served")],
    ids=["syntax", "violation"],
)
def test_what_is_wrong_with_the_data_is_told_once(text: str, told: str, world: Path) -> None:
    text = text or second_label(world)
    (world / "data" / "x.ttl").write_text(text, "utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "kg_service", "serve", "--port", "0", "--processes", "2", "--dataset", str(world)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert result.returncode == 1
    assert result.stderr.count("error: ") == result.stderr.count(told) == 1
    assert "Traceback" not in result.stderr


def test_a_platform_that_cannot_share_a_port_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "SO_REUSEPORT")

    with pytest.raises(WrongUsage, match="leave out --processes"):
        free_addresses("127.0.0.1", 0)


def test_a_port_that_another_service_has_is_told(service: Service) -> None:
    with pytest.raises(SystemRefused, match="Address already in use"):
        free_addresses("127.0.0.1", service.port)


def test_all_addresses_of_a_host_get_the_port_that_the_first_was_given() -> None:
    addresses = free_addresses("", 0)
    first, second = bind(addresses), bind(addresses)

    assert len({each.getsockname()[1] for each in (*first, *second)}) == 1
    for each in (*first, *second):
        each.close()


def test_a_part_of_a_tally_outlives_who_wrote_it() -> None:
    tally = Tally(2)
    tally.numbers[tally.row("sent")] += 2
    tally.take(1)
    tally.numbers[tally.row("seconds", "x", width=3) + 2] += 5
    tally.numbers[tally.row("sent")] += 3
    tally.take(0)
    tally.numbers[tally.row("sent")] += 1
    tally.numbers[tally.row("waiting")] = 4

    assert tally.sums() == {("sent",): [6.0], ("seconds", "x"): [0.0, 0.0, 5.0], ("waiting",): [4.0]}
    tally.clear(0, frozenset({"waiting"}))
    assert tally.sums()["waiting",] == [0.0]


def test_a_full_tally_loses_rows_and_nothing_else() -> None:
    tally = Tally()
    tally.numbers[tally.row("sent")] = 7
    for number in range(5000):
        tally.numbers[tally.row("requests", "x" * 20, str(number))] += 1
    sums = tally.sums()

    assert sums["sent",] == [7.0]
    assert 1000 < len(sums) < 5000
    assert set(map(tuple, sums.values())) == {(7.0,), (1.0,)}
