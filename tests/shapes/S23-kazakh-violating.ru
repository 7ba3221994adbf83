#+ summary: No Kazakh label.
#+ rule: S23
#+ shape: shape:label-kazakh
#+ focus: place:lumen
#+ severity: Info
DELETE DATA { GRAPH graph:labels { place:lumen rdfs:label "Люмен"@kk } }
