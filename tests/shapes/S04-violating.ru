#+ summary: Two parties of one country.
#+ rule: S04
#+ shape: shape:Memorandum-one-country
#+ focus: memorandum:xa-xb-lumen
#+ severity: Warning
INSERT DATA { GRAPH ar:s1 { agency:xb-archive a fm:Agency ; fm:country country:xb . memorandum:xa-xb-lumen fm:party agency:xb-archive } GRAPH graph:labels { agency:xb-archive rdfs:label "Belmora Archive"@en , "أرشيف"@ar , "Архив"@ru , "Мұрағат"@kk } } ;
DELETE DATA { GRAPH ar:s1 { memorandum:xa-xb-lumen fm:party agency:xa-film-office ; fm:partyCountry country:xa . signing:xa-xb-lumen fm:signedBy agency:xa-film-office } }
