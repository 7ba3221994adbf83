#+ summary: A year.
INSERT DATA { GRAPH ar:s2 { signing:xa-xb-xc-lumen fm:onDate "2024"^^xsd:gYear } }
