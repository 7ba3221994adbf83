"""Linked data: the data set's own IRIs dereference here, descriptions and downloads are served here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.responses import RedirectResponse

from kg_service.errors import NotFound
from kg_service.formats import FORMATS, Format, Kind, by_extension, offered
from kg_service.iris import absolute
from kg_service.namespaces import OWL
from kg_service.negotiation import negotiate, preferred, wants_page
from kg_service.parameters import parameters, single
from kg_service.web.addresses import (
    asked_iris,
    data_address,
    description_address,
    document,
    page_address,
    raw_path,
    shown_iris,
)
from kg_service.web.answers import WorkerAnswer
from kg_service.web.browse import mentions_query
from kg_service.web.context import client_of, context_of, service_address
from kg_service.web.neighbourhood import around
from kg_service.web.ontology import ontology_page
from kg_service.web.problems import require_method
from kg_service.web.quotations import quotation
from kg_service.web.reader import reader_of
from kg_service.web.templates import page as page_of
from kg_service.web.vocabulary import vocabulary_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

__all__ = ["data", "describe", "download", "page", "thing", "void"]

READ = ("GET", "HEAD")
#: Bytes of JSON-LD that a page carries.
_IN_HEAD = 40_000
_VARY = "Accept, Accept-Encoding"


async def thing(request: Request) -> ASGIApp:
    """Send a client from a thing's IRI to a document about it: 303 to a page or to data, by Accept.

    An ending such as .ttl or .html behind the IRI chooses instead. Cool URIs for the Semantic Web §4.2
    """
    require_method(request, READ)
    path, extension = raw_path(request.scope), ""
    iri = await _known(request, asked_iris(request, path)) if path else None
    if iri is None:
        path, _, extension = path.rpartition(".")
        if path and (extension == "html" or by_extension(extension)):
            iri = await _known(request, asked_iris(request, path))
        if iri is None:
            raise NotFound(f"The data set describes nothing at {request.url.path}.")
    accept = request.headers.get("accept", "")
    listed = [offered(Kind.TRIPLES)[0].media_type, "text/html"]
    wants_page = not extension and "html" in accept and preferred(accept, listed) == "text/html"
    if extension == "html" or wants_page:
        location = page_address(request, iri, language=_language(request))
    else:
        location = data_address(request, iri, extension or negotiate(accept, Kind.TRIPLES).format.name)
    return RedirectResponse(location, status_code=303, headers={"Vary": "Accept", "Link": _alternates(request, iri)})


async def data(request: Request) -> ASGIApp:
    """Serve the description of a thing in the format that the address ends in."""
    require_method(request, READ)
    path, _, extension = raw_path(request.scope).partition("/")[2].rpartition(".")
    row = by_extension(extension)
    if row is None or not path:
        known = ", ".join(f".{each.name}" for each in offered(Kind.TRIPLES))
        raise NotFound(f"Descriptions end in one of {known}.")
    iri, is_near_miss = await _shown(request, path)
    if is_near_miss:
        return RedirectResponse(data_address(request, iri, extension))
    return _description(iri, row, document(request, iri, extension), link=_alternates(request, iri))


async def page(request: Request) -> ASGIApp:
    """Show what the data set says about a thing, each statement with the graph that states it."""
    require_method(request, READ)
    iri, is_near_miss = await _shown(request, raw_path(request.scope).partition("/")[2])
    if is_near_miss:
        return RedirectResponse(page_address(request, iri, language=_language(request)))
    return await _page(request, iri, _alternates(request, iri))


async def _shown(request: Request, path: str) -> tuple[str, bool]:
    """Return the IRI that a path of a page or description means, and whether its own address is another one.

    An address belongs to one IRI. Where the data do not have that one, they may have one that is spelled otherwise.
    """
    exact, *others = shown_iris(request, path)
    if not others:
        return exact, False
    found = await _known(request, [exact, *others], mentioned=True)
    if found is None:
        raise NotFound(f"The data set says nothing about <{exact}>.")
    return found, found != exact


async def _known(request: Request, iris: list[str], *, mentioned: bool = False) -> str | None:
    found: str | None = await _ask(request, {"operation": "known", "iris": iris, "mentioned": mentioned})
    return found


async def describe(request: Request) -> ASGIApp:
    """Describe any IRI that occurs, also one outside the data set's base: `/describe?iri=…[&format=…]`."""
    require_method(request, READ)
    pairs = parameters(request.scope["query_string"])
    iri = absolute(single(pairs, "iri") or "", name="iri")
    format_name = single(pairs, "format") or None
    accept = request.headers.get("accept", "")
    if wants_page(accept, format_name=format_name):
        return await _page(request, iri, "")
    row = negotiate(accept, Kind.TRIPLES, format_name=format_name).format
    return _description(iri, row, description_address(request, iri, row.name))


async def download(request: Request) -> ASGIApp:
    """Serve the whole data set as a file: `/download/<name>.<ext>`."""
    require_method(request, READ)
    name, _, extension = unquote(request.path_params["path"]).rpartition(".")
    row = by_extension(extension)
    if row is None or name != dataset_name(request):
        files = ", ".join(f"{dataset_name(request)}.{each.name}" for each in offered(Kind.TRIPLES))
        raise NotFound(f"There are these files to download: {files}.")
    headers = {
        "Content-Type": row.content_type(),
        "Content-Disposition": f'attachment; filename="{name}.{extension}"',
        "Vary": "Accept-Encoding",
    }
    return WorkerAnswer({"operation": "dump", "format_name": row.name}, headers)


async def void(request: Request) -> ASGIApp:
    """Describe the data set and the endpoint (VoID §2, §6.2)."""
    require_method(request, READ)
    pairs = parameters(request.scope["query_string"])
    chosen = negotiate(request.headers.get("accept", ""), Kind.TRIPLES, format_name=single(pairs, "format") or None)
    work = {
        "operation": "service_description",
        "endpoint": f"{service_address(request.scope)}/sparql",
        "format_name": chosen.format.name,
    }
    return WorkerAnswer(work, {"Content-Type": chosen.content_type, "Vary": _VARY})


def dataset_name(request: Request) -> str:
    """Return the name of the data set's files: the last segment of its base."""
    return str(context_of(request.scope).facts["base"].rstrip("/").rpartition("/")[2]) or "dataset"


def _description(iri: str, row: Format, about: str, *, link: str = "") -> WorkerAnswer:
    work = {"operation": "describe", "iri": iri, "document": about, "format_name": row.name}
    headers = {"Content-Type": row.content_type(), "Vary": _VARY}
    return WorkerAnswer(work, headers | ({"Link": link} if link else {}))


async def _page(request: Request, iri: str, link: str) -> Response:
    reader = reader_of(request)
    content = await _ask(request, {"operation": "page", "iri": iri, "languages": list(reader.languages)})
    sources = context_of(request.scope).sources
    passages = [content["note"], *(part["note"] for part in content["members"])]
    for note in (*content["notes"], *filter(None, passages)):
        note["quotation"] = quotation(sources, note)
    rows = [(row, data_address(request, iri, row.name)) for row in FORMATS if Kind.TRIPLES in row.kinds]
    headers = {"Vary": "Accept"} | ({"Link": link} if link else {})
    if OWL + "Ontology" in {each.get("iri") for each in content["types"]}:
        vocabulary = await vocabulary_of(context_of(request.scope))
        return ontology_page(request, vocabulary, reader, headers=headers, thing=content, rows=rows)
    linked = await _linked_data(request, iri)
    mentions = mentions_query(iri) if content["more"] else ""
    return page_of(
        request, "thing.html", headers=headers, thing=content, rows=rows, around=around(content), linked=linked,
        mentions=mentions,
    )  # fmt: skip


async def _linked_data(request: Request, iri: str) -> Any:
    """Return the description as JSON-LD for the head of a page, where search engines look; None for one too long."""
    about = document(request, iri, "jsonld")
    work = {"operation": "describe", "iri": iri, "document": about, "format_name": "jsonld"}
    answer = await context_of(request.scope).pool.evaluate(work, client=client_of(request.scope))
    text = await answer.read()
    return json.loads(text) if len(text) <= _IN_HEAD else None


async def _ask(request: Request, work: dict[str, Any]) -> Any:
    answer = await context_of(request.scope).pool.evaluate(work, client=client_of(request.scope))
    return json.loads(await answer.read())


def _language(request: Request) -> str:
    return single(parameters(request.scope["query_string"]), "lang") or ""


def _alternates(request: Request, iri: str) -> str:
    """Return the Link header that lists every representation (RFC 8288)."""
    links = [
        f'<{data_address(request, iri, row.name)}>; rel="alternate"; type="{row.media_type}"'
        for row in offered(Kind.TRIPLES)
    ]
    return ", ".join([*links, f'<{page_address(request, iri)}>; rel="alternate"; type="text/html"'])
