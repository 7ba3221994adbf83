#+ summary: A country by its name.
#+ rule: S12
#+ shape: shape:Film-partnerCountry
#+ focus: film:glass-harbour
#+ severity: Violation
INSERT DATA { GRAPH en:s3 { film:glass-harbour fm:partnerCountry "Dorvia"@en } }
