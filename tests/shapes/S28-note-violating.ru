#+ summary: A text without its language (fm:note).
#+ rule: S28
#+ shape: shape:tagged-note
#+ focus: place:lumen
#+ severity: Violation
INSERT DATA { GRAPH graph:labels { place:lumen fm:note "yes" } }
