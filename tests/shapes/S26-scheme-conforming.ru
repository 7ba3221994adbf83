#+ summary: The same scheme stated twice.
INSERT DATA { GRAPH graph:labels { theme:dialogue skos:inScheme <https://w3id.org/film-memoranda/theme> } }
