#+ summary: A signing at two festival editions.
#+ rule: S06
#+ shape: shape:Signing-duringEvent
#+ focus: signing:xa-xb-lumen
#+ severity: Violation
INSERT DATA { GRAPH ar:s1 { signing:xa-xb-lumen fm:duringEvent event:other . event:other a fm:FestivalEdition } GRAPH graph:labels { event:other rdfs:label "Other"@en , "آخر"@ar , "Другой"@ru , "Басқа"@kk } }
