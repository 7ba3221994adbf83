#+ summary: An alternative label like another's preferred one.
INSERT DATA { GRAPH graph:vocabulary { theme:dialogue skos:altLabel "взаимопонимание"@ru } }
