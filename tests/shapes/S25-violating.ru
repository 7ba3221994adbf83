#+ summary: A misspelt property.
#+ rule: S25
#+ shape: shape:Declared
#+ focus: fm:partyCountr
#+ severity: Violation
INSERT DATA { GRAPH ar:s1 { memorandum:xa-xb-lumen fm:partyCountr country:xa } }
