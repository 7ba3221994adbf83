#+ summary: Another status by another document.
INSERT DATA { GRAPH ar:s2 { film:glass-harbour fm:filmStatus film-status:announced } }
