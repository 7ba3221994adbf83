#+ summary: A document with two hashes.
#+ rule: S18
#+ shape: shape:SourceDocument-sha256
#+ focus: source:lumen-en
#+ severity: Violation
INSERT DATA { GRAPH graph:provenance { source:lumen-en schema:sha256 "0000000000000000000000000000000000000000000000000000000000000000" } }
