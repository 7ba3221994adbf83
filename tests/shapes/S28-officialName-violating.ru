#+ summary: A text without its language (fm:officialName).
#+ rule: S28
#+ shape: shape:tagged-officialName
#+ focus: agency:xd-film-board
#+ severity: Violation
INSERT DATA { GRAPH en:s1 { agency:xd-film-board fm:officialName "Board" } }
