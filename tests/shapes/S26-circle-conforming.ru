#+ summary: A longer hierarchy.
INSERT DATA { GRAPH graph:vocabulary { theme:dialogue skos:broader theme:ties } }
