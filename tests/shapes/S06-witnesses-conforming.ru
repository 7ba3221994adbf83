#+ summary: The document names it as a party too.
INSERT DATA { GRAPH en:s1 { signing:xa-xb-lumen fm:signedBy agency:xb-film-institute . memorandum:xa-xb-lumen fm:party agency:xb-film-institute } }
