#+ summary: A date in the future.
#+ rule: S14
#+ shape: shape:Event-onDate-past
#+ focus: signing:xa-xb-xc-lumen
#+ severity: Violation
INSERT DATA { GRAPH ar:s2 { signing:xa-xb-xc-lumen fm:onDate "2999-01-01"^^xsd:date } }
