#+ summary: A shorter name that the passage prints.
INSERT DATA { GRAPH ar:s2 { agency:xc-film-authority fm:printedName "سندريا"@ar } }
