#+ summary: A film that a passage speaks of.
INSERT DATA { GRAPH en:s2 { film:rumour a fm:Film ; fm:title "Rumour"@en ; fm:filmType film-type:documentary ; fm:filmStatus film-status:announced } GRAPH graph:labels { film:rumour rdfs:label "Rumour"@en , "إشاعة"@ar , "Слух"@ru , "Қауесет"@kk } }
