#+ summary: The same country stated twice.
INSERT DATA { GRAPH en:s2 { agency:xd-film-board fm:country country:xd } }
