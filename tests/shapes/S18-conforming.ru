#+ summary: Spans that touch.
DELETE WHERE { GRAPH graph:provenance { en:s1 oa:end ?end } } ;
INSERT { GRAPH graph:provenance { en:s1 oa:end ?start } } WHERE { GRAPH graph:provenance { en:s2 oa:start ?start } }
