#+ summary: Two agencies of one country with one label.
#+ rule: S22
#+ shape: shape:Agency-same-label
#+ focus: agency:xd-film-board agency:xd-second-board
#+ severity: Warning
INSERT DATA { GRAPH en:s1 { agency:xd-second-board a fm:Agency ; fm:country country:xd } GRAPH graph:labels { agency:xd-second-board rdfs:label "Dorvia Film Board"@en , "مجلس"@ar , "Совет"@ru , "Кеңес"@kk } }
