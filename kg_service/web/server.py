"""Run the service: load in the background while the framework is imported, then listen until told to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from kg_service.config import Limits
from kg_service.evaluation.pool import Pool
from kg_service.web.hangup import HANGUP, Terminal, hold_back, let_through

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import uvicorn
    from fastapi import FastAPI

    from kg_service.validation.results import Report
    from kg_service.web.context import Context
    from kg_service.web.supervisor import Front

__all__ = ["run"]

#: Seconds between two looks at what a process is doing, for the metrics of all.
_NOTED_S = 0.5


def run(places: Sequence[Path], sources: Path | None, settings: dict[str, Any], *, quiet: bool = False) -> None:
    """Serve until SIGINT or SIGTERM, and take the data set over anew at SIGHUP.

    Raises DataSyntaxError or DataInvalid (exit 1) before anything listens.
    """
    limits = Limits.of(settings)
    hold_back()
    if os.getpid() == 1:  # of a container: the kernel keeps from it each signal that it does not handle
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    front = None
    log_format = "%(levelname)s %(name)s: %(message)s"
    if settings["processes"] > 1:
        from kg_service.web.supervisor import supervise  # noqa: PLC0415 - where there are several

        logging.basicConfig(level=logging.INFO, format=log_format, stream=sys.stderr)
        front = supervise(settings["processes"], settings["host"], settings["port"], settings["grace"])
        log_format = f"%(levelname)s %(name)s[{front.number}]: %(message)s"
    pool = Pool(places, workers=settings["workers"], limits=limits, store=settings["store"])
    pool.launch()
    logging.basicConfig(level=logging.INFO, format=log_format, stream=sys.stderr, force=True)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(pool, limits, places, sources, settings | {"quiet": quiet, "front": front}))


async def _serve(
    pool: Pool, limits: Limits, places: Sequence[Path], sources: Path | None, settings: dict[str, Any]
) -> None:
    import uvicorn  # noqa: PLC0415 - imported while the template process loads the data set

    from kg_service.web.app import create_app  # noqa: PLC0415
    from kg_service.web.observe import Measures  # noqa: PLC0415
    from kg_service.web.validity import Validity, refusal, told  # noqa: PLC0415

    validity = Validity(places, sources, settings["allow_invalid"])
    front: Front | None = settings["front"]
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
            changes=_changes(settings["reload"], front),
            measures=Measures(log=settings["log_requests"], tally=front.tally if front else None),
            trusted_proxies=settings["trusted_proxies"],
            sources=sources,
        )
        if report is not None and not validity.allow_invalid:  # ready as soon as it listens
            app.state.context.take(validity.verdict(report), report)
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
        quiet = settings["quiet"] or (front is not None and not front.announces)
        announcing = asyncio.create_task(_announce(server, pool.facts, front, quiet=quiet))
        noting = asyncio.create_task(_note(server, app.state.context, front))
        gc.freeze()  # to look through all that was imported would hold up everybody for some 20 ms, again and again
        await server.serve(front.sockets if front else None)
        noting.cancel()
        await announcing
        if refused:
            raise refusal(refused[0])
    finally:
        known.cancel()
        await pool.close()


def _changes(followed: bool, front: Front | None) -> Any:  # noqa: FBT001 - a setting
    """Return when the data set is taken over anew; of several processes the first looks, and the others are told."""
    from kg_service.web.reload import Changes  # noqa: PLC0415

    def settled(context: Context) -> None:
        if front is not None:
            front.report(hash=context.facts["hash"], current=context.validity.current)

    terminal, changes = Terminal(), Changes(followed and (front is None or front.number == 0), settled=settled)

    def hung_up() -> None:
        if terminal.has_gone():
            os.kill(os.getpid(), signal.SIGTERM)
        else:
            changes.asked.set()

    if HANGUP is not None:
        asyncio.get_running_loop().add_signal_handler(HANGUP, hung_up)
        let_through()
    return changes


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


async def _announce(server: uvicorn.Server, facts: dict[str, Any], front: Front | None, *, quiet: bool) -> None:
    """Say where the service is once it listens; with port 0 only the socket knows."""
    while not server.started and not server.should_exit:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    if front is not None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # uvicorn has taken it; the supervisor tells us to stop
    for listening in server.servers[:1] if server.started and not quiet else []:
        host, port = listening.sockets[0].getsockname()[:2]
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        graphs, triples = facts["graph_count"], facts["triples"]
        print(
            f"Serving {triples} triples in {graphs} graphs at {address}/ (SPARQL at {address}/sparql)",
            flush=True,
        )


async def _note(server: uvicorn.Server, context: Context, front: Front | None) -> None:
    """Tell the other processes regularly what this one is doing, and stop without a supervisor."""
    while True:
        if server.started:
            context.measures.note(context.pool)
        if front is not None and front.is_orphan():
            server.should_exit = True
        await asyncio.sleep(_NOTED_S)
