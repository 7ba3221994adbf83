#+ summary: A text with its language.
INSERT DATA { GRAPH ar:s1 { place:lumen fm:printedName "لومن"@ar } }
