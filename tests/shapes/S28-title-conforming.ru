#+ summary: A text with its language.
INSERT DATA { GRAPH en:s3 { film:glass-harbour fm:title "Glass"@fr } }
