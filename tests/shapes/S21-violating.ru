#+ summary: A name that the passage does not print.
#+ rule: S21
#+ shape: 
#+ focus: agency:xc-film-authority
#+ severity: Violation
INSERT DATA { GRAPH ar:s2 { agency:xc-film-authority fm:printedName "هيئة سندرية"@ar } }
