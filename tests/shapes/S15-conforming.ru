#+ summary: A date in a passage.
INSERT DATA { GRAPH en:s2 { signing:xa-xb-xc-lumen fm:onDate "2024"^^xsd:gYear } }
