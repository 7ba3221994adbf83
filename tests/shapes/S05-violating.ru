#+ summary: No signing of the memorandum.
#+ rule: S05
#+ shape: shape:Memorandum-signing
#+ focus: memorandum:xa-xd-lumen
#+ severity: Violation
DELETE WHERE { GRAPH ?graph { signing:xa-xd-lumen ?p ?o } } ;
DELETE WHERE { GRAPH ?graph { ?s fm:before signing:xa-xd-lumen } }
