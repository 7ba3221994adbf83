#+ summary: A body above itself.
#+ rule: S08
#+ shape: shape:Organization-circle
#+ focus: organization:xa-ministry-of-arts
#+ severity: Violation
INSERT DATA { GRAPH ar:s4 { organization:xa-ministry-of-arts fm:subordinateTo organization:xa-ministry-of-arts } }
