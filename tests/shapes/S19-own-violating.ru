#+ summary: A gloss used twice.
#+ rule: S19
#+ shape: shape:Passage-gloss-own
#+ focus: en:s1 en:s2
#+ severity: Warning
DELETE WHERE { GRAPH graph:provenance { en:s2 fm:gloss ?gloss } } ;
INSERT { GRAPH graph:provenance { en:s2 fm:gloss ?gloss } } WHERE { GRAPH graph:provenance { en:s1 fm:gloss ?gloss } }
