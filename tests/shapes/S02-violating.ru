#+ summary: One document gives three parties.
#+ rule: S02
#+ shape: shape:Memorandum-many-parties
#+ focus: memorandum:xa-xb-lumen
#+ severity: Warning
INSERT DATA { GRAPH ar:s4 { memorandum:xa-xb-lumen fm:party agency:xc-film-authority ; fm:partyCountry country:xc } }
