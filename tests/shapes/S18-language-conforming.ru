#+ summary: A document in two languages.
INSERT DATA { GRAPH graph:provenance { source:lumen-en dcterms:language "fr" } }
