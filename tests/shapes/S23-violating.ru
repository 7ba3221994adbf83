#+ summary: No English label.
#+ rule: S23
#+ shape: shape:label-english
#+ focus: place:lumen
#+ severity: Warning
DELETE DATA { GRAPH graph:labels { place:lumen rdfs:label "Lumen"@en } }
