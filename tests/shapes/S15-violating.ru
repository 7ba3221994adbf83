#+ summary: A date among the labels.
#+ rule: S15
#+ shape: shape:Event-onDate-source
#+ focus: signing:xa-xb-xc-lumen
#+ severity: Violation
INSERT DATA { GRAPH graph:labels { signing:xa-xb-xc-lumen fm:onDate "2024"^^xsd:gYear } }
