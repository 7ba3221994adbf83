#+ summary: The third party is named by another document.
INSERT DATA { GRAPH en:s2 { memorandum:xa-xb-lumen fm:party agency:xc-film-authority ; fm:partyCountry country:xc } }
