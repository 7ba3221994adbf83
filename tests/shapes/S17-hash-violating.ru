#+ summary: A hash that is none.
#+ rule: S17
#+ shape: shape:Passage-sha256
#+ focus: en:s1
#+ severity: Violation
DELETE WHERE { GRAPH graph:provenance { en:s1 schema:sha256 ?hash } } ;
INSERT DATA { GRAPH graph:provenance { en:s1 schema:sha256 "abc" } }
