#+ summary: A second broader concept of the scheme.
INSERT DATA { GRAPH graph:vocabulary { theme:mutual-understanding skos:broader theme:ties } }
