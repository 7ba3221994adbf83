#+ summary: A concept with fewer labels.
DELETE DATA { GRAPH graph:vocabulary { theme:mutual-understanding skos:prefLabel "взаимопонимание"@ru } }
