#+ summary: A text without its language (fm:gloss).
#+ rule: S28
#+ shape: shape:tagged-gloss
#+ focus: en:s1
#+ severity: Violation
INSERT DATA { GRAPH graph:provenance { en:s1 fm:gloss "Glosse" } }
