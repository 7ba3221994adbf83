"""Pools of workers for tests, and what can be seen of their processes."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg_service.config import Limits
from kg_service.evaluation.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["DATA", "LIGHT", "ask", "children", "descriptors", "request", "run"]

DATA = "".join(f"<http://e/s{n}> <http://e/p> <http://e/o{n % 7}> .\n" for n in range(400))
LIGHT = "ASK { ?s ?p ?o }"


def run(file: Path, scenario: Callable[[Pool], Awaitable[None]], *, workers: int = 2, **limits: Any) -> None:
    """Run a scenario on a pool of its own, then check that the pool leaves no process behind."""

    async def main() -> None:
        pool = Pool([file], workers=workers, limits=Limits(**{"timeout": 10.0, "memory": 128, **limits}))
        pool.launch()
        try:
            await pool.start()
            await scenario(pool)
        finally:
            await pool.close()

    before = descriptors()
    asyncio.run(main())

    assert children() == []
    assert descriptors() <= before


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0


def children() -> list[str]:
    task = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return task.read_text().split() if task.exists() else []


def request(query: str) -> dict[str, Any]:
    formats = {"solutions": "tsv", "boolean": "json", "triples": "nt"}
    return {"operation": "query", "question": (query,), "wanted": {"formats": formats}}


async def ask(pool: Pool, query: str, **options: Any) -> bytes:
    return await (await pool.evaluate(request(query), **options)).read()
