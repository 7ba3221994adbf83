#+ summary: A document that is cut but has no hash.
#+ rule: S18
#+ shape: shape:SourceDocument-hash-of-cut
#+ focus: source:lumen-en
#+ severity: Violation
DELETE WHERE { GRAPH graph:provenance { source:lumen-en schema:sha256 ?hash } }
