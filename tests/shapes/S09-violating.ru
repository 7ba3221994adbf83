#+ summary: A code of three letters.
#+ rule: S09
#+ shape: shape:Country-notation
#+ focus: country:xd
#+ severity: Violation
DELETE DATA { GRAPH <https://w3id.org/film-memoranda/graph/reference/countries> { country:xd skos:notation "XD" } } ;
INSERT DATA { GRAPH <https://w3id.org/film-memoranda/graph/reference/countries> { country:xd skos:notation "XDX" } }
