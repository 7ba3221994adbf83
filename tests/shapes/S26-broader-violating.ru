#+ summary: A broader concept of another scheme.
#+ rule: S26
#+ shape: shape:Concept-broader-scheme
#+ focus: theme:mutual-understanding
#+ severity: Violation
INSERT DATA { GRAPH graph:vocabulary { theme:mutual-understanding skos:broader field:training } }
