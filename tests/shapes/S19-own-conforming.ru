#+ summary: Another gloss.
DELETE WHERE { GRAPH graph:provenance { en:s2 fm:gloss ?gloss } } ;
INSERT DATA { GRAPH graph:provenance { en:s2 fm:gloss "Another gloss."@en } }
