#+ summary: An agency of two countries.
#+ rule: S07
#+ shape: shape:Agency-country
#+ focus: agency:xd-film-board
#+ severity: Violation
INSERT DATA { GRAPH en:s2 { agency:xd-film-board fm:country country:xc } } ;
INSERT DATA { GRAPH en:s2 { memorandum:xa-xd-lumen fm:partyCountry country:xc } }
