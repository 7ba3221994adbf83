#+ summary: A theme that nothing uses any more.
#+ rule: S27
#+ shape: shape:Concept-unused
#+ focus: theme:dialogue theme:mutual-understanding
#+ severity: Warning
DELETE WHERE { GRAPH ?graph { ?memorandum fm:objective theme:mutual-understanding } }
