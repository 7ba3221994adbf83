#+ summary: An alternative label.
INSERT DATA { GRAPH graph:vocabulary { theme:interaction skos:altLabel "acting together"@en } }
