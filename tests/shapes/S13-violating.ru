#+ summary: A date that is none.
#+ rule: S13
#+ shape: shape:Event-onDate
#+ focus: signing:xa-xb-xc-lumen
#+ severity: Violation
INSERT DATA { GRAPH ar:s2 { signing:xa-xb-xc-lumen fm:onDate "2024-13-45"^^xsd:date } }
