#+ summary: A field used as a theme (focusTheme).
#+ rule: S26
#+ shape: shape:Memorandum-focusTheme
#+ focus: memorandum:xa-xb-lumen
#+ severity: Violation
INSERT DATA { GRAPH ar:s1 { memorandum:xa-xb-lumen fm:focusTheme field:workshops } }
