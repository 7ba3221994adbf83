#+ summary: No Russian label.
#+ rule: S23
#+ shape: shape:label-russian
#+ focus: place:lumen
#+ severity: Info
DELETE DATA { GRAPH graph:labels { place:lumen rdfs:label "Люмен"@ru } }
