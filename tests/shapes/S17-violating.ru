#+ summary: A passage without an end.
#+ rule: S17
#+ shape: shape:Passage-end
#+ focus: en:s1
#+ severity: Violation
DELETE WHERE { GRAPH graph:provenance { en:s1 oa:end ?end } }
