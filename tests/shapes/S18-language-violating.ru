#+ summary: A document without a language.
#+ rule: S18
#+ shape: shape:SourceDocument-language
#+ focus: source:lumen-en
#+ severity: Violation
DELETE WHERE { GRAPH graph:provenance { source:lumen-en dcterms:language ?language } }
