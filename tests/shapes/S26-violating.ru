#+ summary: A theme used as a field.
#+ rule: S26
#+ shape: shape:Memorandum-coversField
#+ focus: memorandum:xa-xb-lumen
#+ severity: Violation
INSERT DATA { GRAPH ar:s1 { memorandum:xa-xb-lumen fm:coversField theme:interaction } }
