#+ summary: A concept without a preferred label.
#+ rule: S26
#+ shape: shape:Concept-prefLabel
#+ focus: theme:mutual-understanding
#+ severity: Violation
DELETE WHERE { GRAPH graph:vocabulary { theme:mutual-understanding skos:prefLabel ?label } }
