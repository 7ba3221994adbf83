#+ summary: A status that is none.
#+ rule: S10
#+ shape: shape:Film-filmStatus
#+ focus: film:glass-harbour
#+ severity: Violation
INSERT DATA { GRAPH en:s2 { film:glass-harbour fm:filmStatus film-type:documentary } } ;
DELETE DATA { GRAPH en:s3 { film:glass-harbour fm:filmStatus film-status:in-production } }
