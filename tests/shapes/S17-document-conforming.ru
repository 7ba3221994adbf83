#+ summary: The same document stated twice.
INSERT DATA { GRAPH graph:labels { en:s2 dcterms:isPartOf source:lumen-en } }
