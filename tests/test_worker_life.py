"""From start to rest: what a template makes ready, what workers take along, and what they give back."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import sys
from pathlib import Path

import pytest
from pools import LIGHT, ask, run

from kg_service.config import Limits
from kg_service.errors import DataInvalid, DataSyntaxError, EvaluationFailed
from kg_service.evaluation import template
from kg_service.evaluation.control import TemplateProcess
from kg_service.evaluation.frames import request_frame
from kg_service.evaluation.inbox import Inbox
from kg_service.evaluation.pool import Pool
from kg_service.store.embedded import EmbeddedStore
from kg_service.store.opening import open_local


def test_a_broken_file_is_told_and_nothing_starts(tmp_path: Path) -> None:
    broken = tmp_path / "x.ttl"
    broken.write_text("<http://e/a> <http://e/b>\n  oops .", "utf-8")

    async def scenario(_: Pool) -> None:
        pytest.fail("nothing may be served")

    with pytest.raises(DataSyntaxError, match=r"x\.ttl:2:"):
        run(broken, scenario)


def test_a_folder_without_base_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text("<http://e/a> <http://e/b> 1 .", "utf-8")

    async def scenario(_: Pool) -> None:
        pytest.fail("nothing may be served")

    with pytest.raises(DataInvalid, match="uriSpace"):
        run(tmp_path, scenario)


def test_the_network_is_taken_before_the_engine_has_threads(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deeds: list[str] = []

    def take_away() -> str:
        deeds.append("network")
        return "here"

    monkeypatch.setattr(template, "forbid_network", take_away)
    monkeypatch.setattr(EmbeddedStore, "open", lambda _: deeds.append("index"))
    control, _ = ends = socket.socketpair()
    with ends[0], ends[1]:
        _, network = template.Template(control).load({"places": [str(file)]})

    assert (deeds, network) == (["network", "index"], "here")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux knows this policy")
def test_workers_interrupt_nobody(file: Path) -> None:
    async def scenario(pool: Pool) -> None:
        dispatcher = pool._dispatcher  # noqa: SLF001 - which processes they are nobody else knows
        assert dispatcher is not None
        policies = {os.sched_getscheduler(worker._process) for worker in dispatcher.workers}  # noqa: SLF001 - the same
        assert policies == {os.SCHED_BATCH}

    run(file, scenario)


def test_long_texts_do_not_keep_the_service_from_starting(tmp_path: Path) -> None:
    file = tmp_path / "data.nt"
    file.write_text("".join(f'<http://e/s{n}> <http://e/p> "{"x" * 100_000}" .\n' for n in range(5)), "utf-8")

    async def scenario(pool: Pool) -> None:
        assert b"true" in await ask(pool, LIGHT)

    run(file, scenario)


def test_a_worker_that_rests_gives_back_what_reading_an_index_has_cached(tmp_path: Path) -> None:
    file, chance = tmp_path / "data.nt", random.Random(7)  # noqa: S311 - repeatable, not secret
    texts = (chance.randbytes(5_000).hex() for _ in range(3_000))
    file.write_text("".join(f'<http://e/s{n}> <http://e/p> "{text}" .\n' for n, text in enumerate(texts)), "utf-8")

    async def scenario(pool: Pool) -> None:
        assert await ask(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(STRLEN(?o) > 9) }") == b"?n\n3000\n"
        for _ in range(200):
            if pool.ended:
                break
            await asyncio.sleep(0.05)
        assert pool.ended == {"retired": 1}
        assert b"true" in await ask(pool, LIGHT)

    run(file, scenario, snapshot=0.0001, memory=512)


def test_only_what_costs_nothing_to_make_again_is_given_back(file: Path) -> None:
    graphs = ["http://e/g", "http://e/h"]
    memory = open_local([file], Limits(snapshot=0))
    merging, finding = (open_local([file], Limits(snapshot=0.0001)) for _ in range(2))
    assert (memory.is_replaceable, merging.is_replaceable, finding.is_replaceable) == (False, True, True)

    merging.dataset(graphs, [])
    _ = finding.fragments
    assert (merging.is_replaceable, finding.is_replaceable) == (False, False)


def test_who_waits_for_a_request_rests_once() -> None:
    rested: list[int] = []
    service, worker = socket.socketpair()
    with service, worker:

        def rest() -> None:
            rested.append(len(rested))
            service.sendall(request_frame({"operation": "late"}))

        inbox = Inbox(worker, rest, after_s=0.01)
        assert inbox.next(look=False) == {"operation": "late"}
        assert rested == [0]
        service.sendall(request_frame({"operation": "soon"}))
        assert inbox.next(look=False) == {"operation": "soon"}
        service.close()
        assert inbox.next(look=False) is None
    assert rested == [0]


def test_workers_that_cannot_live_end_the_start_with_their_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    async def start() -> None:
        pool = Pool([Path(__file__).parent.parent], workers=1, limits=Limits())
        monkeypatch.setattr("kg_service.evaluation.pool._AGAIN_S", 0.0)
        monkeypatch.setattr(TemplateProcess, "fork", stillborn)
        try:
            await pool.start()
        finally:
            await pool.close()

    def stillborn(template: TemplateProcess, number: int) -> socket.socket:
        fork(template, number).close()  # it can tell nobody that it is ready
        ours, theirs = socket.socketpair()
        theirs.close()
        return ours

    fork = TemplateProcess.fork
    with pytest.raises(EvaluationFailed, match=r"(?s)Workers end as soon as they are made: .*BrokenPipeError"):
        asyncio.run(start())
