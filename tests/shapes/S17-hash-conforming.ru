#+ summary: Another hash of 64 digits.
DELETE WHERE { GRAPH graph:provenance { en:s1 schema:sha256 ?hash } } ;
INSERT DATA { GRAPH graph:provenance { en:s1 schema:sha256 "0000000000000000000000000000000000000000000000000000000000000000" } }
