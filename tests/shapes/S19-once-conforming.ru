#+ summary: A gloss in Russian.
INSERT DATA { GRAPH graph:provenance { en:s1 fm:gloss "Вторая"@ru } }
