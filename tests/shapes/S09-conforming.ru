#+ summary: Another code of two letters.
DELETE DATA { GRAPH <https://w3id.org/film-memoranda/graph/reference/countries> { country:xd skos:notation "XD" } } ;
INSERT DATA { GRAPH <https://w3id.org/film-memoranda/graph/reference/countries> { country:xd skos:notation "XZ" } }
