#+ summary: Another document names another body of the country.
INSERT DATA { GRAPH en:s1 { agency:xb-archive a fm:Agency ; fm:country country:xb . memorandum:xa-xb-lumen fm:party agency:xb-archive } GRAPH graph:labels { agency:xb-archive rdfs:label "Belmora Archive"@en , "أرشيف"@ar , "Архив"@ru , "Мұрағат"@kk } }
