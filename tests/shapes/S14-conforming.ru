#+ summary: A date in the past.
INSERT DATA { GRAPH ar:s2 { signing:xa-xb-xc-lumen fm:onDate "1999-01-01"^^xsd:date } }
