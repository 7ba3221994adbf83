#+ summary: An IRI that nothing describes.
#+ rule: S24
#+ shape: shape:Described
#+ focus: place:lumon
#+ severity: Violation
INSERT DATA { GRAPH ar:s2 { film:salt-road fm:aboutPlace place:lumon } } ;
DELETE WHERE { GRAPH ?graph { film:salt-road fm:aboutPlace ?place } } ;
INSERT DATA { GRAPH ar:s1 { event:lumen-first dcterms:spatial place:lumon } }
