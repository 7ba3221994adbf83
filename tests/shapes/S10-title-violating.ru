#+ summary: A film without a title.
#+ rule: S10
#+ shape: shape:Film-title
#+ focus: film:glass-harbour
#+ severity: Violation
DELETE DATA { GRAPH en:s3 { film:glass-harbour fm:title "Glass Harbour"@en } }
