#+ summary: A framework that is no international organization.
#+ rule: S26
#+ shape: shape:Memorandum-withinFrameworkOf
#+ focus: memorandum:xa-xb-lumen
#+ severity: Violation
INSERT DATA { GRAPH ar:s1 { memorandum:xa-xb-lumen fm:withinFrameworkOf organization:xa-ministry-of-arts } }
