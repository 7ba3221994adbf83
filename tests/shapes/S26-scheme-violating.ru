#+ summary: A concept of two schemes.
#+ rule: S26
#+ shape: shape:Concept-inScheme
#+ focus: theme:dialogue
#+ severity: Violation
INSERT DATA { GRAPH graph:vocabulary { theme:dialogue skos:inScheme <https://w3id.org/film-memoranda/field> } }
