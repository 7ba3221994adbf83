#+ summary: A parent body abroad.
#+ rule: S08
#+ shape: shape:Organization-foreign-parent
#+ focus: agency:xd-film-board
#+ severity: Warning
INSERT DATA { GRAPH en:s1 { agency:xd-film-board fm:subordinateTo organization:xa-ministry-of-arts } }
