#+ summary: Two statuses in two documents.
INSERT DATA { GRAPH ar:s1 { film:glass-harbour fm:filmStatus film-status:announced } }
