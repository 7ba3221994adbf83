#+ summary: The same country stated twice.
INSERT DATA { GRAPH ar:s2 { memorandum:xa-xb-lumen fm:partyCountry country:xb } }
