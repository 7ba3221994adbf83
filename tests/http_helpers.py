"""What the tests over HTTP share: addresses, the shape of a problem, results as sets of triples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.errors import PROBLEMS
from kg_service.terms import RDF_FORMATS, quads_of

if TYPE_CHECKING:
    from httpx2 import Response

BASE = "https://w3id.org/film-memoranda/"
MEMORANDUM = f"{BASE}id/memorandum/az-kz-aktau"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def assert_problem(response: Response, slug: str, *, status: int | None = None) -> dict[str, object]:
    """Check that the answer is the problem of this name, in the one shape all problems have."""
    kind = next(each for each in PROBLEMS if each.slug == slug)
    document: dict[str, object] = response.json()

    assert response.status_code == (status or kind.status), document
    assert response.headers["content-type"] == "application/problem+json"
    assert document["type"] == f"http://testserver/errors/{slug}"
    assert document["title"] == kind.title
    assert document["status"] == response.status_code
    assert document["detail"]
    return document


def triples(content: bytes, name: str) -> set[tuple[str, str, str]]:
    quads = quads_of(ox.parse(content, format=RDF_FORMATS[name]))
    return {(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in quads}
