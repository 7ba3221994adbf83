#+ summary: A text without its language (fm:describedAs).
#+ rule: S28
#+ shape: shape:tagged-describedAs
#+ focus: agency:xd-film-board
#+ severity: Violation
INSERT DATA { GRAPH en:s1 { agency:xd-film-board fm:describedAs "great" } }
