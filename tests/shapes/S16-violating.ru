#+ summary: A film that no passage speaks of.
#+ rule: S16
#+ shape: shape:Sourced
#+ focus: film:rumour
#+ severity: Violation
INSERT DATA { GRAPH graph:labels { film:rumour a fm:Film ; fm:title "Rumour"@en ; fm:filmType film-type:documentary ; fm:filmStatus film-status:announced ; rdfs:label "Rumour"@en , "إشاعة"@ar , "Слух"@ru , "Қауесет"@kk } }
