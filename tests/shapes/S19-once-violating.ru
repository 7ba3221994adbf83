#+ summary: Two English glosses.
#+ rule: S19
#+ shape: shape:Passage-gloss-once
#+ focus: en:s1
#+ severity: Warning
INSERT DATA { GRAPH graph:provenance { en:s1 fm:gloss "A second gloss."@en } }
