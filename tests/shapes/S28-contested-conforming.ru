#+ summary: A text with its language.
INSERT DATA { GRAPH graph:labels { place:lumen fm:contested "yes"@en } }
