#+ summary: Spans that overlap.
#+ rule: S18
#+ shape: shape:Passage-overlap
#+ focus: en:s1 en:s2
#+ severity: Violation
DELETE WHERE { GRAPH graph:provenance { en:s1 oa:end ?end } } ;
INSERT DATA { GRAPH graph:provenance { en:s1 oa:end 110 } }
