"""Pages from templates: everything shown is escaped; the templates lie beside this file."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from starlette.responses import HTMLResponse, Response

from kg_service import __version__
from kg_service.iris import is_web, page_path, prefixed_name
from kg_service.language_tags import best_text, direction
from kg_service.parameters import readable
from kg_service.web.addresses import raw_path
from kg_service.web.context import not_modified, root_path, service_address
from kg_service.web.reader import INTERFACE, Reader, reader_of
from kg_service.web.words import date, language_name, number, script_words, translations

if TYPE_CHECKING:
    from collections.abc import Callable

    import jinja2
    from starlette.requests import Request

__all__ = ["SECURITY", "asset", "page"]

_FOLDER = Path(__file__).parent
_BUILT = _FOLDER / "static" / "built"
#: What a page may load and do: nothing from elsewhere, no script or style in the page itself.
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_OK = 200


def page(
    request: Request, template: str, *, status: int = _OK, headers: dict[str, str] | None = None, **values: Any
) -> Response:
    """Return a page; `values` are what its template names, beside the service's own facts.

    headers   further ones; Vary is added to, Cache-Control is no-cache where it is not told
    Returns 304 where the client holds the page as it is (RFC 9110 §13.1.2).
    """
    reader = reader_of(request)
    text = _environment(reader.interface).get_template(template).render(_names(request, reader) | values)
    told = {"Cache-Control": "no-cache", "Content-Language": reader.interface, **SECURITY, **(headers or {})}
    varying = [each.strip() for each in told.get("Vary", "").split(",") if each.strip()]
    told["Vary"] = ", ".join(dict.fromkeys([*varying, "Accept-Language"]))
    if status == _OK and told["Cache-Control"] != "no-store":
        told["ETag"] = f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
        lines = [(name.lower().encode(), value.encode("latin-1")) for name, value in told.items()]
        held = request.headers.get("if-none-match", "")
        kept = not_modified(lines, held.encode("latin-1")) if held else None
        if kept is not None:
            return Response(status_code=304, headers={name.decode(): value.decode("latin-1") for name, value in kept})
    return HTMLResponse(text, status, told)


def asset(name: str) -> str:
    """Return the path under static/ of a built script or style sheet; "" where the front end was not built."""
    built = _manifest().get(name)
    return f"built/{built}" if built else ""


def _names(request: Request, reader: Reader) -> dict[str, Any]:
    """Return what every template may name."""
    context = request.app.state.context
    facts = context.facts
    root = root_path(request.scope)
    kept = [("lang", reader.chosen)] if reader.chosen else []

    def url(path: str, **values: Any) -> str:
        """Return the address of a page of ours, in the language the reader chose."""
        pairs = [*((name, value) for name, value in values.items() if value not in (None, "")), *kept]
        return root + path + (f"?{urlencode(pairs, doseq=True)}" if pairs else "")

    def link(iri: str) -> str:
        """Return the address under which an IRI is shown: here if it is ours or none is, else where it says."""
        base = facts.get("base")
        if base and iri.startswith(base):
            local, _, fragment = iri.removeprefix(base).partition("#")
            path = page_path(local)
            if path is not None:
                return url(f"/page/{path}") + (f"#{quote(fragment)}" if fragment else "")
        elif base and is_web(iri):
            return iri
        return url("/describe", iri=iri)

    def this_page(**changed: Any) -> str:
        """Return this page's own address with some parameters changed: in another language, at another page."""
        asked = readable(request.scope["query_string"])
        unchanged = [pair for pair in asked if pair[0] not in changed and pair != ("format", "html")]
        path = quote(raw_path(request.scope).lstrip("/"), safe="/%:@!$&'()*+,;=")
        return f"{root}/{path}?{urlencode([*unchanged, *changed.items()])}"

    return {
        "url": url,
        "link": link,
        "is_web": is_web,
        "this_page": this_page,
        "static": lambda name: f"{root}/static/{name}",
        "asset": asset,
        "fonts_of": _fonts_of,
        "style_version": _style_version(),
        "here": root + _path(request, root),
        "short": lambda iri: prefixed_name(iri, facts["prefixes"]),
        "service_url": service_address(request.scope),
        "root": root,
        "facts": facts,
        "label_of": label_of,
        "site": label_of(facts["title"], reader),
        "validity": context.validity,
        "validated": context.report is not None,
        "reader": reader,
        "direction": direction,
        "comma": "، " if reader.interface == "ar" else ", ",
        "interface": INTERFACE,
        "version": __version__,
        "number": lambda value: number(value, reader.interface),
        "date": lambda day: date(day, reader.interface),
        "licence_name": _licence_name,
        "language_name": lambda tag: language_name(tag, reader.interface),
        "own_name": lambda tag: language_name(tag, tag),
        "data_block": _data_block,
        "script_words": script_words(reader.interface),
    }


def label_of(texts: dict[str, str], reader: Reader) -> dict[str, str] | None:
    """Return the best of texts by language for a reader, as {"value", "language"}: never a random one."""
    return best_text(texts, reader.languages)


def _licence_name(iri: str) -> str:
    """Return a short name of a licence: of Creative Commons its own, of others the address without its scheme."""
    match = re.fullmatch(r"https?://creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/([0-9.]+)/?.*", iri)
    if match is None:
        return iri.partition("://")[2] or iri
    return f"CC {'0' if match[1] == 'zero' else match[1].upper()} {match[2]}"


def _data_block(value: Any) -> str:
    """Return JSON that may stand in a script element: markup in it cannot end the element."""
    import markupsafe  # noqa: PLC0415 - comes with the templates

    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return markupsafe.Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028"))  # noqa: S704 - escaped here


def _path(request: Request, root: str) -> str:
    return str(request.scope["path"]).removeprefix(root)


@cache
def _manifest() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((_BUILT / "manifest.json").read_text("utf-8"))
    except OSError:
        return {}
    return found


@cache
def _fonts_of(language: str) -> list[str]:
    """Return the paths under static/ of the fonts that every page in a language needs, to be fetched at once."""
    scripts = {"ar": ("arabic",), "ru": ("cyrillic",), "kk": ("cyrillic", "cyrillic-ext")}.get(language, ("latin",))
    found = (path for script in scripts for path in (_BUILT.glob(f"*-{script}-400-normal-*.woff2")))
    return sorted(f"built/{path.name}" for path in found)


@cache
def _style_version() -> str:
    return hashlib.sha256((_FOLDER / "static" / "kg.css").read_bytes()).hexdigest()[:8]


@cache
def _environment(language: str) -> jinja2.Environment:
    import jinja2  # noqa: PLC0415 - only where a page is shown

    from kg_service.validation.reports.html import TEMPLATES  # noqa: PLC0415 - the same

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([_FOLDER / "templates", TEMPLATES]),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        auto_reload=False,  # another version's files may take the place of these while this one runs
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    install: Callable[..., None] = environment.install_gettext_translations  # type: ignore[attr-defined]
    install(translations(language), newstyle=True)
    return environment
