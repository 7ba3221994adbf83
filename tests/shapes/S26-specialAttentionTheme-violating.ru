#+ summary: A field used as a theme (specialAttentionTheme).
#+ rule: S26
#+ shape: shape:Memorandum-specialAttentionTheme
#+ focus: memorandum:xa-xb-lumen
#+ severity: Violation
INSERT DATA { GRAPH ar:s1 { memorandum:xa-xb-lumen fm:specialAttentionTheme field:workshops } }
