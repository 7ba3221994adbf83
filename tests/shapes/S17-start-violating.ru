#+ summary: A passage that ends before it starts.
#+ rule: S17
#+ shape: shape:Passage-start
#+ focus: en:s2
#+ severity: Violation
DELETE WHERE { GRAPH graph:provenance { en:s2 oa:end ?end } } ;
INSERT DATA { GRAPH graph:provenance { en:s2 oa:end 1 } }
