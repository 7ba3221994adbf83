#+ summary: owl:sameAs.
#+ rule: S30
#+ shape: shape:sameAs
#+ focus: country:xd
#+ severity: Warning
INSERT DATA { GRAPH graph:labels { country:xd owl:sameAs wd:Q999 } }
