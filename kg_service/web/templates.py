"""Pages from templates: everything shown is escaped; the templates lie beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kg_service.iris import prefixed_name
from kg_service.web.context import service_address

if TYPE_CHECKING:
    import jinja2
    from starlette.requests import Request

__all__ = ["RTL", "render"]

#: Languages written from right to left, by primary subtag.
RTL = frozenset({"ar", "fa", "he", "ur", "ug", "ps", "sd", "ckb", "yi"})


def render(request: Request, template: str, **values: Any) -> str:
    """Return a page; `values` are what its template names, beside the service's own facts."""
    context = request.app.state.context
    facts = context.facts
    base = service_address(request.scope)

    def link(iri: str) -> str:
        """Return the address under which an IRI is shown: here if it is ours, else where it says."""
        if facts.get("base") and iri.startswith(facts["base"]):
            path, _, fragment = iri.removeprefix(facts["base"]).partition("#")
            return f"{base}/page/{quote(path)}" + (f"#{quote(fragment)}" if fragment else "")
        if iri.startswith(("http://", "https://")):
            return iri
        return f"{base}/describe?iri={quote(iri, safe='')}"

    def short(iri: str) -> str:
        """Return the prefixed name of an IRI, or the IRI itself."""
        return prefixed_name(iri, facts["prefixes"])

    return (
        _environment()
        .get_template(template)
        .render(base_url=base, link=link, short=short, facts=facts, validity=context.validity, rtl=RTL, **values)
    )


@cache
def _environment() -> jinja2.Environment:
    import jinja2  # noqa: PLC0415 - only where a page is shown

    from kg_service.validation.reports.html import TEMPLATES  # noqa: PLC0415 - the same

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([Path(__file__).parent / "templates", TEMPLATES]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
