#+ summary: Two statuses in one document.
#+ rule: S11
#+ shape: shape:Film-two-statuses
#+ focus: film:glass-harbour
#+ severity: Warning
INSERT DATA { GRAPH en:s1 { film:glass-harbour fm:filmStatus film-status:announced } }
