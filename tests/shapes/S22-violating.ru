#+ summary: Two English labels.
#+ rule: S22
#+ shape: shape:label-once
#+ focus: place:lumen
#+ severity: Violation
INSERT DATA { GRAPH graph:labels { place:lumen rdfs:label "Lumen city"@en } }
