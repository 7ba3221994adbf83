#+ summary: A text with its language.
INSERT DATA { GRAPH graph:labels { place:lumen fm:note "yes"@en } }
