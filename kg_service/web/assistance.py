"""Resources for those who write queries: the schema document, the check of a text, what is behind a row or none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kg_service.errors import MalformedRequest
from kg_service.parameters import parameters, single
from kg_service.web.answers import WorkerAnswer
from kg_service.web.problems import require_method

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

__all__ = ["RESOURCES", "Resource"]

_READ = ("GET", "HEAD")
_JSON = {"Content-Type": "application/json", "Vary": "Accept-Encoding"}
_LANGUAGES = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*(,[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*){0,9}")


async def schema(request: Request) -> ASGIApp:
    """Tell what queries can be written with: `/sparql/schema[?lang=ru,en]`; without `lang`, texts in all languages."""
    require_method(request, _READ)
    wanted = single(parameters(request.scope["query_string"]), "lang") or ""
    if wanted and not _LANGUAGES.fullmatch(wanted):
        raise MalformedRequest(f"lang={wanted[:40]!r} is no list of up to ten language tags, such as ru or kk,ru.")
    return WorkerAnswer({"operation": "schema", "languages": wanted.lower().split(",") if wanted else []}, _JSON)


class Resource(NamedTuple):
    """One row: an address, what responds there, and what the OpenAPI document says of it.

    method       in lower case; those that read also answer HEAD
    parameters   (name, description) of each
    """

    path: str
    respond: Callable[[Request], Awaitable[ASGIApp]]
    method: str
    summary: str
    parameters: tuple[tuple[str, str], ...] = ()


RESOURCES: tuple[Resource, ...] = (
    Resource(
        "/sparql/schema", schema, "get", "What queries can be written with",
        (("lang", "language tags, with commas between, of the texts wanted; by default all"),),
    ),
)  # fmt: skip
