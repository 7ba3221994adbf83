"""Run the service: load in the background while the framework is imported, then listen until told to stop."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING, Any

from kg_service.config import Limits
from kg_service.evaluation.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import uvicorn
    from fastapi import FastAPI

    from kg_service.validation.results import Report

__all__ = ["run"]


def run(places: Sequence[Path], sources: Path | None, settings: dict[str, Any], *, quiet: bool = False) -> None:
    """Serve until SIGINT or SIGTERM. Raises DataSyntaxError or DataInvalid (exit 1) before anything listens."""
    limits = Limits.of(settings)
    pool = Pool(places, workers=settings["workers"], limits=limits)
    pool.launch()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(pool, limits, places, sources, settings | {"quiet": quiet}))


async def _serve(
    pool: Pool, limits: Limits, places: Sequence[Path], sources: Path | None, settings: dict[str, Any]
) -> None:
    import uvicorn  # noqa: PLC0415 - imported while the template process loads the data set

    from kg_service.web.app import create_app  # noqa: PLC0415
    from kg_service.web.validity import Validity, refusal, told  # noqa: PLC0415

    validity = Validity(places, sources, settings["allow_invalid"])
    refused: list[Report] = []

    def refuse(report: Report) -> None:
        print(told(report, colour=sys.stderr.isatty()), file=sys.stderr)
        refused.append(report)
        server.should_exit = True

    known = asyncio.create_task(validity.known())
    try:
        await pool.start()
        report = await known
        if report is not None and validity.refuses(report):
            print(told(report, colour=sys.stderr.isatty()), file=sys.stderr)
            raise refusal(report)
        app = create_app(
            pool,
            limits,
            root_path=settings["root_path"],
            validity=validity,
            refuse=refuse,
            reload=settings["reload"],
            log_requests=settings["log_requests"],
            trusted_proxies=settings["trusted_proxies"],
        )
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
        configuration = uvicorn.Config(
            app,
            host=settings["host"],
            port=settings["port"],
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # read by the application, with the host
            timeout_graceful_shutdown=settings["grace"],
            http=_protocol(app, settings),
        )
        server = uvicorn.Server(configuration)
        announcing = asyncio.create_task(_announce(server, pool.facts, quiet=settings["quiet"]))
        await server.serve()
        await announcing
        if refused:
            raise refusal(refused[0])
    finally:
        known.cancel()
        await pool.close()


def _protocol(app: FastAPI, settings: dict[str, Any]) -> Any:
    """Return the HTTP protocol: the one with the short way, where its parser is there."""
    try:
        from kg_service.web.wire import express_protocol  # noqa: PLC0415 - needs httptools
    except ImportError:
        return "auto"
    return express_protocol(app.state.context, settings["root_path"])


def _loop_factory() -> Any:
    try:
        import uvloop  # noqa: PLC0415 - absent on Windows
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _announce(server: uvicorn.Server, facts: dict[str, Any], *, quiet: bool) -> None:
    """Say where the service is once it listens; with port 0 only the socket knows."""
    while not server.started and not server.should_exit:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    for listening in server.servers[:1] if server.started and not quiet else []:
        host, port = listening.sockets[0].getsockname()[:2]
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        graphs, triples = len(facts["graphs"]), facts["triples"]
        print(
            f"Serving {triples} triples in {graphs} graphs at {address}/ (SPARQL at {address}/sparql)",
            flush=True,
        )
