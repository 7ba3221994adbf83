"""Worker processes: what overruns is ended, what dies is replaced, and nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pools import LIGHT, ask, children, descriptors, request, run

from kg_service.errors import (
    Busy,
    DeadlineExceeded,
    EvaluationFailed,
    MemoryExceeded,
    Problem,
    QuerySyntaxError,
    TooManyRequests,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kg_service.evaluation.pool import Pool

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
GREEDY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a"
PLANNING = "SELECT * { " + "?s ?p ?o . " * 300 + "}"
OVERFLOWING = "SELECT * WHERE " + "{" * 5_000 + "}" * 5_000  # the limit of depth is the rim's; here it is past
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


HOSTILE = [
    (ENDLESS, {"timeout_s": 0.3}, DeadlineExceeded),
    (PLANNING, {"timeout_s": 0.3}, DeadlineExceeded),
    (GREEDY, {}, MemoryExceeded),
    (OVERFLOWING, {}, EvaluationFailed),
    ("SELECT (<http://e/f>(1) AS ?x) {}", {}, EvaluationFailed),
    ("SELECT * {", {}, QuerySyntaxError),
]


@pytest.mark.parametrize(
    ("query", "options", "kind"), HOSTILE, ids=["endless", "planning", "memory", "stack", "function", "syntax"]
)
def test_a_hostile_query_has_its_problem_and_the_next_one_its_answer(
    file: Path, query: str, options: dict[str, float], kind: type[Problem]
) -> None:
    async def scenario(pool: Pool) -> None:
        for _ in range(3):
            with pytest.raises(kind):
                await ask(pool, query, **options)
            assert b"true" in await ask(pool, LIGHT)

    run(file, scenario, workers=1)


def test_light_queries_are_answered_while_every_ordinary_worker_is_busy(file: Path) -> None:
    async def scenario(pool: Pool) -> None:
        hostile = [asyncio.create_task(ask(pool, ENDLESS, client="a", timeout_s=3)) for _ in range(6)]
        await asyncio.sleep(0)
        light = await asyncio.gather(*(ask(pool, LIGHT, client="b") for _ in range(20)))
        assert not [task for task in hostile if task.done() and task.exception() is None]
        assert all(b"true" in each for each in light)
        results = await asyncio.gather(*hostile, return_exceptions=True)
        assert all(isinstance(each, DeadlineExceeded | Busy) for each in results)

    run(file, scenario, quick=0.2, queue=64)


def test_a_heavy_query_leaves_the_reserve_and_is_still_answered(file: Path) -> None:
    async def scenario(pool: Pool) -> None:
        first = asyncio.create_task(ask(pool, ENDLESS, timeout_s=0.6))
        await asyncio.sleep(0)
        heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h 'none' }"
        second = asyncio.create_task(ask(pool, heavy))
        assert b"true" in await ask(pool, LIGHT, client="b")
        with pytest.raises(DeadlineExceeded):
            await first
        assert await second == b"?n\n0\n"

    run(file, scenario, workers=1, quick=0.05)


def test_one_client_cannot_fill_the_queue(file: Path) -> None:
    async def scenario(pool: Pool) -> None:
        mine = [asyncio.create_task(ask(pool, ENDLESS, client="a", timeout_s=0.6)) for _ in range(12)]
        await asyncio.sleep(0)
        other = asyncio.create_task(ask(pool, LIGHT, client="b"))
        results = await asyncio.gather(*mine, return_exceptions=True)
        assert b"true" in await other
        assert any(isinstance(each, TooManyRequests) for each in results)

    run(file, scenario, quick=0.1, queue=8)


def test_a_result_that_breaks_off_says_so(file: Path) -> None:
    async def scenario(pool: Pool) -> None:
        answer = await pool.evaluate(request(LONG.replace("}", ". ?g ?h ?i }")), timeout_s=0.5)
        with pytest.raises(DeadlineExceeded):
            await answer.read()

    run(file, scenario)


def test_an_abandoned_result_frees_its_worker(file: Path) -> None:
    async def scenario(pool: Pool) -> None:
        for _ in range(5):
            answer = await pool.evaluate(request(LONG.replace("}", ". ?g ?h ?i }")))
            await anext(answer.chunks)
            await answer.chunks.aclose()
        assert b"true" in await ask(pool, LIGHT)

    run(file, scenario, workers=1)


def test_a_full_queue_is_busy(file: Path) -> None:
    async def scenario(pool: Pool) -> None:
        running = [asyncio.create_task(ask(pool, ENDLESS, client=str(n), timeout_s=0.8)) for n in range(3)]
        while pool.load != (2, 1):  # noqa: ASYNC110 - the pool has no event for its tests
            await asyncio.sleep(0)
        with pytest.raises(Busy) as caught:
            await ask(pool, LIGHT, client="x")
        assert caught.value.headers["Retry-After"]
        results = await asyncio.gather(*running, return_exceptions=True)
        assert all(isinstance(each, DeadlineExceeded | Busy) for each in results)
        assert b"true" in await ask(pool, LIGHT)

    run(file, scenario, workers=1, queue=1, quick=5.0)


def test_a_killed_worker_and_a_killed_template_are_replaced(file: Path) -> None:
    async def scenario(pool: Pool) -> None:
        (template,) = children()
        for victim in Path(f"/proc/{template}/task/{template}/children").read_text().split():
            os.kill(int(victim), signal.SIGKILL)
        assert b"true" in await answered(pool)
        assert b"true" in await killed(pool, template)

    run(file, scenario)


def test_a_template_killed_with_commands_unread_is_replaced(file: Path) -> None:
    async def scenario(pool: Pool) -> None:
        (template,) = children()
        os.kill(int(template), signal.SIGSTOP)
        pool._template.kill(0)  # noqa: SLF001 - a command that it does not read
        assert b"true" in await killed(pool, template)

    run(file, scenario)


async def killed(pool: Pool, template: str) -> bytes:
    """Kill the template, wait until another one takes its place, and return what that one's workers answer."""
    os.kill(int(template), signal.SIGKILL)
    while children() in ([], [template]):  # its workers may still answer in the instant before they go
        assert b"true" in await answered(pool)
    return await answered(pool)


def test_a_call_whose_worker_dies_at_once_is_tried_again(file: Path) -> None:
    async def scenario(pool: Pool) -> None:
        asked = asyncio.create_task(ask(pool, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"))
        await asyncio.sleep(0)
        dispatcher = pool._dispatcher  # noqa: SLF001 - which process has the call nobody else knows
        assert dispatcher is not None
        (victim,) = (worker for worker in dispatcher.workers if worker.flight)
        os.kill(victim._process, signal.SIGKILL)  # noqa: SLF001 - the same
        assert await asked == b"?n\n160000\n"
        assert dispatcher.ended == {"died": 1}

    run(file, scenario)


async def answered(pool: Pool) -> bytes:
    """Ask until a worker answers: the first ones may meet the dead."""
    for _ in range(200):
        try:
            return await ask(pool, LIGHT, timeout_s=1)
        except (EvaluationFailed, MemoryExceeded, Busy, OSError):
            await asyncio.sleep(0.02)
    pytest.fail("no worker came back")


@pytest.mark.parametrize("snapshot", [0, 0.0001], ids=["from memory", "from disk"])
def test_many_kills_leak_nothing(file: Path, snapshot: float) -> None:
    async def scenario(pool: Pool) -> None:
        with pytest.raises(DeadlineExceeded):
            await ask(pool, ENDLESS, timeout_s=0.02)
        before = descriptors()
        for _ in range(60):
            with pytest.raises((DeadlineExceeded, Busy)):
                await ask(pool, ENDLESS, timeout_s=0.02)
        assert b"true" in await ask(pool, LIGHT)
        assert descriptors() <= before + 4

    run(file, scenario, snapshot=snapshot)


def test_answers_come_in_one_piece_where_they_are_small(file: Path) -> None:
    async def scenario(pool: Pool) -> None:
        answer = await pool.evaluate(request("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 1"))
        pieces = [piece async for piece in answer.chunks]
        assert pieces == [b"?s\n<http://e/s0>\n"]

    run(file, scenario)


async def pieces(chunks: AsyncIterator[bytes]) -> int:
    return sum([1 async for _ in chunks])


def test_long_answers_come_in_pieces(file: Path) -> None:
    async def scenario(pool: Pool) -> None:
        answer = await pool.evaluate(request(LONG))
        assert await pieces(answer.chunks) > 10

    run(file, scenario)
