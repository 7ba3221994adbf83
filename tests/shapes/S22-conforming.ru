#+ summary: A label in a further language.
INSERT DATA { GRAPH graph:labels { place:lumen rdfs:label "Lumen"@fr } }
