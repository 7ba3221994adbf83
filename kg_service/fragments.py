"""Which subjects of a data set have their address within a document: `<document>#…`, by document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox

if TYPE_CHECKING:
    from kg_service.store.contract import Store

__all__ = ["fragments"]

#: Of a data set with more triples than this nobody reads all to find them, and of one document no more than MOST count.
_TRIPLES, MOST = 1_000_000, 1_000
_QUERY = """SELECT DISTINCT ?s WHERE {{
  {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }}
  FILTER(ISIRI(?s) && STRSTARTS(STR(?s), {base}) && CONTAINS(STR(?s), "#"))
}}"""


def fragments(store: Store) -> dict[str, list[str]]:
    """Return document → its subjects, in the order of their IRIs, for all documents under the base.

    No property says so: the address alone does. A larger data set must say it by one, such as dcterms:isPartOf.
    """
    base = store.facts["base"]
    if not base or store.facts["triples"] > _TRIPLES:
        return {}
    found: dict[str, list[str]] = {}
    rows = cast("ox.QuerySolutions", store.store.query(_QUERY.format(base=ox.Literal(base))))
    for iri in sorted(cast("Any", row["s"]).value for row in rows):
        document, _, local = iri.removeprefix(base).partition("#")
        if local and document and len(known := found.setdefault(base + document, [])) < MOST:
            known.append(iri)
    return found
