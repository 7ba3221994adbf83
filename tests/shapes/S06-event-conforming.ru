#+ summary: A signing outside any festival.
DELETE DATA { GRAPH ar:s1 { signing:xa-xb-lumen fm:duringEvent event:lumen-first } }
