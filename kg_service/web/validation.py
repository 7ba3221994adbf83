"""The last validation report as a resource: a page with links to what it names, and every format of a report."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import Response

from kg_service.children import child_command, child_environment
from kg_service.errors import InternalError, NotAcceptable, NotFound
from kg_service.negotiation import languages, preferred
from kg_service.parameters import parameters, single
from kg_service.validation.reports import WRITERS, Options
from kg_service.validation.reports.html import report_page
from kg_service.validation.reports.words import summary
from kg_service.web.context import context_of
from kg_service.web.problems import require_method
from kg_service.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request

    from kg_service.validation.results import Report
    from kg_service.web.context import Context

__all__ = ["validation"]

#: A page shows at most this many results: the other formats have them all, and so has what a screen can hold.
_SHOWN = 300

#: Media type → name of the first format that has it; JSON first, which is what a client gets that takes anything.
_BY_MEDIA_TYPE = {WRITERS[name].media_type: name for name in reversed(["json", *WRITERS])}
_OFFERED = ["application/json", *(each for each in reversed(_BY_MEDIA_TYPE) if each != "application/json")]


async def validation(request: Request) -> Response:
    """Show the last validation report in the format that `?format=` or Accept asks for."""
    require_method(request, ("GET", "HEAD"))
    context = context_of(request.scope)
    if context.report is None:
        raise NotFound(f"There is no validation report yet. {context.validity.sentence}")
    name = _format(request)
    language = _language(request, context.report)
    headers = {"Vary": "Accept, Accept-Language"}
    if name == "html":
        shown = replace(context.report, results=context.report.results[:_SHOWN])
        values = await asyncio.to_thread(report_page, shown, language) | {"summary": summary(context.report)}
        return page(
            request, "validation.html", headers=headers, formats=WRITERS,
            left=len(context.report.results) - len(shown.results), **values,
        )  # fmt: skip
    if WRITERS[name].loads_engine:
        text = await _written_elsewhere(context, context.report, name)
    else:
        text = await asyncio.to_thread(WRITERS[name].write, context.report, Options(language))
    return Response(text, headers=headers, media_type=WRITERS[name].media_type)


def _format(request: Request) -> str:
    asked = single(parameters(request.scope["query_string"]), "format")
    if asked is not None:
        name = asked.strip().lower()
        if found := name if name in WRITERS else _BY_MEDIA_TYPE.get(name):
            return found
        raise NotAcceptable(f"There is no format {asked!r} for a validation report.", accepted=[*WRITERS])
    accept = request.headers.get("accept", "")
    chosen = preferred(accept, _OFFERED)
    if chosen is None:
        raise NotAcceptable(f"Accept: {accept[:200]} fits no format of a validation report.", accepted=_OFFERED)
    return _BY_MEDIA_TYPE[chosen]


def _language(request: Request, report: Report) -> str:
    """Return the language, of those the client prefers, in which messages of the report are given."""
    given = {tag for result in report.results for tag in result.messages}
    wanted = languages(request.headers.get("accept-language", ""))
    return next((each for each in wanted if each in given), "en")


async def _written_elsewhere(context: Context, report: Report, name: str) -> str:
    """Return the report as a child process writes it; one child serves all who ask."""
    task = context.texts.get(name)
    if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
        task = context.texts[name] = asyncio.create_task(_write_in_child(report, name))
    return await asyncio.shield(task)


async def _write_in_child(report: Report, name: str) -> str:
    document = json.dumps(report.as_json() | {"graph": report.graph})
    process = await asyncio.create_subprocess_exec(
        *child_command("kg_service.validation.reports", name),
        env=child_environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate(document.encode())
    if process.returncode:
        raise InternalError("The report could not be written in this format; the log tells why.")
    return output.decode()
