#+ summary: The same type stated twice.
INSERT DATA { GRAPH en:s2 { film:glass-harbour fm:filmType film-type:fiction-feature } }
