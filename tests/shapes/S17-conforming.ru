#+ summary: An end a little earlier.
DELETE WHERE { GRAPH graph:provenance { en:s1 oa:end ?end } } ;
INSERT DATA { GRAPH graph:provenance { en:s1 oa:end 80 } }
