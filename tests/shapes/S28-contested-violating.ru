#+ summary: A text without its language (fm:contested).
#+ rule: S28
#+ shape: shape:tagged-contested
#+ focus: place:lumen
#+ severity: Violation
INSERT DATA { GRAPH graph:labels { place:lumen fm:contested "yes" } }
