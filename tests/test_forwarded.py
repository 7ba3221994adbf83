"""What proxies tell of a request is believed from those that are trusted, and from nobody else."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from worlds import ROOT

from kg_service.config import Limits
from kg_service.evaluation.pool import Pool
from kg_service.web.app import create_app

TOLD = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example, data.example", "X-Forwarded-For": "192.0.2.7"}


@pytest.mark.parametrize(
    ("trusted", "address"),
    [
        ("*", "https://data.example/kg"),
        ("10.0.0.0/8, testclient", "https://data.example/kg"),
        ("10.0.0.1", "http://testserver/kg"),
        ("", "http://testserver/kg"),
    ],
)
def test_links_and_locations_stand_under_the_address_that_clients_know(trusted: str, address: str) -> None:
    limits = Limits(memory=256)
    app = create_app(Pool((ROOT,), workers=1, limits=limits), limits, root_path="/kg", trusted_proxies=trusted)
    with TestClient(app, follow_redirects=False) as client:
        moved = client.get("/id/agency/az-cinema-agency", headers={**TOLD, "Accept": "text/turtle"})
        described = client.get("/sparql", headers={**TOLD, "Accept": "application/n-triples"})
        asked = client.get("/sparql", params={"query": "ASK { FILTER(STR(<x>) = 'y') }"}, headers=TOLD)
        relative = client.get(
            "/sparql", params={"query": "SELECT (STR(<x>) AS ?iri) {}", "format": "csv"}, headers=TOLD
        )

    assert moved.headers["location"] == f"{address}/data/id/agency/az-cinema-agency.ttl"
    assert f"<{address}/sparql> " in described.text
    assert asked.json()["boolean"] is False
    assert relative.text.split()[1] == f"{address}/x"
