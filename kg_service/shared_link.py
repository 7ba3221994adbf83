"""Short links to queries: the text itself, compressed, so that a link holds for ever and no server keeps it; pure."""

from __future__ import annotations

import base64
import zlib

from kg_service.errors import NotFound

__all__ = ["decode", "encode"]

#: What queries often say, the likeliest last. A link names the dictionary it was made with: this one never changes.
_DICTIONARY = (
    b"PREFIX schema: <https://schema.org/>\nPREFIX dcterms: <http://purl.org/dc/terms/>\nPREFIX foaf: <http:"
    b"//xmlns.com/foaf/0.1/>\nPREFIX prov: <http://www.w3.org/ns/prov#>\nPREFIX owl: <http://www.w3.org/2002"
    b"/07/owl#>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\nPREFIX skos: <http://www.w3.org/2004/02/sk"
    b"os/core#>\nPREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\nPREFIX rdfs: <http://www.w3.org/"
    b"2000/01/rdf-schema#>\nPREFIX https://w3id.org/ CONSTRUCT ASK DESCRIBE DISTINCT GROUP BY  ORDER BY DES"
    b"C( LIMIT 100 VALUES BIND( AS ?count) MINUS  UNION  GRAPH ?g { (COUNT(*) AS ?n) (COUNT(DISTINCT ?) FI"
    b'LTER NOT EXISTS { FILTER(LANG(?label) = "en") OPTIONAL { ?s rdfs:label ?label . ?s ?p ?o . SELECT ?\n'
    b"WHERE {\n  ?x a "
)
_VERSION = "1"


def encode(query: str) -> str:
    """Return the code of a query, of letters, digits, "-" and "_".

    >>> decode(encode("ASK { ?s ?p ?o }"), 1000)
    'ASK { ?s ?p ?o }'
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, _DICTIONARY)
    packed = packer.compress(query.encode()) + packer.flush()
    return _VERSION + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode(code: str, most_bytes: int) -> str:
    """Return the query that a code stands for. Raises NotFound (404) for what no `encode` made, or too long a text."""
    unpacker = zlib.decompressobj(-15, _DICTIONARY)
    try:
        packed = base64.b64decode(code[1:] + "=" * (-len(code[1:]) % 4), altchars=b"-_", validate=True)
        text = unpacker.decompress(packed, most_bytes + 1)
        query = text.decode()
    except (ValueError, zlib.error):
        query = ""
    whole = code.startswith(_VERSION) and unpacker.eof and not unpacker.unused_data and len(text) <= most_bytes
    if not query or not whole:
        raise NotFound("This link leads to no query; part of it may be missing.")
    return query
