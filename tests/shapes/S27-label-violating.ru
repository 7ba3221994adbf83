#+ summary: Two concepts with one label.
#+ rule: S27
#+ shape: shape:Concept-same-label
#+ focus: theme:mutual-understanding theme:dialogue
#+ severity: Info
INSERT DATA { GRAPH graph:vocabulary { theme:dialogue skos:prefLabel "взаимопонимание"@ru } } ;
DELETE DATA { GRAPH graph:vocabulary { theme:dialogue skos:prefLabel "диалог"@ru } }
