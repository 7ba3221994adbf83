#+ summary: A passage that starts at 0.
DELETE WHERE { GRAPH graph:provenance { en:s1 oa:start ?start } } ;
INSERT DATA { GRAPH graph:provenance { en:s1 oa:start 0 } }
