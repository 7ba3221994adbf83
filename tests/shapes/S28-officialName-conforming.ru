#+ summary: A text with its language.
INSERT DATA { GRAPH en:s1 { agency:xd-film-board fm:officialName "Board"@en } }
