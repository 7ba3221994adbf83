#+ summary: An IRI of somebody else.
INSERT DATA { GRAPH ar:s1 { event:lumen-first dcterms:spatial <http://example.org/lumon> } }
