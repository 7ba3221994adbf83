#+ summary: A country by its IRI.
INSERT DATA { GRAPH en:s3 { film:glass-harbour fm:partnerCountry country:xd } }
