#+ summary: A thing with an IRI.
INSERT DATA { GRAPH ar:s1 { <http://example.org/x> dcterms:description "named"@en } }
