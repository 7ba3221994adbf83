"""The network around a thing, for the drawing on its page: what it leads to, and what leads to it."""

from __future__ import annotations

from typing import Any

__all__ = ["around"]

#: Nodes of a network that can still be read.
_NODES = 60


def around(thing: dict[str, Any]) -> dict[str, Any]:
    """Return nodes (id, label, iri, kind) and edges (from, to, label) for what a page shows of a thing."""
    nodes: dict[str, dict[str, Any]] = {}

    def node(term: dict[str, Any], kind: str = "") -> str:
        iri = str(term["iri"])
        nodes.setdefault(iri, {"id": iri, "label": _words(term), "iri": iri} | ({"kind": kind} if kind else {}))
        return iri

    centre = node(thing, "centre")
    edges = []
    for name in ("facts", "incoming"):
        for group in thing[name]:
            for each in group["values"]:
                if each.get("iri") and (each["iri"] in nodes or len(nodes) < _NODES):
                    other = node(each)
                    ends = (other, centre) if name == "incoming" else (centre, other)
                    edges.append({"from": ends[0], "to": ends[1], "label": _words(group["predicate"])})
    return {"nodes": list(nodes.values()), "edges": edges}


def _words(term: dict[str, Any]) -> str:
    return str((term.get("label") or {}).get("value") or term.get("value") or term["name"])
