#+ summary: A concept broader than itself.
#+ rule: S26
#+ shape: shape:Concept-circle
#+ focus: theme:dialogue theme:mutual-understanding
#+ severity: Violation
INSERT DATA { GRAPH graph:vocabulary { theme:dialogue skos:broader theme:mutual-understanding } }
