#+ summary: Two agencies with labels of their own.
INSERT DATA { GRAPH en:s1 { agency:xd-second-board a fm:Agency ; fm:country country:xd } GRAPH graph:labels { agency:xd-second-board rdfs:label "Second Board"@en , "مجلس"@ar , "Совет"@ru , "Кеңес"@kk } }
