"""Another instance of this program as a remote store: it has a default graph of its own, and no record of a load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin

import httpx2
import pyoxigraph as ox

from kg_service.errors import DataInvalid, RemoteUnavailable
from kg_service.namespaces import RDF, SD, VOID
from kg_service.store.remote_graphs import RemoteGraphs
from kg_service.terms import value

if TYPE_CHECKING:
    from kg_service.store.client import Client

__all__ = ["peer_facts"]

_GRAPHS = "SELECT ?graph (COUNT(*) AS ?triples) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"
_TRIPLES = "SELECT (COUNT(*) AS ?triples) { ?s ?p ?o }"


def peer_facts(client: Client, base: str) -> dict[str, Any] | None:
    """Return hash, number of triples and graphs of the data set that a peer serves; None where it is no peer.

    Raises DataInvalid where it serves another data set.
    """
    hash_ = _dataset(client)
    if hash_ is None:
        return None
    graphs = RemoteGraphs(client, None, [])
    if not graphs.query(f'ASK {{ ?dataset <{VOID}uriSpace> "{base}" }}'):
        raise DataInvalid(f"{client.address.shown} serves another data set than the one of {base}.")
    apart = _hidden(client)
    found = [
        {"iri": row["graph"].value, "triples": int(row["triples"].value), "public": row["graph"].value not in apart}
        for row in cast("ox.QuerySolutions", graphs.query(_GRAPHS))
        if isinstance(row["graph"], ox.NamedNode)
    ]
    [counted] = cast("ox.QuerySolutions", graphs.query(_TRIPLES))
    return {"hash": hash_, "triples": int(counted["triples"].value), "graphs": found}


def _dataset(client: Client) -> str | None:
    """Return the data set hash that a peer tells about itself."""
    try:
        answer = client.session.get(urljoin(client.address.query, "about"), headers={"accept": "application/json"})
        told = answer.json() if answer.is_success else None
    except (httpx2.HTTPError, ValueError):
        return None
    found = told.get("dataset") if isinstance(told, dict) else None
    return found if isinstance(found, str) else None


def _hidden(client: Client) -> set[str]:
    """Return the graphs that a peer describes, but not as part of its default graph."""
    try:
        answer = client.session.get(client.address.query, headers={"accept": "application/n-triples"})
        answer.raise_for_status()
        described = ox.Store()
        described.load(answer.content, format=ox.RdfFormat.N_TRIPLES)
    except (httpx2.HTTPError, SyntaxError) as error:
        raise RemoteUnavailable(f"{client.address.shown} does not describe itself: {error}.") from error
    kind, graph = ox.NamedNode(RDF + "type"), ox.NamedNode(SD + "Graph")
    graphs = {value(quad.subject) for quad in described.quads_for_pattern(None, kind, graph)}
    part = ox.NamedNode(VOID + "subset")
    return graphs - {value(quad.object) for quad in described.quads_for_pattern(None, part, None)}
