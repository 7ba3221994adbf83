#+ summary: schema:sameAs.
INSERT DATA { GRAPH graph:labels { country:xd schema:sameAs wd:Q999 } }
