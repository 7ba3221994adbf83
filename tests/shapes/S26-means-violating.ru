#+ summary: A field used as a theme (means).
#+ rule: S26
#+ shape: shape:Memorandum-means
#+ focus: memorandum:xa-xb-lumen
#+ severity: Violation
INSERT DATA { GRAPH ar:s1 { memorandum:xa-xb-lumen fm:means field:workshops } }
