#+ summary: No Arabic document speaks of it.
DELETE DATA { GRAPH graph:labels { film:glass-harbour rdfs:label "ميناء الزجاج"@ar } }
