#+ summary: A parent whose country is not stated.
DELETE DATA { GRAPH ar:s4 { organization:xa-ministry-of-arts fm:country country:xa } } ;
INSERT DATA { GRAPH en:s1 { agency:xd-film-board fm:subordinateTo organization:xa-ministry-of-arts } }
