#+ summary: A span that is not the one recorded.
#+ rule: S20
#+ shape: 
#+ focus: ar:s2
#+ severity: Violation
DELETE WHERE { GRAPH graph:provenance { ar:s2 schema:sha256 ?hash } } ;
INSERT DATA { GRAPH graph:provenance { ar:s2 schema:sha256 "0000000000000000000000000000000000000000000000000000000000000000" } }
