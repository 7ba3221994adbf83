#+ summary: A film of two types.
#+ rule: S10
#+ shape: shape:Film-filmType
#+ focus: film:glass-harbour
#+ severity: Violation
INSERT DATA { GRAPH en:s3 { film:glass-harbour fm:filmType film-type:animation } }
