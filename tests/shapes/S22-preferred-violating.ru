#+ summary: Two preferred labels in one language.
#+ rule: S22
#+ shape: shape:prefLabel-once
#+ focus: theme:interaction
#+ severity: Violation
INSERT DATA { GRAPH graph:vocabulary { theme:interaction skos:prefLabel "acting together"@en } }
