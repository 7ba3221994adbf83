#+ summary: A field used as a theme (objective).
#+ rule: S26
#+ shape: shape:Memorandum-objective
#+ focus: memorandum:xa-xb-lumen
#+ severity: Violation
INSERT DATA { GRAPH ar:s1 { memorandum:xa-xb-lumen fm:objective field:workshops } }
