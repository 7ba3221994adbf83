#+ summary: A property of another vocabulary.
INSERT DATA { GRAPH ar:s1 { memorandum:xa-xb-lumen dcterms:alternative "x"@en } }
