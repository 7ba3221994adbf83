#+ summary: An exact match of a concept.
INSERT DATA { GRAPH graph:vocabulary { theme:dialogue skos:exactMatch wd:Q999 } }
