#+ summary: A field used as a theme (priorityTheme).
#+ rule: S26
#+ shape: shape:Memorandum-priorityTheme
#+ focus: memorandum:xa-xb-lumen
#+ severity: Violation
INSERT DATA { GRAPH ar:s1 { memorandum:xa-xb-lumen fm:priorityTheme field:workshops } }
