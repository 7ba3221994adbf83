#+ summary: A text with its language.
INSERT DATA { GRAPH graph:provenance { en:s1 fm:gloss "Glosse"@fr } }
