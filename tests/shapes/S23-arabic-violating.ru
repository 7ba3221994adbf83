#+ summary: No Arabic label, though an Arabic document speaks of it.
#+ rule: S23
#+ shape: shape:label-arabic
#+ focus: agency:xc-film-authority
#+ severity: Warning
DELETE DATA { GRAPH graph:labels { agency:xc-film-authority rdfs:label "هيئة سندريا للسينما"@ar } }
