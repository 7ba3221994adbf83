#+ summary: A Wikidata page in place of the entity.
#+ rule: S09
#+ shape: shape:Country-wikidata
#+ focus: country:xd
#+ severity: Violation
INSERT DATA { GRAPH graph:labels { country:xd schema:sameAs <https://www.wikidata.org/wiki/Q5> } }
