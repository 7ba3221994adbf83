#+ summary: A passage of nothing.
#+ rule: S17
#+ shape: shape:Passage-isPartOf
#+ focus: en:s2
#+ severity: Violation
DELETE DATA { GRAPH graph:provenance { en:s2 dcterms:isPartOf source:lumen-en } }
