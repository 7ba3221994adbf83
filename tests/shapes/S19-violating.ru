#+ summary: A passage without an English gloss.
#+ rule: S19
#+ shape: shape:Passage-gloss
#+ focus: en:s1
#+ severity: Warning
DELETE WHERE { GRAPH graph:provenance { en:s1 fm:gloss ?gloss } }
