#+ summary: An exact match of a thing.
#+ rule: S30
#+ shape: shape:Match
#+ focus: country:xd
#+ severity: Warning
INSERT DATA { GRAPH graph:labels { country:xd skos:exactMatch wd:Q999 } }
