#+ summary: A code used twice.
#+ rule: S09
#+ shape: shape:Country-code-once
#+ focus: country:xc country:xd
#+ severity: Violation
DELETE DATA { GRAPH <https://w3id.org/film-memoranda/graph/reference/countries> { country:xd skos:notation "XD" } } ;
INSERT DATA { GRAPH <https://w3id.org/film-memoranda/graph/reference/countries> { country:xd skos:notation "XC" } }
