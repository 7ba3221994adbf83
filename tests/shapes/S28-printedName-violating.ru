#+ summary: A text without its language (fm:printedName).
#+ rule: S28
#+ shape: shape:tagged-printedName
#+ focus: place:lumen
#+ severity: Violation
INSERT DATA { GRAPH ar:s1 { place:lumen fm:printedName "لومن" } }
