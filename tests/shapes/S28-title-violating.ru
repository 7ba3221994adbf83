#+ summary: A text without its language (fm:title).
#+ rule: S28
#+ shape: shape:tagged-title
#+ focus: film:glass-harbour
#+ severity: Violation
INSERT DATA { GRAPH en:s3 { film:glass-harbour fm:title "Glass" } }
