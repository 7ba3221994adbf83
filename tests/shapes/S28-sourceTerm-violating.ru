#+ summary: A text without its language (fm:sourceTerm).
#+ rule: S28
#+ shape: shape:tagged-sourceTerm
#+ focus: memorandum:xa-xb-lumen
#+ severity: Violation
INSERT DATA { GRAPH ar:s1 { memorandum:xa-xb-lumen fm:sourceTerm "مذكرة" } }
